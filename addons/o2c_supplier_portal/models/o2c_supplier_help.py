from odoo import fields, models


class O2cSupplierHelp(models.Model):
    """A page of help or a question with its answer, written by us for suppliers."""

    _name = "o2c.supplier.help"
    _description = "Supplier Portal Help"
    _order = "sequence, id"

    name = fields.Char(string="Title or Question", required=True, translate=True)
    body = fields.Html(string="Text", translate=True, sanitize=True)
    kind = fields.Selection(
        [("guide", "Guide"), ("question", "Question")],
        required=True,
        default="question",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: for the suppliers of all companies."
    )
