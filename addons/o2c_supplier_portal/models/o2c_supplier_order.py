from odoo import fields, models
from odoo.tools import SQL

from .o2c_supplier_replenishment import STATES


class O2cSupplierOrder(models.Model):
    """A replenishment as its supplier sees it: no internal notes, no order of ours."""

    _name = "o2c.supplier.order"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Replenishment"
    _auto = False
    _order = "id desc"
    _depends = {
        "o2c.supplier.replenishment": [
            "answered_on",
            "company_id",
            "consignor_id",
            "expected_on",
            "guia",
            "name",
            "proposed_on",
            "received_on",
            "refused_reason",
            "shipped_on",
            "state",
            "warehouse_id",
        ],
        "stock.warehouse": ["name"],
    }

    name = fields.Char(readonly=True)
    state = fields.Selection(STATES, readonly=True)
    warehouse_name = fields.Char(string="Place", readonly=True)
    proposed_on = fields.Datetime(readonly=True)
    answered_on = fields.Datetime(readonly=True)
    shipped_on = fields.Datetime(readonly=True)
    guia = fields.Char(string="Guía de Remisión", readonly=True)
    expected_on = fields.Date(readonly=True)
    received_on = fields.Date(readonly=True)
    refused_reason = fields.Char(readonly=True)

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT r.id, r.company_id, r.consignor_id, r.name, r.state,
                   w.name AS warehouse_name, r.proposed_on, r.answered_on, r.shipped_on,
                   r.guia, r.expected_on, r.received_on, r.refused_reason
              FROM o2c_supplier_replenishment r
              JOIN stock_warehouse w ON w.id = r.warehouse_id
            """
        )
