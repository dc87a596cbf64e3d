"""Findings of an order of 500 lines ÷ saving that order: ≤ 0.10.

Both sides in the suite, with the same policies and the same order: the value is what
the gate's check costs with nothing in the cache, the baseline what it costs to create
the order and its lines in the database. The gate does not look at a draft when it is
saved, so nothing of the value is in the baseline.
"""

from odoo.fields import Command

from ..case import Case

LINES = 500


class Findings(Case):
    sides = {"value": "suite", "baseline": "suite"}
    repetitions = 7

    def set_up(self, env, ids, side):
        return {"save": side == "baseline", "env": env, "order": _order(env, ids)}

    def act(self, subject):
        if subject["save"]:
            order = subject["order"]
            subject["order"] = order.create(_values(order.partner_id, order.order_line))
            subject["env"].flush_all()
        else:
            subject["found"] = subject["order"]._o2c_gate_uncovered("confirm")

    def check(self, subject):
        order = subject["order"]
        assert len(order.order_line) == LINES, len(order.order_line)
        if not subject["save"]:
            # one line in fifty has a discount beyond the limit
            found = {finding.subject for finding in subject["found"][order.id]}
            assert len(found) == LINES // 50, len(found)


def _order(env, ids):
    customer = env["res.partner"].browse(ids["customer"])
    products = env["product.product"].browse(ids["products"])
    lines = [env["sale.order.line"].new({"product_id": p.id}) for p in products]
    return env["sale.order"].create(_values(customer, lines))


def _values(customer, lines):
    products = [line.product_id.id for line in lines]
    return {
        "partner_id": customer.id,
        "order_line": [
            Command.create(
                {
                    "product_id": products[number % len(products)],
                    "product_uom_qty": 1 + number % 7,
                    "discount": 0 if number % 50 else 20,
                }
            )
            for number in range(LINES)
        ],
    }


CASE = Findings()
