from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPerformance(CreditCommon):
    def _queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        function()
        return self.cr.sql_log_count - before

    def test_exposure_is_one_query_for_any_number_of_customers(self):
        partners = self.customer | self._customer("Second") | self._customer("Third")
        for partner in partners:
            self._bill(10, 5, partner)
        exposure = self.env["o2c.credit.exposure"]

        def read(who):
            return self._queries(lambda: exposure._read_exposure(who, self.company))

        read(partners)
        self.assertEqual(read(partners), read(self.customer))

    def test_findings_do_not_cost_more_with_history(self):
        def queries():
            order = self._quote(1).sudo()
            return self._queries(lambda: order._o2c_gate_findings("confirm"))

        queries()
        little = queries()
        for _number in range(3):
            order = self._sell(1)
            self._deliver(order)
            self._pay(self._invoice(order))
        self.assertEqual(queries(), little)

    def test_findings_of_many_orders_cost_no_more_than_of_one(self):
        orders = self.env["sale.order"].sudo()
        for number in range(4):
            orders |= self._quote(1, self._customer(f"Customer {number}", 500)).sudo()

        def queries(some):
            return self._queries(lambda: some._o2c_credit_findings("confirm"))

        queries(orders)
        self.assertEqual(queries(orders), queries(orders[:2]))

    def test_search_on_hold_is_one_query_more_than_a_search(self):
        self._bill(10, 5)
        partners = self.env["res.partner"].with_user(self.seller)

        def search(domain):
            return self._queries(lambda: partners.search(domain))

        search([("o2c_credit_hold", "=", True)])
        plain = search([("id", ">", 0)])
        self.assertLessEqual(search([("o2c_credit_hold", "=", True)]), plain + 1)

    def test_policy_reads_what_customers_owe_once(self):
        """Whatever the number of open orders, and not once before and once after."""
        exposures = []
        read = self.registry["o2c.credit.exposure"]._read_exposure

        def _read_exposure(model, partners, company, today=None):
            exposures.append(len(partners))
            return read(model, partners, company, today)

        self.classPatch(
            self.registry["o2c.credit.exposure"], "_read_exposure", _read_exposure
        )

        def change(tolerance):
            policy = self.policy.sudo()
            return self._queries(lambda: policy.write({"tolerance_percent": tolerance}))

        self._sell(1)
        self._quote(1, self._customer("One more", 500))
        change(20)
        few = change(30)
        for number in range(2):
            self._quote(1, self._customer(f"More {number}", 500))
            self._sell(1, self._customer(f"Much more {number}", 500))
        exposures.clear()
        self.assertEqual(change(40), few)
        self.assertEqual(len(exposures), 1)
