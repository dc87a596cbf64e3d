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
        for _number in range(8):
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
        for _number in range(8):
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
        self.assertEqual(self._check(approved(30)), one)
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
        for _number in range(6):
            self._ask(self._quote({"discount": 15}))
        self.assertEqual(waiting(), one)
