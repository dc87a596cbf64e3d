from odoo import api, models


class O2cConsignmentSettlementLine(models.Model):
    _inherit = "o2c.consignment.settlement.line"

    @api.model
    def _refresh_consumptions(self, settlement_ids):
        # EXTENDS o2c_consignment: states that one statement writes, past the ORM
        self.env.cr.execute(
            "SELECT consumption_id FROM o2c_consignment_settlement_line "
            "WHERE settlement_id = ANY(%s)",
            [list(settlement_ids)],
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        totals = self.env["o2c.supplier.total"].sudo()
        totals._o2c_add(ids, -1)
        result = super()._refresh_consumptions(settlement_ids)
        totals._o2c_add(ids, 1)
        return result
