from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import SriCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestExpectedWithholding(SriCommon):
    """10 × 32.50 of goods: 325.00, IVA 48.75.

    Expected: renta 2 % of 325.00 = 6.50, IVA 30 % of 48.75 = 14.63; 21.13 of 373.75,
    so that 352.62 are to be collected.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls._make_partner(
            "Cadena Agente S.A.", "1792060346001", o2c_sri_withholds=True
        )

    def _order(self, partner, quantity=10):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.rice.id,
                            "product_uom_qty": quantity,
                            "price_unit": 32.5,
                        },
                    )
                ],
            }
        )

    def test_on_the_invoice(self):
        move = self._draft(partner=self.agent)
        self.assertRecordValues(
            move, [{"o2c_expected_withholding": 21.13, "o2c_to_collect": 352.62}]
        )
        move.action_post()
        self.assertEqual(move.o2c_to_collect, 352.62)
        move.invalidate_recordset()
        self.env.cr.execute(
            "SELECT o2c_expected_withholding FROM account_move WHERE id = %s", move.ids
        )
        self.assertEqual(float(self.env.cr.fetchone()[0]), 21.13, "others may read it")

    def test_on_the_order_for_a_salesman(self):
        salesman = new_test_user(
            self.env,
            "sri_salesman",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        order = self._order(self.agent).with_user(salesman)
        self.assertRecordValues(
            order, [{"o2c_expected_withholding": 21.13, "o2c_to_collect": 352.62}]
        )

    def test_only_from_who_withholds_and_above_the_minimum(self):
        """1 × 32.50 is below USD 50 for renta: only 30 % of 4.88 = 1.46."""
        self.assertEqual(self._draft().o2c_expected_withholding, 0)
        self.assertEqual(self._order(self.customer).o2c_expected_withholding, 0)
        small = self._draft([(self.rice, 1, 32.5, 0)], partner=self.agent)
        self.assertEqual(small.o2c_expected_withholding, 1.46)

    def test_by_our_own_regime(self):
        """From a special taxpayer no IVA is withheld; from RIMPE 1 % and 30 %."""
        self.company.o2c_sri_special_taxpayer = "5368"
        self.assertEqual(self._draft(partner=self.agent).o2c_expected_withholding, 6.5)
        self.company.o2c_sri_rimpe = "0"
        rimpe = self._draft(partner=self.agent)
        # 3.25 + 14.63
        self.assertEqual(rimpe.o2c_expected_withholding, 17.88)

    def test_gone_with_the_customers_document(self):
        move = self._invoice(partner=self.agent)
        withholding = self.env["o2c.sri.withholding"].create(
            {
                "direction": "received",
                "partner_id": self.agent.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "bill_id": move.id,
                            "kind": "1",
                            "code": "312",
                            "base": 325,
                            "rate": 2,
                        },
                    )
                ],
            }
        )
        self.assertEqual(move.o2c_expected_withholding, 21.13)
        withholding.action_post()
        self.assertEqual(move.o2c_expected_withholding, 0)
        self.assertEqual(move.o2c_to_collect, move.amount_residual)
        withholding.action_draft()
        self.assertEqual(move.o2c_expected_withholding, 21.13)

    def test_more_than_the_invoice_cannot_be_withheld(self):
        move = self._invoice(partner=self.agent)
        withholding = self.env["o2c.sri.withholding"].create(
            {
                "direction": "received",
                "partner_id": self.agent.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "bill_id": move.id,
                            "kind": "1",
                            "code": "312",
                            "base": 500,
                            "rate": 100,
                        },
                    )
                ],
            }
        )
        self.assertIn("on a base of 500.00", withholding.warnings)
        with self.assertRaisesRegex(UserError, "of a total of 373.75"):
            withholding.action_post()
