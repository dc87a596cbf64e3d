from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ConsignmentCommon


class AgreementCommon(ConsignmentCommon):
    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()

    def _day(self, days):
        return fields.Date.add(self.today, days=days)


@tagged("post_install", "-at_install")
class TestAgreement(AgreementCommon):
    def test_only_a_manager_approves(self):
        agreement = self._agree(self.consignor, {self.product: 50}, activate=False)
        with self.assertRaises(AccessError):
            agreement.with_user(self.accountant).action_activate()
        with self.assertRaises(AccessError):
            agreement.with_user(self.accountant).state = "active"
        agreement.action_activate()
        self.assertEqual(agreement.approved_by_id, self.manager)
        with self.assertRaisesRegex(UserError, "new version"):
            agreement.state = "draft"

    def test_overlapping_prices_are_refused(self):
        agreement = self._agree(self.consignor, {self.product: 50}, activate=False)
        with self.assertRaisesRegex(ValidationError, "two prices for the same days"):
            agreement.line_ids.copy({"date_start": self._day(5)})

    def test_two_agreements_cannot_be_in_force_at_once(self):
        self._agree(self.consignor, {self.product: 50})
        with self.assertRaisesRegex(ValidationError, "in force on the same days"):
            self._agree(self.consignor, {self.product: 51})

    def test_approved_terms_cannot_change(self):
        agreement = self._agree(self.consignor, {self.product: 50})
        other = {"product_id": self._product("Otra").id, "value": 3}
        for change in (
            lambda: agreement.write({"loss_bearer": "consignor"}),
            lambda: agreement.line_ids.write({"value": 1}),
            lambda: agreement.line_ids.unlink(),
            lambda: agreement.write({"line_ids": [Command.create(other)]}),
            agreement.unlink,
        ):
            with (
                self.assertRaisesRegex(UserError, "new version"),
                self.env.cr.savepoint(),
            ):
                change()
        agreement.line_ids.stock_min = 4
        self.assertEqual(agreement.line_ids.stock_min, 4)

    def test_documents_belong_to_the_agreement(self):
        agreement = self._agree(self.consignor, {self.product: 50}, activate=False)
        agreement.with_user(self.accountant).document_ids = [
            Command.create({"name": "contrato.pdf", "raw": b"%PDF-1.4"})
        ]
        document = agreement.document_ids
        self.assertEqual(
            (document.res_model, document.res_id), (agreement._name, agreement.id)
        )
        self.assertEqual(document.with_user(self.buyer).raw, b"%PDF-1.4")
        with self.assertRaises(AccessError):
            document.with_user(self.salesman).check_access("read")

    def test_new_version_follows_the_old_one(self):
        agreement = self._agree(self.consignor, {self.product: 50})
        version = agreement.action_new_version()
        version.line_ids.value = 55
        version.action_activate()
        self.assertEqual((version.name, version.version), (agreement.name, 2))
        self.assertEqual(agreement.date_end, self._day(0))
        find = self.env["o2c.consignment.agreement"]._o2c_find
        self.assertEqual(
            find(self.consignor, self.company, self.today), agreement.sudo()
        )
        self.assertEqual(
            find(self.consignor, self.company, self._day(1)), version.sudo()
        )

    def test_consignment_order_needs_an_agreement_with_prices(self):
        with self.assertRaisesRegex(UserError, "no agreement with"):
            self._order(self.consignor, self.product, 5, consigned=True)
        other = self._product("Otra")
        self._agree(self.consignor, {other: 50})
        with self.assertRaisesRegex(UserError, "has no price for"):
            self._order(self.consignor, self.product, 5, 9, consigned=True)

    def test_product_with_consigned_goods_cannot_be_archived(self):
        self._agree(self.consignor, {self.product: 50})
        self._receive_consigned(self.consignor, self.product, 5)
        with self.assertRaisesRegex(UserError, "sell or return them"):
            self.product.product_tmpl_id.active = False


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestAgreementMore(AgreementCommon):
    """What happens to agreements less often."""

    def test_used_agreement_cannot_end_in_the_past(self):
        agreement = self._agree(self.consignor, {self.product: 50})
        self._receive_consigned(self.consignor, self.product, 5)
        self._deliver(self._sell(self.product, 1))
        with self.assertRaisesRegex(ValidationError, "cannot end before"):
            agreement.date_end = self._day(-3)

    def test_company_with_ecuadorian_chart_gets_its_accounts(self):
        company = self.env["res.company"].search(
            [("chart_template", "=", "ec")], limit=1
        )
        if not company:
            self.skipTest("no company on the Ecuadorian chart here")
        accrual = company.o2c_consignment_accrual_account_id.with_company(company)
        self.assertEqual(accrual.account_type, "liability_current")
        self.assertTrue(accrual.reconcile)
        self.assertTrue(accrual.code.startswith("2103"))

    def test_agreement_without_prices_is_refused(self):
        agreement = self._agree(self.consignor, {}, activate=False)
        with self.assertRaisesRegex(ValidationError, "no prices"):
            agreement.action_activate()
