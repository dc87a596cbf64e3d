from odoo import fields, models
from odoo.tools import SQL

STATES = [
    ("sent", "To answer"),
    ("accepted", "Accepted"),
    ("disputed", "Disputed"),
    ("billed", "Billed"),
    ("paid", "Paid"),
    ("cancel", "Cancelled"),
]


class O2cSupplierSettlement(models.Model):
    """A settlement once it was sent: its supplier never sees our drafts."""

    _name = "o2c.supplier.settlement"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Settlement"
    _auto = False
    _order = "date_to desc, id desc"
    _depends = {
        "o2c.consignment.settlement": [
            "name",
            "company_id",
            "consignor_id",
            "currency_id",
            "date_from",
            "date_to",
            "state",
            "sent_on",
            "answered_on",
            "line_count",
            "amount_total",
            "amount_accepted",
            "amount_disputed",
            "amount_billed",
            "amount_to_bill",
        ],
    }

    name = fields.Char(readonly=True)
    date_from = fields.Date(readonly=True)
    date_to = fields.Date(readonly=True)
    sent_on = fields.Datetime(readonly=True)
    answered_on = fields.Datetime(readonly=True)
    state = fields.Selection(STATES, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    line_count = fields.Integer(readonly=True)
    amount_total = fields.Monetary(readonly=True)
    amount_accepted = fields.Monetary(readonly=True)
    amount_disputed = fields.Monetary(readonly=True)
    amount_billed = fields.Monetary(readonly=True)
    amount_to_bill = fields.Monetary(readonly=True)

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT s.id, s.company_id, s.consignor_id, s.name, s.date_from, s.date_to,
                   s.sent_on, s.answered_on, s.state, s.currency_id, s.line_count,
                   s.amount_total, s.amount_accepted, s.amount_disputed,
                   s.amount_billed, s.amount_to_bill
              FROM o2c_consignment_settlement s
             WHERE s.state != 'draft' AND s.sent_on IS NOT NULL
            """
        )
