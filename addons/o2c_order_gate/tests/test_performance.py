from odoo.tests import tagged, warmup

from .common import PolicyCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPerformance(PolicyCommon):
    """What the gate itself asks the database, whatever the policies ask."""

    def _queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        return self.cr.sql_log_count - before

    def _check(self, orders):
        return self._queries(lambda: orders._o2c_gate_check("confirm"))

    @warmup
    def test_clear_order_costs_the_same_whatever_the_customer_bought(self):
        first = self._check(self._quote())
        for _number in range(3):
            self._sell()
            self._approve(self._quote({"discount": 15}))
        self.assertEqual(self._check(self._quote()), first)

    @warmup
    def test_approved_order_costs_the_same_whatever_was_decided_before(self):
        def approved():
            order = self._quote({"discount": 15})
            self._approve(order)
            return order

        first = self._check(approved())
        for _number in range(3):
            approved()
        self.assertEqual(self._check(approved()), first)

    @warmup
    def test_lines_and_orders_cost_no_query(self):
        def approved(lines):
            order = self._quote(*[{"discount": 15}] * lines)
            self._approve(order)
            return order

        self._check(approved(1))
        one = self._check(approved(1))
        self.assertEqual(self._check(approved(12)), one)
        self.assertEqual(self._check(approved(2) | approved(2) | approved(2)), one)

    @warmup
    def test_list_of_what_waits_costs_no_query_for_each_request(self):
        requests = self.env["o2c.gate.request"].with_user(self.approver)

        def waiting():
            return self._queries(
                lambda: requests.search([("waits_for_me", "=", True)]).mapped(
                    "approver_ids"
                )
            )

        self._ask(self._quote({"discount": 15}))
        waiting()
        one = waiting()
        for _number in range(3):
            self._ask(self._quote({"discount": 15}))
        self.assertEqual(waiting(), one)

    @warmup
    def test_searching_by_state_costs_no_query_for_each_quotation(self):
        def found(state):
            orders = self.env["sale.order"].with_user(self.seller)
            return orders.search([("o2c_gate_state", "=", state)])

        for state in ("blocked", "requested", "approved", "refused", "clear"):
            found(state)
        few = self._one_of_each()
        one = {s: self._queries(lambda s=s: found(s)) for s in few}
        more = [self._one_of_each() for _number in range(2)]
        for state, order in few.items():
            with self.subTest(state):
                self.assertEqual(self._queries(lambda s=state: found(s)), one[state])
                same = order.union(*(orders[state] for orders in more))
                self.assertEqual(found(state) & same, same)

    def _one_of_each(self):
        """{state: a quotation in it}."""
        orders = {
            state: self._quote({"discount": 15})
            for state in ("blocked", "requested", "approved", "refused")
        }
        self._ask(orders["requested"])
        self._approve(orders["approved"])
        self._ask(orders["refused"]).with_user(self.approver).action_refuse("No")
        return {**orders, "clear": self._quote()}

    def test_what_was_decided_is_found_without_judging_the_rest(self):
        orders = self._one_of_each()
        self._one_of_each()["approved"].action_confirm()
        judged = []
        original = self.registry["sale.order"]._o2c_gate_findings

        def _o2c_gate_findings(self, checkpoint):
            judged.extend(self.ids)
            return original(self, checkpoint)

        self.patch(
            self.registry["sale.order"], "_o2c_gate_findings", _o2c_gate_findings
        )
        self.env.invalidate_all()
        found = self.env["sale.order"].search([("o2c_gate_state", "=", "approved")])
        self.assertEqual(found, orders["approved"])
        self.assertEqual(judged, orders["approved"].ids)
