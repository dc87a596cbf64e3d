from contextlib import contextmanager

from odoo import models

DELIVERING = "o2c_order_gate.delivering"


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        # EXTENDS stock: before quantities move, whoever validates and however
        with self._o2c_gate_delivering():
            return super()._action_done(cancel_backorder=cancel_backorder)

    def write(self, vals):
        # EXTENDS stock: a state written directly is a delivery as well
        if vals.get("state") == "done":
            judged = self.env.cr.precommit.data.get(DELIVERING, ())
            self.filtered(lambda m: m.id not in judged)._o2c_gate_check_delivery()
        return super().write(vals)

    @contextmanager
    def _o2c_gate_delivering(self):
        """Judge these moves once, although their state is written further down."""
        leaving = self.filtered(lambda move: move.picked and move.quantity > 0)
        leaving._o2c_gate_check_delivery()
        judged = self.env.cr.precommit.data.setdefault(DELIVERING, set())
        mine = set(leaving.ids) - judged
        judged |= mine
        try:
            yield
        finally:
            judged -= mine

    def _o2c_gate_check_delivery(self):
        """Refuse to hand goods to customers whose orders are held.

        :raise UserError: with what holds the orders, see `sale.order`
        """
        to_customer = self.filtered(
            lambda move: (
                move.location_dest_id.usage == "customer"
                and move.state not in ("done", "cancel")
            )
        )
        orders = to_customer.sale_line_id.order_id | to_customer.picking_id.sale_id
        if orders:
            # the warehouse may not read orders; only what is refused comes back
            orders = orders.sudo()
            orders._o2c_gate_lock()
            # an order whose state was written back has moves, but nobody's word for
            # what is on it now: handing over commits as much as confirming
            orders.filtered(lambda o: o.state != "sale")._o2c_gate_check("confirm")
            orders._o2c_gate_check("delivery")
