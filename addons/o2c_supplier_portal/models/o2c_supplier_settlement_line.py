from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.o2c_consignment.models.o2c_consignment_consumption import KINDS


class O2cSupplierSettlementLine(models.Model):
    """A line of a settlement that was sent, as its supplier answers it."""

    _name = "o2c.supplier.settlement.line"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Settlement Line"
    _auto = False
    _order = "date, id"
    _depends = {
        "o2c.consignment.settlement": ["state", "sent_on", "currency_id"],
        "o2c.consignment.settlement.line": [
            "settlement_id",
            "company_id",
            "consignor_id",
            "consumption_id",
            "date",
            "product_id",
            "quantity",
            "unit_cost",
            "amount",
            "state",
            "dispute_reason",
            "bill_id",
        ],
        "o2c.consignment.consumption": ["kind", "lot_id"],
        "stock.lot": ["name"],
    }

    settlement_id = fields.Many2one("o2c.supplier.settlement", readonly=True)
    consumption_id = fields.Many2one("o2c.supplier.sale", readonly=True)
    date = fields.Datetime(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    product_id = fields.Many2one(
        "product.product", string="Product Variant", readonly=True
    )
    product_label = fields.Char(
        string="Product", compute="_compute_labels", compute_sudo=True
    )
    uom_name = fields.Char(string="Unit", compute="_compute_labels", compute_sudo=True)
    lot_name = fields.Char(string="Lot", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    unit_cost = fields.Float(
        string="Agreed Unit Cost", digits="Product Price", readonly=True
    )
    amount = fields.Monetary(string="Due", readonly=True)
    state = fields.Selection(
        [("pending", "To answer"), ("accepted", "Accepted"), ("disputed", "Disputed")],
        readonly=True,
    )
    dispute_reason = fields.Char(string="Reason", readonly=True)
    is_billed = fields.Boolean(readonly=True)

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT l.id, l.company_id, l.consignor_id, l.settlement_id,
                   l.consumption_id, l.date, c.kind, l.product_id,
                   lot.name AS lot_name, l.quantity, s.currency_id, l.unit_cost,
                   l.amount, l.state, l.dispute_reason,
                   l.bill_id IS NOT NULL AS is_billed
              FROM o2c_consignment_settlement_line l
              JOIN o2c_consignment_settlement s ON s.id = l.settlement_id
              JOIN o2c_consignment_consumption c ON c.id = l.consumption_id
         LEFT JOIN stock_lot lot ON lot.id = c.lot_id
             WHERE s.state != 'draft' AND s.sent_on IS NOT NULL
            """
        )

    @api.depends_context("uid", "lang")
    def _compute_labels(self):
        # read with sudo: the name and unit of a product that is his own
        for line in self:
            line.product_label = line.product_id.display_name
            line.uom_name = line.product_id.uom_id.name
