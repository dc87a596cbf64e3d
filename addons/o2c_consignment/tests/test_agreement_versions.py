from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ConsignmentCommon
from .test_agreement import AgreementCommon
from .test_cost_change import CostChangeCommon

PRICING = "odoo.addons.o2c_consignment.models.o2c_consignment_agreement_pricing"


class VersionsCommon(AgreementCommon):
    def _prices(self, agreement):
        return [
            (line.product_id, line.value, line.date_start, line.date_end)
            for line in agreement.line_ids.sorted(lambda x: (x.product_id.id, x.id))
        ]


@tagged("post_install", "-at_install")
class TestNewVersion(VersionsCommon):
    def test_of_a_closed_agreement(self):
        agreement = self._agree(self.consignor, {self.product: 50})
        agreement.action_close()
        version = agreement.action_new_version()
        self.assertRecordValues(
            version, [{"date_start": self._day(1), "date_end": False, "version": 2}]
        )
        version.action_activate()
        self.assertEqual(agreement.date_end, self.today)

    def test_of_one_that_ends(self):
        agreement = self._agree(
            self.consignor, {self.product: 50}, date_end=self._day(20)
        )
        version = agreement.action_new_version()
        self.assertFalse(version.date_end)
        version.action_activate()
        self.assertEqual(agreement.date_end, self._day(0))

    def test_of_one_that_has_not_started(self):
        agreement = self._agree(
            self.consignor, {self.product: 50}, date_start=self._day(10)
        )
        version = agreement.action_new_version()
        self.assertEqual(version.date_start, self._day(11))
        version.date_start = self._day(10)
        with self.assertRaisesRegex(UserError, "the version before it"):
            version.action_activate()
        version.date_start = self._day(11)
        version.action_activate()
        self.assertEqual(agreement.date_end, self._day(10))

    def test_keeps_what_holds_whatever_the_order_of_entry(self):
        other = self._product("Tostadora")
        # entered in reverse order: the database sorts by product
        agreement = self._agree(self.consignor, {other: 70}, activate=False)
        agreement.line_ids = [
            Command.create({"product_id": self.product.id, **price})
            for price in (
                {"value": 51, "date_start": self._day(-5)},
                {"value": 50, "date_end": self._day(-6)},
            )
        ]
        agreement.action_activate()
        self.env.flush_all()
        self.env.invalidate_all()
        version = agreement.action_new_version()
        self.assertEqual(
            self._prices(version),
            [(self.product, 51, False, False), (other, 70, False, False)],
        )

    def test_keeps_prices_agreed_for_later(self):
        agreement = self._agree(self.consignor, {self.product: 50}, activate=False)
        agreement.line_ids.date_end = self._day(9)
        later = {"value": 60, "date_start": self._day(10), "date_end": False}
        agreement.line_ids.copy(later)
        agreement.action_activate()
        version = agreement.action_new_version()
        self.assertEqual(
            self._prices(version),
            [
                (self.product, 50, False, self._day(9)),
                (self.product, 60, self._day(10), False),
            ],
        )

    def test_drops_levels_of_goods_without_a_price(self):
        other = self._product("Tostadora")
        agreement = self._agree(
            self.consignor,
            {self.product: 50, other: {"value": 7, "date_end": self._day(-2)}},
            activate=False,
        )
        agreement.place_ids = [
            Command.create(
                {"product_id": p.id, "location_id": self.stock.id, "stock_min": 2}
            )
            for p in (self.product, other)
        ]
        agreement.action_activate()
        version = agreement.action_new_version()
        self.assertEqual(version.place_ids.product_id, self.product)

    def test_another_consignor_is_no_version(self):
        version = self._agree(self.consignor, {self.product: 50}).action_new_version()
        with self.assertRaisesRegex(ValidationError, "keeps consignor and company"):
            version.consignor_id = self.other_consignor


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestNewVersionAfterCostChange(CostChangeCommon):
    def test_has_the_new_price_only(self):
        self._apply(self._change("absorb"))
        version = self.agreement.action_new_version()
        self.assertRecordValues(
            version.line_ids,
            [{"value": 55, "cost_change_id": False, "ended_by_id": False}],
        )
        version.action_activate()
        self.assertEqual(
            version._agreed_cost(self.product, version.date_start).unit_cost, 55
        )

    def test_ends_the_old_price_where_an_announced_change_begins(self):
        later = fields.Date.add(self.today, days=10)
        change = self._change(date_from=later)
        self.assertFalse(change.line_ids)
        self._apply(change)
        version = self.agreement.action_new_version()
        self.assertRecordValues(
            version.line_ids.sorted("value"),
            [
                {
                    "value": 50,
                    "date_start": False,
                    "date_end": fields.Date.subtract(later, days=1),
                },
                {"value": 55, "date_start": later, "date_end": False},
            ],
        )

    def test_of_a_reversed_change_has_the_old_price(self):
        change = self._apply(self._change("absorb"))
        change.with_user(self.manager).action_reverse()
        version = self.agreement.action_new_version()
        self.assertEqual(version.line_ids.mapped("value"), [50])


