import random
from datetime import date, datetime, timedelta

from odoo.fields import Domain
from odoo.tests import tagged

from ..controllers import sales_list
from ..controllers.sales_list import SalesList
from ..listings import sales_domain
from ..portal_core import roles
from ..scope import Scope
from .common import SupplierPortalCommon

TRUTH = """
    SELECT c.product_id,
           (c.date AT TIME ZONE 'UTC' AT TIME ZONE 'America/Guayaquil')::date,
           c.kind, c.state, COUNT(*), SUM(c.quantity),
           SUM(c.quantity * COALESCE(c.sale_unit_price, 0)),
           SUM(CASE WHEN c.is_chargeable THEN c.amount ELSE 0 END)
      FROM o2c_consignment_consumption c
     WHERE c.company_id = %s
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
SUMS = """
    SELECT product_id, day, kind, state, SUM(row_count), SUM(quantity),
           SUM(sale_amount), SUM(amount)
      FROM o2c_supplier_total
     WHERE company_id = %s AND grain = 'day'
  GROUP BY 1, 2, 3, 4 HAVING SUM(row_count) != 0 ORDER BY 1, 2, 3, 4
"""


@tagged("post_install", "-at_install")
class TestTotals(SupplierPortalCommon):
    """The sums that dashboards and lists read say what the consumptions say.

    And any page of any filter holds the rows that reading everything would give.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spoon = cls._product("Cuchara andina", default_code="CUC-1")
        cls._seed()

    @classmethod
    def _seed(cls):
        """400 sales on some days of 14 months, more on some than a page takes."""
        picker = random.Random(6)
        start = date(2025, 9, 20)
        days = [start + timedelta(days=picker.randrange(430)) for __ in range(40)]
        # one contract, whatever the product: what is listed does not ask
        line = cls.agreement.line_ids[:1]
        vals_list = []
        for number in range(400):
            product = cls.jar if picker.random() < 0.9 else cls.spoon
            kind = "sale" if picker.random() < 0.95 else "loss"
            # evenings in Ecuador are the next day in UTC
            moment = datetime.combine(picker.choice(days), datetime.min.time())
            vals_list.append(
                {
                    "company_id": cls.company.id,
                    "consignor_id": cls.consignor.id,
                    "agreement_id": line.agreement_id.id,
                    "agreement_line_id": line.id,
                    "kind": kind,
                    "date": moment + timedelta(minutes=picker.randrange(1440)),
                    "product_id": product.id,
                    "warehouse_id": cls.warehouse.id,
                    "quantity": picker.randrange(1, 9),
                    "currency_id": cls.company.currency_id.id,
                    "unit_cost": 50,
                    "amount": number,
                    "sale_unit_price": 100,
                }
            )
        cls.env["o2c.consignment.consumption"].sudo().create(vals_list)
        cls.env.flush_all()

    def _rows(self, query):
        self.env.flush_all()
        self.env.cr.execute(query, [self.company.id])
        return self.env.cr.fetchall()

    def _check(self):
        truth = self._rows(TRUTH)
        self.assertTrue(truth)
        self.assertEqual(self._rows(SUMS), truth)
        self.env["o2c.supplier.total"]._o2c_merge()
        self.assertEqual(self._rows(SUMS), truth)

    def test_after_each_step_of_the_business(self):
        self._play()
        self._check()
        self.settlement.action_accept()
        self._check()
        self._bill(self.settlement)
        self._check()
        picking = self.env["stock.picking"].search(
            [("state", "=", "done"), ("picking_type_code", "=", "outgoing")], limit=1
        )
        self._return(picking, 1)
        self._check()
        self.other_settlement.action_cancel()
        self._check()

    def test_a_cost_that_changes(self):
        open_sale = self._consumptions().filtered(lambda c: c.state == "open")[:1]
        open_sale.sudo().write({"unit_cost": 55, "amount": 330})
        self._check()

    def test_merging_keeps_one_row_of_each(self):
        self._check()
        self.env.cr.execute(
            "SELECT COUNT(*) FROM o2c_supplier_total WHERE is_merged IS NOT TRUE"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_built_anew_is_the_same(self):
        before = self._rows(SUMS)
        self.env["o2c.supplier.total"]._o2c_rebuild()
        self.assertEqual(self._rows(SUMS), before)

    # === PAGES === #

    def _compare(self, **values):
        env = self.env(user=self.member["manager"])
        scope = Scope.of(env, roles.SALES).first_company()
        listed = SalesList(scope, values)
        expected = scope.model("o2c.supplier.sale").search(
            scope.domain & sales_domain(values)
        )
        totals = listed.totals()
        count = sum(row[-1] for row in totals)
        self.assertEqual(count, len(expected))
        self.assertAlmostEqual(
            sum(row[3] for row in totals), sum(expected.mapped("amount"))
        )
        found = scope.model("o2c.supplier.sale")
        for offset in range(0, count, 50):
            found += listed.page(offset, 50)
        self.assertEqual(found.ids, expected.ids)
        self.assertFalse(listed.page(count, 50))
        return count

    def test_all(self):
        self.assertEqual(self._compare(), 400)

    def test_by_period(self):
        for first, last in (
            (None, date(2026, 3, 15)),
            (date(2026, 1, 10), None),
            (date(2026, 1, 10), date(2026, 1, 20)),
            (date(2025, 12, 31), date(2026, 4, 30)),
        ):
            with self.subTest(first=first, last=last):
                count = self._compare(date_from=first, date_to=last)
                self.assertGreater(400, count)

    def test_by_what_is_rare(self):
        self.assertGreater(self._compare(kind="loss"), 5)
        self.assertGreater(self._compare(product=self.spoon.id), 20)
        self.assertGreater(self._compare(product=self.spoon.id, kind="loss"), 0)
        self.assertEqual(self._compare(product=self.cup.id), 0)

    def test_by_place(self):
        self.assertEqual(self._compare(place=self.warehouse.id), 400)

    def test_texts_are_not_patterns(self):
        env = self.env(user=self.member["manager"])
        scope = Scope.of(env, roles.SALES).first_company()
        for text, count in (("frasco", 300), ("FRA-1", 300), ("%", 0), ("_", 0)):
            rows = SalesList(scope, {"search": text}).totals()
            found = sum(row[-1] for row in rows)
            self.assertTrue(found > count if count else found == 0, text)

    def test_too_many_matches_are_not_counted(self):
        self.patch(sales_list, "MAX_FOUND", 100)
        env = self.env(user=self.member["manager"])
        scope = Scope.of(env, roles.SALES).first_company()
        listed = SalesList(scope, {"search": "andin"})
        self.assertTrue(listed.is_capped)
        self.assertEqual(listed.totals(), [])
        newest = scope.model("o2c.supplier.sale").search(
            scope.domain & Domain("product_id", "=", self.jar.id), limit=100
        )
        self.assertEqual((listed.page(0, 50) + listed.page(50, 50)).ids, newest.ids)
        self.assertFalse(listed.page(100, 50))

    def test_customer_group(self):
        tag, secret = self.env["res.partner.category"].create(
            [{"name": "Ferreterías", "o2c_is_customer_group": True}, {"name": "Moroso"}]
        )
        self.customer.category_id = tag | secret
        self._receive_consigned(self.consignor, self.jar, 30)
        self._deliver(self._sell(self.jar, 4, 100))
        self.env.flush_all()
        self.assertEqual(self._compare(group=tag.id), 1)
