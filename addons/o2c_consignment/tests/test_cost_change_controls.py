from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .test_cost_change import CostChangeCommon


class ControlsCommon(CostChangeCommon):
    def _refused(self, call, error=AccessError, regex=""):
        with self.assertRaisesRegex(error, regex), self.env.cr.savepoint():
            call()
        self.env.invalidate_all()

    def _vals(self, **vals):
        return {
            "agreement_id": self.agreement.id,
            "product_id": self.product.id,
            "new_cost": 1,
            "date_from": self.today,
            "reason": "Sin permiso",
            **vals,
        }

    def _changes(self, user=None, **context):
        return (
            self.env["o2c.consignment.cost.change"]
            .with_user(user or self.accountant)
            .with_context(**context)
        )

    def _reverse(self, change):
        change.with_user(self.manager).action_reverse()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCostChangeControls(ControlsCommon):
    """What an RPC client may not do, whatever its context says."""

    def test_state_of_a_new_one_by_context(self):
        for user in (self.accountant, self.manager):
            self._refused(
                lambda u=user: self._changes(u, default_state="applied").create(
                    self._vals()
                ),
                UserError,
                "starts as a draft",
            )

    def test_price_in_force_is_not_ended_by_hand(self):
        draft = self._change(preview=False)
        price = self.agreement.line_ids.with_user(self.accountant)
        self._refused(lambda: price.write({"ended_by_id": draft.id}))
        self._apply(self._change("absorb"))
        old = self.agreement.line_ids.filtered("ended_by_id")
        self._refused(
            lambda: old.with_user(self.accountant).write({"ended_by_id": False})
        )

    def test_no_price_by_naming_a_change(self):
        named = {"cost_change_id": self._apply(self._change("absorb")).id}
        vals = {
            "agreement_id": self.agreement.id,
            "product_id": self._product("Tostadora").id,
            "value": 55,
            "date_start": fields.Date.subtract(self.today, days=2),
        }
        lines = self.env["o2c.consignment.agreement.line"].with_user(self.accountant)
        other = self._change(preview=False, date_from=self.today)
        for call in (
            lambda: lines.create({**vals, **named}),
            lambda: lines.with_context(default_cost_change_id=other.id).create(vals),
            lambda: self.agreement.line_ids[0].with_user(self.accountant).write(named),
        ):
            self._refused(call)

    def test_applied_change_is_no_draft_again(self):
        change = self._apply(self._change("absorb"))
        for user in (self.accountant, self.manager):
            mine = change.with_user(user)
            for state in ("draft", "preview", "reversed"):
                self._refused(lambda c=mine, s=state: c.write({"state": s}))
            self._refused(mine.unlink, UserError, "only while it is")
            self._refused(mine.action_draft, UserError, "only while it is")
        self._refused(
            lambda: change.sudo().write({"state": "draft"}), UserError, "only while"
        )

    def test_nobody_writes_that_it_is_applied(self):
        change = self._change("absorb")
        for user in (self.accountant, self.manager):
            self._refused(
                lambda u=user: change.with_user(u).write({"state": "applied"})
            )

    def test_nobody_enters_what_approval_leaves_behind(self):
        foreign = self.invoice
        values = {
            "entry_ids": [Command.link(foreign.id)],
            "note_ids": [Command.link(foreign.id)],
            "later_ids": [Command.link(self.consumption.id)],
            "approved_by_id": self.manager.id,
            "notified_on": "2026-01-01 00:00:00",
            "date_to": "2026-01-01",
            "amount_delta": 7,
            "company_id": self.env.company.id,
        }
        change = self._change("absorb")
        for name, value in values.items():
            with self.subTest(name):
                for user in (self.accountant, self.manager):
                    self._refused(
                        lambda u=user, n=name, v=value: change.with_user(u).write(
                            {n: v}
                        )
                    )
                if name == "company_id":
                    # follows the agreement, whatever a context says
                    continue
                self._refused(
                    lambda n=name, v=value: self._changes().create(self._vals(**{n: v}))
                )
                if name == "amount_delta":
                    # worked out anew
                    continue
                self._refused(
                    lambda n=name, v=value: self._changes(**{f"default_{n}": v}).create(
                        self._vals()
                    )
                )

    def test_terms_and_reason_stay_as_they_were_approved(self):
        change = self._apply(self._change("absorb"))
        for vals in ({"new_cost": 1}, {"reason": "Otra"}):
            self._refused(
                lambda v=vals: change.with_user(self.manager).write(v),
                UserError,
                "only while it is",
            )

    def test_effects_are_nobodys_to_write(self):
        change, other = self._change("absorb"), self._change(cost=56)
        line = change.line_ids.with_user(self.manager)
        for vals in (
            {"delta": 1},
            {"invoice_id": False},
            {"note_id": self.invoice.id},
            {"change_id": other.id},
        ):
            self._refused(lambda v=vals: line.write(v))
        self._refused(
            lambda: change.with_user(self.manager).write(
                {"line_ids": [Command.create({"consumption_id": self.consumption.id})]}
            )
        )

    def test_another_company_is_out_of_reach(self):
        change = self._change("absorb")
        stranger = new_test_user(
            self.env,
            "o2c_stranger",
            "o2c_consignment.o2c_consignment_group_manager",
            company_id=self.env.ref("base.main_company").id,
        )
        company = self._create_company(name="Otra")
        stranger.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        theirs = change.with_user(stranger).with_company(company)
        for call in (theirs.action_apply, theirs.action_preview, theirs.action_reverse):
            self._refused(call)