@tagged("post_install", "-at_install")
class TestAgreementControls(VersionsCommon):
    """What an RPC client may not do, whatever its context says."""

    def _drafts(self, **context):
        return (
            self.env["o2c.consignment.agreement"]
            .with_user(self.accountant)
            .with_context(**context)
        )

    def _vals(self, **vals):
        return {
            "consignor_id": self.consignor.id,
            "company_id": self.company.id,
            "line_ids": [Command.create({"product_id": self.product.id, "value": 50})],
            **vals,
        }

    def _refused(self, call, error=AccessError, regex=""):
        with self.assertRaisesRegex(error, regex), self.env.cr.savepoint():
            call()
        self.env.invalidate_all()

    def test_state_of_a_new_one_by_context(self):
        self._refused(
            lambda: self._drafts(default_state="active").create(
                self._vals(line_ids=[])
            ),
            UserError,
            "starts as a draft",
        )

    def test_nobody_enters_an_approval(self):
        before = self._agree(self.consignor, {self.product: 50})
        draft = self._drafts().create(self._vals())
        for name, value in {
            "approved_by_id": self.accountant.id,
            "approved_on": "2026-01-01 00:00:00",
            "settled_until": "2026-01-31",
            "version": 7,
            "previous_version_id": before.id,
        }.items():
            with self.subTest(name):
                self._refused(lambda n=name, v=value: draft.write({n: v}))
                self._refused(
                    lambda n=name, v=value: self._drafts().create(self._vals(**{n: v}))
                )
                self._refused(
                    lambda n=name, v=value: self._drafts(**{f"default_{n}": v}).create(
                        self._vals()
                    )
                )

    def test_in_force_only_a_manager_says_when_it_ends(self):
        agreement = self._agree(self.consignor, {self.product: 50})
        mine = agreement.with_user(self.accountant)
        self._refused(lambda: mine.write({"date_end": self._day(5)}))
        for name in ("settled_until", "approved_on"):
            self._refused(lambda n=name: mine.write({n: False}))
        agreement.date_end = self._day(5)
        agreement.action_close()
        self._refused(
            lambda: agreement.write({"date_end": False}), UserError, "new version"
        )

    def test_approval_says_who_even_by_a_plain_write(self):
        draft = self._drafts().create(self._vals())
        draft.with_user(self.manager).write({"state": "active"})
        self.assertEqual(draft.approved_by_id, self.manager)
        self.assertTrue(draft.approved_on)

    def test_a_price_cannot_move_from_a_draft_into_force(self):
        agreement = self._agree(self.consignor, {self._product("Otra"): 3})
        line = self._drafts().create(self._vals()).line_ids
        self._refused(
            lambda: line.write({"agreement_id": agreement.id}), UserError, "approved"
        )
        self._refused(lambda: line.write({"company_id": self.env.company.id}))


@tagged("post_install", "-at_install")
class TestApprovalOfPrices(VersionsCommon):
    def _draft(self, *prices):
        agreement = self._agree(self.consignor, {}, activate=False)
        agreement.line_ids = [Command.create(price) for price in prices]
        return agreement

    def _price(self, product=None, **vals):
        return {"product_id": (product or self.product).id, "value": 50, **vals}

    def test_tiers_without_a_base_price_are_refused_all_at_once(self):
        other = self._product("Tostadora")
        agreement = self._draft(
            self._price(tier_quantity=100),
            self._price(other, date_end=self._day(10)),
            self._price(other, value=45, tier_quantity=50),
        )
        with self.assertRaises(ValidationError) as refusal:
            agreement.action_activate()
        message = str(refusal.exception)
        self.assertIn(f"Licuadora from {agreement.date_start} to …", message)
        self.assertIn(f"Tostadora from {self._day(11)} to …", message)

    def test_days_without_a_price_are_said_before_and_after_approval(self):
        agreement = self._draft(
            self._price(date_end=self._day(10)),
            self._price(value=60, date_start=self._day(20)),
        )
        gap = f"Licuadora from {self._day(11)} to {self._day(19)}"
        self.assertEqual(agreement.price_gaps, gap)
        agreement.action_activate()
        self.assertIn(gap, "".join(agreement.message_ids.mapped("body")))

    def test_no_gap_where_prices_follow_each_other(self):
        agreement = self._draft(
            self._price(date_end=self._day(10)),
            self._price(value=60, date_start=self._day(11)),
            self._price(value=40, tier_quantity=100),
        )
        self.assertFalse(agreement.price_gaps)
        agreement.action_activate()
        self.assertEqual(agreement.state, "active")


