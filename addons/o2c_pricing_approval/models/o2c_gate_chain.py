from odoo import api, fields, models


class GateChain(models.Model):
    _inherit = "o2c.gate.chain"

    log = fields.Selection(
        selection_add=[("pricing", "Prices, agreements and invoices")],
        ondelete={"pricing": "cascade"},
    )

    @api.model
    def _log_models(self):
        # EXTENDS o2c_order_gate
        return {**super()._log_models(), "pricing": "o2c.pricing.decision"}