@tagged("post_install", "-at_install")
class TestPassOnWithoutInvoice(ControlsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.uninvoiced = cls._sell(cls.product, 2)
        cls._deliver(cls.uninvoiced)

    def setUp(self):
        super().setUp()
        self.change = self._change()
        self.line = self.change.line_ids.filtered(lambda line: not line.invoice_id)

    def test_it_is_refused_with_what_to_do(self):
        self.assertEqual(self.line.decision, "absorb")
        self._refused(
            lambda: self.change.line_ids.write({"decision": "pass_on"}),
            UserError,
            f"{self.uninvoiced.name} has no invoice.*Absorb it; or invoice first",
        )
        self.assertEqual(self.change.amount_passed_on, 0)

    def test_it_is_not_applied_either(self):
        (self.change.line_ids - self.line).decision = "absorb"
        # as a database of the time before may have it
        self.env.cr.execute(
            "UPDATE o2c_consignment_cost_change_line SET decision = 'pass_on'"
            " WHERE id = %s",
            (self.line.id,),
        )
        self.line.invalidate_recordset()
        self._refused(lambda: self._apply(self.change), UserError, "has no invoice")

    def test_after_the_invoice_it_is_passed_on(self):
        self._invoice(self.uninvoiced)
        self.env.invalidate_all()
        (self.change.line_ids - self.line).decision = "absorb"
        self._refused(lambda: self._apply(self.change), UserError, "Work it out again")
        self.change.action_preview()
        self.change.line_ids.decision = "pass_on"
        # 5 × 5 and 2 × 5
        self.assertEqual(self.change.amount_passed_on, 35)
        self._apply(self.change)
        self.assertEqual(sum(self.change.note_ids.mapped("amount_untaxed")), 35)


@tagged("post_install", "-at_install")
class TestCostChangeByPurchasing(ControlsCommon):
    """A manager of consignment without any right on accounting does all of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purchasing = cls._user(
            "purchasing",
            "purchase.group_purchase_user,"
            "o2c_consignment.o2c_consignment_group_manager",
        )

    def test_apply_tell_and_reverse(self):
        change = self._changes(self.purchasing).create(
            self._vals(new_cost=55, date_from=fields.Date.subtract(self.today, days=2))
        )
        change.action_preview()
        with Form(change) as form, form.line_ids.edit(0) as line:
            line.decision = "pass_on"
        change.action_apply()
        self.assertEqual(change.sudo().note_ids.amount_untaxed, 25)
        # she can open it, without the documents that are not hers to see
        self.assertEqual(Form(change).state, "applied")
        change.action_notify()
        change.action_reverse()
        self.assertEqual(change.sudo().note_ids.state, "cancel")
        self.assertEqual(self._accrued(), 250)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReturnsAndCostChange(ControlsCommon):
    """Five sold at 50; two come back before or after the day or the approval."""

    def _costs(self):
        return [(c.quantity, c.unit_cost, c.amount) for c in self._consumptions()]

    def test_return_of_goods_sold_before_the_day_keeps_their_cost(self):
        self.consumption.sudo().date = fields.Datetime.subtract(
            self.consumption.date, days=10
        )
        self._return(self.picking, 2)
        change = self._change()
        self.assertFalse(change.line_ids)
        self._apply(change)
        self.assertEqual(self._costs(), [(5, 50, 250), (-2, 50, -100)])

    def test_return_goes_with_goods_sold_since_the_day(self):
        self._return(self.picking, 2)
        change = self._apply(self._change("absorb"))
        # 5 × 5 − 2 × 5
        self.assertEqual(change.amount_delta, 15)
        self.assertEqual(self._costs(), [(5, 55, 275), (-2, 55, -110)])
        self._reverse(change)
        self.assertEqual(self._costs(), [(5, 50, 250), (-2, 50, -100)])
        self.assertEqual(self._accrued(), 150)

    def test_return_after_approval_goes_back_with_the_change(self):
        change = self._apply(self._change("absorb"))
        self._return(self.picking, 2)
        self.assertEqual(self._costs(), [(5, 55, 275), (-2, 55, -110)])
        self._reverse(change)
        # three kept at 50
        self.assertEqual(self._costs(), [(5, 50, 250), (-2, 50, -100)])
        self.assertEqual(self._accrued(), 150)
        self.assertEqual(self._cost_of_consigned(), 150)

    def test_return_after_approval_of_settled_goods_goes_back_too(self):
        self._settle()
        change = self._apply(self._change("absorb"))
        self._return(self.picking, 2)
        self.assertEqual(self._consumptions()[-1].amount, -110)
        self._reverse(change)
        self.assertEqual(self._consumptions()[-1].amount, -100)
        self.assertEqual(self._accrued(), 150)

    def test_settled_return_keeps_the_change(self):
        self._bill(self._settle())
        change = self._apply(self._change("absorb"))
        self._return(self.picking, 2)
        returned = self._consumptions()[-1]
        returned.with_user(self.accountant).action_settle()
        self._refused(
            lambda: self._reverse(change),
            UserError,
            f"in settlement {returned.settlement_id.name}",
        )


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestLaterSalesAndReversal(ControlsCommon):
    def test_later_sales_cost_the_former_price_again(self):
        change = self._apply(self._change("absorb"))
        later = self._sell(self.product, 2)
        picking = self._deliver(later)
        self._return(picking, 1)
        # 5, 2 and −1 at 55; a margin is of what was ordered
        self.assertEqual(self._accrued(), 330)
        self.assertEqual(later.order_line.margin, 2 * (100 - 55))
        self._reverse(change)
        sold, back = self._consumptions()[-2:]
        for goods, amount in ((sold, 100), (back, -50)):
            self.assertRecordValues(
                goods,
                [
                    {
                        "unit_cost": 50,
                        "original_unit_cost": 55,
                        "amount": amount,
                        "agreement_line_id": self.consumption.agreement_line_id.id,
                    }
                ],
            )
        self.assertEqual(change.later_ids, sold | back)
        # 6 × 50
        self.assertEqual(self._accrued(), 300)
        self.assertEqual(self._cost_of_consigned(), 300)
        self.assertEqual(later.order_line.margin, 2 * (100 - 50))
        # billed apart, they clear what lowered them: 2 × 5 less 1 × 5
        lowered = change.entry_ids.sorted("id")[-1].line_ids.filtered(
            lambda line: (
                line.account_id == self.company.o2c_consignment_accrual_account_id
            )
        )
        self.assertRecordValues(lowered, [{"balance": 5, "reconciled": False}])
        bill = self._bill(self._settle(consumptions=sold | back))
        self.assertEqual(bill.amount_untaxed, 50)
        self.assertTrue(lowered.reconciled)
        self.assertEqual(self._bill(self._settle()).amount_untaxed, 250)
        self.assertEqual(self._accrued(), 0)

    def test_settled_later_sales_keep_the_change(self):
        change = self._apply(self._change("absorb"))
        self._deliver(self._sell(self.product, 2))
        self._consumptions()[-1].with_user(self.accountant).action_settle()
        self._refused(lambda: self._reverse(change), UserError, "in settlement")

    def test_a_reversed_change_can_be_made_again(self):
        self._reverse(self._apply(self._change("absorb")))
        self._apply(self._change("absorb", cost=56))
        self._deliver(self._sell(self.product, 1))
        self.assertEqual(self._consumptions()[-1].unit_cost, 56)

    def test_changes_are_reversed_in_the_opposite_order(self):
        first = self._apply(self._change("absorb"))
        tomorrow = fields.Date.add(self.today, days=1)
        second = self._apply(self._change(cost=58, date_from=tomorrow))
        self._refused(
            lambda: self._reverse(first),
            UserError,
            f"{second.name} was applied to the same product since",
        )
        self._reverse(second)
        self._reverse(first)
        agreed = self.agreement._agreed_cost(self.product, tomorrow)
        self.assertEqual(agreed.unit_cost, 50)
