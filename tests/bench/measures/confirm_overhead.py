"""Confirm an order of twenty lines with the suite ÷ with Odoo alone: ≤ 1.15.

Both sides confirm the same order and reserve the same goods; the suite has policies for
discount, margin and credit that the order keeps.
"""

from .. import world
from ..case import Case


class ConfirmOverhead(Case):
    repetitions = 15

    def set_up(self, env, ids, side):
        return world.draft_order(env, ids)

    def act(self, order):
        order.action_confirm()

    def check(self, order):
        assert order.state == "sale", order.state
        assert order.picking_ids


CASE = ConfirmOverhead()
