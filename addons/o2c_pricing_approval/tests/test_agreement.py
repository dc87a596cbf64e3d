from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .agreement_common import AgreementCommon
from .common import HALF_PRICE


@tagged("post_install", "-at_install")
class TestAgreedPrice(AgreementCommon):
    """Orders take what was agreed, and are measured against it."""

    def test_order_takes_price_and_terms(self):
        thirty = self.env["account.payment.term"].create({"name": "30 days"})
        agreement = self._agree(payment_term_id=thirty.id)
        order = self._quote()
        line = order.order_line
        self.assertEqual(order.o2c_agreement_id, agreement)
        self.assertEqual(line.o2c_agreement_line_id, agreement.line_ids)
        self.assertEqual(order.payment_term_id, thirty)
        self.assertEqual((line.price_unit, line.o2c_entitled_price), (80, 80))
        self.assertEqual(line.o2c_effective_discount, 0)
        order.action_confirm()

    def test_it_beats_the_price_list(self):
        self.customer.property_product_pricelist = self._pricelist(HALF_PRICE)
        self._agree()
        self.assertEqual(self._quote().order_line.price_unit, 80)

    def test_less_than_agreed_is_a_discount(self):
        """70 where 80 is due: 12.5 %."""
        self._agree()
        order = self._quote({"price_unit": 70})
        self.assertEqual(self._findings(order), [("discount", 12.5)])

    def test_without_approval_nothing_is_agreed(self):
        agreement = self._propose()
        self.assertFalse(self._quote().o2c_agreement_id)
        agreement.action_ask()
        order = self._quote()
        self.assertEqual(order.order_line.o2c_entitled_price, 100)
        self._approve_agreement(agreement)
        # an open quotation follows what is in force
        self.assertEqual(order.o2c_agreement_id, agreement)
        self.assertEqual(order.order_line.o2c_entitled_price, 80)

    def _approve_agreement(self, agreement):
        agreement.with_user(self.approver).action_approve("Large customer")

    def test_quantity(self):
        self._agree({"price": 80}, {"price": 75, "min_quantity": 50})
        self.assertEqual(self._quote().order_line.price_unit, 80)
        large = self._quote({"product_uom_qty": 50})
        self.assertEqual(large.order_line.price_unit, 75)

    def test_unit_of_measure(self):
        """960 a dozen is 80 a piece; a dozen of the 75 from two dozen on is 900."""
        dozen = self.env.ref("uom.product_uom_dozen")
        self._agree(
            {"uom_id": dozen.id, "price": 960},
            {"uom_id": dozen.id, "price": 900, "min_quantity": 2},
        )
        self.assertEqual(self._quote().order_line.price_unit, 80)
        self.assertEqual(self._quote({"product_uom_qty": 24}).order_line.price_unit, 75)
        order = self._quote({"product_uom_id": dozen.id, "product_uom_qty": 2})
        self.assertEqual(order.order_line.price_unit, 900)
        self.assertEqual(order.order_line.o2c_entitled_price, 900)

    def test_currency(self):
        """40 euros at half a euro a dollar are 80 dollars."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 0.5, "company_id": self.company.id}
        )
        self._agree({"price": 40}, currency_id=euro.id)
        line = self._quote().order_line
        self.assertAlmostEqual(line.price_unit, 80)
        self.assertAlmostEqual(line.o2c_entitled_price, 80)

    def test_discount_on_a_category(self):
        """10 % less than his own price list's 50."""
        self.customer.property_product_pricelist = self._pricelist(HALF_PRICE)
        line = {"product_id": False, "price": 0, "kind": "discount", "discount": 10}
        self._agree({**line, "categ_id": self.goods.categ_id.id})
        order = self._quote()
        self.assertAlmostEqual(order.order_line.price_unit, 45)
        self.assertAlmostEqual(order.order_line.o2c_entitled_price, 45)

    def test_validity_of_a_price(self):
        self._agree({"date_from": self._in_days(1)})
        self.assertEqual(self._quote().order_line.price_unit, 100)

    def test_contacts_of_the_customer(self):
        self._agree()
        shop = self.env["res.partner"].create(
            {"name": "Shop", "type": "delivery", "parent_id": self.customer.id}
        )
        self.assertEqual(self._quote(partner_id=shop.id).order_line.price_unit, 80)

    def test_another_company(self):
        other = self.env["res.company"].create({"name": "Otra S.A."})
        agreement = self._agree()
        agreement.flush_recordset()
        self.env.cr.execute(
            "UPDATE o2c_commercial_agreement SET company_id = %s", [other.id]
        )
        agreement.invalidate_recordset()
        self.assertEqual(self._quote().order_line.price_unit, 100)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestVolume(AgreementCommon):
    def test_committed_and_ordered(self):
        agreement = self._agree({"committed_quantity": 100})
        self._sell({"product_uom_qty": 30})
        self._quote({"product_uom_qty": 50})
        line = agreement.line_ids
        self.assertEqual((line.consumed_quantity, line.remaining_quantity), (30, 70))

    def test_beyond_a_limited_volume_the_price_list_counts(self):
        self._agree({"committed_quantity": 100, "volume_limited": True})
        order = self._sell({"product_uom_qty": 60})
        self.assertEqual(order.order_line.o2c_entitled_price, 80)
        self.assertEqual(self._quote({"product_uom_qty": 40}).order_line.price_unit, 80)
        late = self._quote({"product_uom_qty": 41, "price_unit": 80})
        self.assertEqual(self._findings(late), [("discount", 20.0)])

    def test_a_new_version_does_not_give_the_volume_again(self):
        first = self._agree({"committed_quantity": 100, "volume_limited": True})
        self._sell({"product_uom_qty": 60})
        second = first.browse(first.action_new_version()["res_id"])
        second.action_ask()
        second.with_user(self.approver).action_approve("Same volume")
        self.assertEqual(second.line_ids.remaining_quantity, 40)

    def test_quotation_of_what_is_left(self):
        agreement = self._agree({"committed_quantity": 100})
        self._sell({"product_uom_qty": 30})
        action = agreement.with_user(self.seller).action_new_quotation()
        order = self.env["sale.order"].browse(action["res_id"])
        self.assertRecordValues(
            order.order_line, [{"product_uom_qty": 70, "price_unit": 80}]
        )


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestApprovalOfAgreements(AgreementCommon):
    def test_nobody_approves_his_own(self):
        self.approver.write(
            {
                "group_ids": [
                    Command.link(self.env.ref("sales_team.group_sale_manager").id)
                ]
            }
        )
        agreement = self._propose(user=self.approver)
        agreement.action_ask()
        with self.assertRaises(UserError):
            agreement.action_approve("Mine")
        # nor what he wrote the prices of
        agreement = self._propose(partner_id=self._partner().id)
        agreement.with_user(self.approver).line_ids.price = 10
        agreement.action_ask()
        with self.assertRaises(UserError):
            agreement.with_user(self.approver).action_approve("Mine too")
        agreement.with_user(self.colleague).action_approve("Fine")

    def _partner(self):
        return self.env["res.partner"].create({"name": "Bazar Cuenca"})

    def test_who_may_not(self):
        agreement = self._propose()
        agreement.action_ask()
        stranger = self._user("kati", "o2c_order_gate.o2c_order_gate_group_approver")
        for user in (self.seller, stranger):
            with self.assertRaises(UserError):
                agreement.with_user(user).action_approve("Yes")
        with self.assertRaises(UserError):
            agreement.with_user(self.approver).action_approve(" ")

    def test_no_path_changes_what_was_approved(self):
        agreement = self._agree()
        term = self.env["account.payment.term"].create({"name": "90 days"})
        line = agreement.line_ids
        paths = {
            "state": lambda a: a.write({"state": "draft"}),
            "dates": lambda a: a.write({"date_to": False, "date_from": "2020-01-01"}),
            "terms": lambda a: a.write({"payment_term_id": term.id}),
            "price": lambda a: a.line_ids.write({"price": 10}),
            "through the header": lambda a: a.write(
                {"line_ids": [Command.update(line.id, {"price": 10})]}
            ),
            "new price": lambda a: a.line_ids.create(
                {"agreement_id": a.id, "product_id": self.goods.id, "price": 10}
            ),
            "removed": lambda a: a.line_ids.unlink(),
            "deleted": lambda a: a.unlink(),
        }
        for name, change in paths.items():
            for user in (self.seller, self.approver, self.env.user):
                with self.subTest(name, user=user.login), self.assertRaises(UserError):
                    change(agreement.with_user(user))
            with self.subTest(name, user="superuser"), self.assertRaises(UserError):
                change(agreement.sudo())
        self.assertEqual(line.price, 80)

    def test_born_approved(self):
        agreement = self._propose(state="approved")
        self.assertEqual(agreement.state, "draft")

    def test_a_line_moved_in_from_a_draft(self):
        agreement = self._agree()
        draft = self._propose({"price": 10}, partner_id=self._partner().id)
        with self.assertRaises(UserError):
            draft.line_ids.agreement_id = agreement

    def test_a_new_version_replaces_the_old_on_its_day(self):
        first = self._agree(date_from=self._in_days(-10))
        order = self._sell()
        second = first.browse(first.action_new_version()["res_id"])
        second.line_ids.price = 70
        second.action_ask()
        self.assertEqual(self._quote().order_line.price_unit, 80)
        second.with_user(self.approver).action_approve("Cheaper now")
        self.assertEqual((first.state, second.state), ("superseded", "approved"))
        self.assertEqual(first.date_to, self._in_days(-1))
        self.assertEqual(self._quote().order_line.price_unit, 70)
        # what was confirmed under the old one stays under it
        self.assertEqual(order.o2c_agreement_id, first)
        self.assertEqual(order.order_line.o2c_entitled_price, 80)

    def test_a_later_version_waits_for_its_day(self):
        first = self._agree()
        second = first.browse(first.action_new_version()["res_id"])
        second.write({"date_from": self._in_days(5)})
        second.line_ids.price = 70
        second.action_ask()
        second.with_user(self.approver).action_approve("From next week")
        self.assertEqual(first.state, "approved")
        self.assertEqual(first.date_to, self._in_days(4))
        self.assertEqual(self._quote().order_line.price_unit, 80)

    def test_two_agreements_at_once(self):
        self._agree()
        rival = self._propose()
        with self.assertRefused("already has"):
            rival.action_ask()

    def test_closed(self):
        agreement = self._agree()
        order = self._quote()
        with self.assertRaises(UserError):
            agreement.action_close("Not mine to close")
        agreement.with_user(self.approver).action_close("Customer left")
        self.assertEqual(agreement.state, "closed")
        self.assertFalse(order.o2c_agreement_id)
        self.assertEqual(order.order_line.o2c_entitled_price, 100)

    def test_decision_is_kept_for_good(self):
        agreement = self._agree()
        decision = agreement.decision_ids
        self.assertRecordValues(
            decision,
            [{"decision": "accept", "user_id": self.approver.id}],
        )
        self.assertEqual(decision.content["lines"][0]["value"], "80.000000")
        for change in (
            lambda: decision.sudo().write({"reason": "Other"}),
            lambda: decision.sudo().unlink(),
            lambda: decision.sudo().create({}),
            lambda: decision.sudo().copy(),
        ):
            with self.assertRaises(UserError):
                change()

    def test_the_order_does_not_choose_its_agreement(self):
        agreement = self._agree(partner_id=self._partner().id)
        order = self._quote(o2c_agreement_id=agreement.id)
        line = order.order_line
        with self.assertRefused("Nobody types these"):
            order.write({"o2c_agreement_id": agreement.id})
        with self.assertRefused("Nobody types these"):
            line.write({"o2c_agreement_line_id": agreement.line_ids.id})
        self.assertFalse(order.o2c_agreement_id)
        self.assertFalse(line.o2c_agreement_line_id)

    def test_of_another_salesperson(self):
        agreement = self._agree()
        other = self._user("fabio", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            agreement.with_user(other).read(["title"])

    def test_nonsense(self):
        for line in ({"price": -1}, {"min_quantity": -5}, {"discount": 101}):
            with (
                self.subTest(line),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
            ):
                self._propose(line)
        for line in ({"product_id": False}, {"product_id": False, "price": 0}):
            with self.subTest(line), self.assertRaises(ValidationError):
                self._propose(line)
        draft = self._propose(billing="calendar", next_billing_date=False)
        with self.assertRefused("first day"):
            draft.action_ask()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestBilling(AgreementCommon):
    """Invoices are made as was agreed, and lead back to it."""

    def test_every_invoice_line_leads_back(self):
        agreement = self._agree()
        order = self._sell_and_deliver()
        invoice = self._invoice(order)
        self.assertEqual(invoice.o2c_agreement_id, agreement)
        self.assertRecordValues(
            invoice.invoice_line_ids,
            [
                {
                    "o2c_agreement_id": agreement.id,
                    "o2c_agreement_line_id": agreement.line_ids.id,
                    "price_unit": 80,
                }
            ],
        )
        self.assertEqual((agreement.order_count, agreement.invoice_count), (1, 1))

    def test_by_delivery_whatever_the_product_says(self):
        self.goods.invoice_policy = "order"
        self._agree(billing="delivery")
        order = self._sell()
        self.assertEqual(order.order_line.qty_to_invoice, 0)
        self._stock(self.goods, 100)
        self._deliver(order)
        self.assertEqual(order.order_line.qty_to_invoice, 10)

    def test_by_calendar(self):
        """Two orders of a month are one invoice, made on its day, once."""
        agreement = self._agree(
            billing="calendar", period="month", next_billing_date=self._in_days(0)
        )
        orders = self._sell_and_deliver() | self._sell_and_deliver()
        # a test does not commit
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 0)
        self.env["o2c.commercial.agreement.billing"]._cron_bill()
        invoice = orders.invoice_ids
        self.assertEqual(len(invoice), 1)
        self.assertEqual(invoice.amount_untaxed, 1600)
        self.assertEqual(invoice.o2c_billing_id.period_end, self.today)
        self.assertGreater(agreement.next_billing_date, self._in_days(27))
        self._sell_and_deliver()
        self.env["o2c.commercial.agreement.billing"]._cron_bill()
        self.assertEqual(agreement.invoice_count, 1)
        invoice.with_user(self.biller).action_post()

    def test_calendar_waits_for_its_day(self):
        agreement = self._agree(
            billing="calendar", period="week", next_billing_date=self._in_days(1)
        )
        order = self._sell_and_deliver()
        with self.assertRaises(UserError):
            agreement.with_user(self.biller).action_bill()
        self.assertFalse(order.invoice_ids)

    def _milestones(self):
        return {
            "billing": "milestone",
            "milestone_ids": [
                Command.create({"name": "Advance", "percent": 30}),
                Command.create(
                    {
                        "name": "Half",
                        "trigger": "delivered",
                        "threshold": 50,
                        "percent": 40,
                    }
                ),
                Command.create(
                    {
                        "name": "Rest",
                        "trigger": "delivered",
                        "threshold": 100,
                        "final": True,
                    }
                ),
            ],
        }

    def test_by_milestones(self):
        """800: 240 on confirmation, 320 at half, 800 − 240 − 320 = 240 at the end."""
        agreement = self._agree(**self._milestones())
        order = self._sell()
        self.assertEqual(self._billed(agreement, order), [240])
        self.assertEqual(self._billed(agreement, order), [240])
        self._stock(self.goods, 100)
        self._deliver(order)
        self.assertEqual(self._billed(agreement, order), [240, 240, 320])
        for invoice in order.invoice_ids.with_user(self.biller):
            self.assertEqual(
                invoice.invoice_line_ids.filtered("product_id").o2c_agreement_id
                or invoice.o2c_agreement_id,
                agreement,
            )

    def _billed(self, agreement, order):
        billing = self.env["o2c.commercial.agreement.billing"]
        billing._bill(agreement.sudo())
        drafts = order.sudo().invoice_ids.filtered(lambda m: m.state == "draft")
        if drafts:
            drafts.with_user(self.biller).action_post()
        return sorted(order.sudo().invoice_ids.mapped("amount_untaxed"))

    def test_milestones_of_nonsense(self):
        values = self._milestones()
        values["milestone_ids"].pop()
        draft = self._propose(**values)
        with self.assertRefused("bills the rest"):
            draft.action_ask()

    def test_days_after_confirmation(self):
        values = self._milestones()
        values["milestone_ids"] = [
            Command.create(
                {"name": "Ten days", "trigger": "days", "threshold": 10, "final": True}
            )
        ]
        self.goods.invoice_policy = "order"
        agreement = self._agree(**values)
        order = self._sell()
        self.assertEqual(self._billed(agreement, order), [])
        order.sudo().date_order = fields.Datetime.subtract(
            fields.Datetime.now(), days=10
        )
        self.assertEqual(self._billed(agreement, order), [800])
