"""Credit decision on one order with 100,000 open items of others ÷ with 1,000: ≤ 1.2.

Both sides are the suite; the order and its customer (ten open items of his own) are the
same, only the open items of 1,000 other customers differ. A decision is everything that
the gate works out before it lets an order go: exposure, holds, promises and policies.
"""

from .. import receivables, world
from ..case import Case

FEW, MANY = 1_000, 100_000
OTHERS = 1_000
OWN = 10
ORDERS = 10


class ExposureGrowth(Case):
    divisor = ORDERS
    repetitions = 15
    sides = {"value": "suite", "baseline": "suite"}

    def prepare(self, env, ids, side):
        others = receivables.customers(env, OTHERS)
        count = {"value": MANY, "baseline": FEW}[side]
        receivables.open_items(env, others, count, spread=90)
        # not due: the order is fine, so that nothing but the decision is timed
        receivables.open_items(env, [ids["customer"]], OWN, overdue=-30)
        receivables.vacuum(env)

    def set_up(self, env, ids, side):
        return world.draft_order(env, ids)

    def act(self, order):
        for _number in range(ORDERS):
            order.env.invalidate_all()
            self.found = order.sudo()._o2c_credit_findings("confirm")

    def check(self, order):
        assert self.found == {order.id: []}, self.found
        partner = order.partner_id
        assert partner.o2c_credit_not_due == OWN * receivables.AMOUNT


CASE = ExposureGrowth()
