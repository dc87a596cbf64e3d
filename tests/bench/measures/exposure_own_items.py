"""Credit decision for a customer with 20,000 open items − with 20: ≤ 100 ms more.

Both sides are the suite; the figures are those of one decision, so that the difference
of the two columns is what the limit is about.
"""

from .. import receivables, world
from ..case import Case

FEW, MANY = 20, 20_000


class ExposureOwnItems(Case):
    repetitions = 15
    sides = {"value": "suite", "baseline": "suite"}

    def prepare(self, env, ids, side):
        self.count = {"value": MANY, "baseline": FEW}[side]
        receivables.open_items(
            env, [ids["customer"]], self.count, overdue=-30, spread=20
        )
        receivables.vacuum(env)

    def set_up(self, env, ids, side):
        return world.draft_order(env, ids)

    def act(self, order):
        self.found = order.sudo()._o2c_credit_findings("confirm")

    def check(self, order):
        assert self.found == {order.id: []}, self.found
        owed = order.partner_id.o2c_credit_receivable
        assert owed == self.count * receivables.AMOUNT, owed


CASE = ExposureOwnItems()
