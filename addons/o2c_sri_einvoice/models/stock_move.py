from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        # EXTENDS stock: here and not on the button, so that every way out is checked
        self.picking_id._o2c_check_departure()
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _action_cancel(self):
        # EXTENDS stock: what a guide says may be left behind only with the guide
        for picking in self.picking_id._o2c_with_held_guide():
            live = picking.move_ids.filtered(
                lambda m: m.state not in ("done", "cancel")
            )
            if self & picking._o2c_travelling_moves() or (live and live <= self):
                picking._o2c_raise_held()
        return super()._action_cancel()
