from odoo import fields, models
from odoo.tools import SQL

PAYMENT_STATES = [
    ("not_paid", "Pending"),
    ("partial", "Partly paid"),
    ("in_payment", "In payment"),
    ("paid", "Paid"),
    ("reversed", "Reversed"),
    ("blocked", "On hold"),
    ("invoicing_legacy", "Pending"),
]


class O2cSupplierBill(models.Model):
    """A bill of a supplier for consigned goods, from registered to paid."""

    _name = "o2c.supplier.bill"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Bill"
    _auto = False
    _order = "invoice_date desc, id desc"
    _depends = {
        "account.move": [
            "amount_residual",
            "amount_tax",
            "amount_total",
            "amount_untaxed",
            "commercial_partner_id",
            "company_id",
            "currency_id",
            "invoice_date",
            "invoice_date_due",
            "move_type",
            "name",
            "o2c_settlement_id",
            "payment_state",
            "ref",
            "state",
        ],
        "o2c.consignment.settlement": ["name"],
    }

    name = fields.Char(string="Number", readonly=True)
    move_type = fields.Selection(
        [("in_invoice", "Bill"), ("in_refund", "Credit note")], readonly=True
    )
    state = fields.Selection(
        [
            ("draft", "Being checked"),
            ("posted", "Accepted"),
            ("cancel", "Cancelled"),
        ],
        readonly=True,
    )
    payment_state = fields.Selection(PAYMENT_STATES, readonly=True)
    invoice_date = fields.Date(string="Date", readonly=True)
    invoice_date_due = fields.Date(string="Due Date", readonly=True)
    settlement_id = fields.Many2one("o2c.supplier.settlement", readonly=True)
    settlement_name = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_untaxed = fields.Monetary(readonly=True)
    amount_tax = fields.Monetary(readonly=True)
    amount_total = fields.Monetary(readonly=True)
    amount_residual = fields.Monetary(string="Pending", readonly=True)

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT m.id, m.company_id, m.commercial_partner_id AS consignor_id,
                   COALESCE(NULLIF(m.ref, ''), m.name) AS name, m.move_type, m.state,
                   m.payment_state, m.invoice_date, m.invoice_date_due,
                   m.o2c_settlement_id AS settlement_id, s.name AS settlement_name,
                   m.currency_id, m.amount_untaxed, m.amount_tax, m.amount_total,
                   m.amount_residual
              FROM account_move m
              JOIN o2c_consignment_settlement s ON s.id = m.o2c_settlement_id
             WHERE m.move_type IN ('in_invoice', 'in_refund')
               AND m.commercial_partner_id = s.consignor_id
            """
        )
