"""Search customers on hold over 8,000 customers ÷ core's search on `credit`: ≤ 2.

Both sides are the same database of the suite: each customer has five open invoices, of
every fourth customer one is overdue. Core's search answers who owes anything; ours who
may not confirm, by manual hold, broken promise or overdue beyond his policy.
"""

from .. import receivables
from ..case import Case

CUSTOMERS, ITEMS = 8_000, 5
DOMAINS = {
    "value": [("o2c_credit_hold", "=", True)],
    "baseline": [("credit", ">", 0)],
}


class HoldSearch(Case):
    repetitions = 11
    sides = {"value": "suite", "baseline": "suite"}

    def prepare(self, env, ids, side):
        everybody = receivables.customers(env, CUSTOMERS)
        late = everybody[::4]
        receivables.open_items(env, everybody, CUSTOMERS * (ITEMS - 1), overdue=-20)
        receivables.open_items(env, late, len(late), overdue=40)
        others = sorted(set(everybody) - set(late))
        receivables.open_items(env, others, len(others), overdue=-5)
        receivables.vacuum(env)

    def set_up(self, env, ids, side):
        self.expected = CUSTOMERS if side == "baseline" else CUSTOMERS // 4
        return env["res.partner"], DOMAINS[side]

    def act(self, subject):
        partners, domain = subject
        self.found = partners.search(domain)

    def check(self, subject):
        # the demo customer of every measure may be among them
        assert 0 <= len(self.found) - self.expected <= 1, len(self.found)


CASE = HoldSearch()
