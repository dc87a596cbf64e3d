from odoo import api, fields, models
from odoo.fields import Command

CHECKED = ("account.move", "sale.order")


class O2cSriCheck(models.TransientModel):
    """What keeps documents from being issued, each with a link to where it is mended.

    Entry point: ``action_show``, with ``o2c_check_model`` and ``o2c_check_ids`` in its
    context; the problems are worked out anew, so that the list is of now.
    """

    _name = "o2c.sri.check"
    _description = "Problems Before Issuing to the SRI"

    line_ids = fields.One2many("o2c.sri.check.line", "check_id", readonly=True)

    @api.model
    def action_show(self):
        """Open the problems of the records that the context names.

        Stored first: the web client runs no button on lines that are not.
        """
        check = self.create(
            {
                "line_ids": [
                    Command.create(
                        {"name": problem, "record": self._reference(problem, record)}
                    )
                    for record in self._checked()
                    for problem in record._o2c_check_problems()
                ]
            }
        )
        return check._get_records_action(
            name=self.env._("To Mend Before Issuing to the SRI"), target="new"
        )

    @api.model
    def _checked(self):
        model = self.env.context.get("o2c_check_model")
        if model not in CHECKED:
            return self.browse()
        return self.env[model].browse(self.env.context.get("o2c_check_ids")).exists()

    @api.model
    def _reference(self, problem, record):
        about = problem.record or record
        return f"{about._name},{about.id}"


class O2cSriCheckLine(models.TransientModel):
    _name = "o2c.sri.check.line"
    _description = "Problem Before Issuing to the SRI"

    check_id = fields.Many2one("o2c.sri.check", required=True, ondelete="cascade")
    name = fields.Text(string="What is wrong", readonly=True)
    record = fields.Reference(
        selection=[
            ("account.move", "Invoice"),
            ("sale.order", "Order"),
            ("res.partner", "Contact"),
            ("res.company", "Company"),
            ("product.product", "Product"),
        ],
        string="Where",
        readonly=True,
    )

    def action_open(self):
        """Open what is to be mended."""
        return self.record._get_records_action()