@tagged("post_install", "-at_install")
class TestIssueOrderOfVersions(VersionsCommon):
    def _orders(self):
        return self.env["o2c.consignment.agreement"]._o2c_issue_orders(self.company.id)

    def test_the_version_in_force_today_decides(self):
        agreement = self._agree(
            self.consignor, {self.product: 50}, issue_order="consigned_first"
        )
        version = agreement.action_new_version()
        version.issue_order = "own_first"
        version.action_activate()
        self.assertEqual(self._orders()[self.consignor.id], "consigned_first")
        with patch(f"{PRICING}.legal_today", lambda: self._day(1)):
            self.assertEqual(self._orders()[self.consignor.id], "own_first")

    def test_no_query_after_the_first_call(self):
        self._agree(self.consignor, {self.product: 50})
        self._orders()
        with self.assertQueryCount(0):
            for _line in range(50):
                self._orders()

    def test_goods_stay_his_after_the_agreement_ends(self):
        agreement = self._agree(self.consignor, {self.product: 50})
        agreement.action_close()
        with patch(f"{PRICING}.legal_today", lambda: self._day(40)):
            self.assertIn(self.consignor.id, self._orders())


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTiers(ConsignmentCommon):
    """50 each, and 45 from a hundred consumed in the period on.

    A delivery is priced by what was consumed before it:

    delivered  before  cost
           60       0    50
           50      60    50
           10     110    45
    returned of the first 20: at 50
           10     100    45
    returned of the first 10 more: at 50
           10     100    45
           (100 = 60 + 50 + 10 − 20, then 100 + 10 − 10)
    """

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()
        cls.agreement = cls._agree(cls.consignor, {cls.product: 50}, activate=False)
        cls.agreement.line_ids.copy({"value": 45, "tier_quantity": 100})
        cls.agreement.action_activate()
        cls._receive_consigned(cls.consignor, cls.product, 200)

    def setUp(self):
        super().setUp()
        # days of a month are not the matter here
        start = fields.Date.subtract(self.today, days=5)
        patched = patch(f"{PRICING}.current_period_start", lambda *_args: start)
        self.startPatcher(patched)

    def _deliver_some(self, quantity):
        return self._deliver(self._sell(self.product, quantity))

    def _last(self):
        last = self._consumptions()[-1]
        return last.quantity, last.unit_cost, last.amount

    def test_quantity_of_the_period_decides(self):
        first = self._deliver_some(60)
        self.assertEqual(self._last(), (60, 50, 3000))
        self._deliver_some(50)
        self.assertEqual(self._last(), (50, 50, 2500))
        self._deliver_some(10)
        self.assertEqual(self._last(), (10, 45, 450))
        self._return(first, 20)
        self.assertEqual(self._last(), (-20, 50, -1000))
        self._deliver_some(10)
        self.assertEqual(self._last(), (10, 45, 450))
        self._return(first, 10)
        self.assertEqual(self._last(), (-10, 50, -500))
        self._deliver_some(10)
        self.assertEqual(self._last(), (10, 45, 450))
        # 3000 + 2500 + 450 − 1000 + 450 − 500 + 450
        self.assertEqual(self._accrued(), 5350)

    def test_return_may_take_the_total_below_the_tier_again(self):
        first = self._deliver_some(110)
        self._return(first, 20)
        # 110 − 20 = 90 before it
        self._deliver_some(10)
        self.assertEqual(self._last(), (10, 50, 500))

    def test_next_version_goes_on_counting(self):
        yesterday = fields.Date.subtract(self.today, days=1)
        self._deliver_some(110)
        moment = fields.Datetime.now() - timedelta(days=1)
        # of its own quantity none counts for its own price
        self._consumptions()._redate(moment)
        version = self.agreement.action_new_version()
        version.date_start = self.today
        version.action_activate()
        self.assertEqual(self.agreement.date_end, yesterday)
        self.assertEqual(version._consumed_in_period(self.product, self.today), 110)
        self._deliver_some(10)
        self.assertEqual(self._last(), (10, 45, 450))
        self.assertEqual(self._consumptions()[-1].agreement_id, version.sudo())

    def test_other_consignors_goods_do_not_count(self):
        self._agree(self.other_consignor, {self.product: 40})
        self._receive_consigned(self.other_consignor, self.product, 200)
        picking = self._sell(self.product, 110).picking_ids
        picking.move_line_ids.owner_id = self.other_consignor
        self._validate(picking)
        self.assertEqual(
            self.agreement._consumed_in_period(self.product, self.today), 0
        )
