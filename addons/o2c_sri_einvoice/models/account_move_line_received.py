from odoo import fields, models


class AccountMoveLine(models.Model):
    """Lines of received documents; core keeps their prices and taxes as imported."""

    # One file a topic, none above 400 lines.
    _inherit = "account.move.line"  # pylint: disable=consider-merging-classes-inherited

    o2c_received_line_id = fields.Many2one(
        "o2c.sri.received.line",
        string="Received Line",
        copy=False,
        index="btree_not_null",
        readonly=True,
    )
