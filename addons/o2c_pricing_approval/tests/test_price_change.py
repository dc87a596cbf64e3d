from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .agreement_common import AgreementCommon


@tagged("post_install", "-at_install")
class PriceChangeCase(AgreementCommon):
    """The customer's list sells a drill at 90; lists and sales prices are guarded."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = {
            "applied_on": "1_product",
            "product_tmpl_id": cls.goods.product_tmpl_id.id,
            "compute_price": "fixed",
            "fixed_price": 90,
        }
        cls.pricelist = cls._pricelist(cls.rule)
        cls.customer.property_product_pricelist = cls.pricelist
        cls.item = cls.pricelist.item_ids
        cls.company.o2c_price_approval = "all"

    @classmethod
    def _change(cls, *lines, user=None, **values):
        """A draft change of the sales manager; a line is values."""
        return (
            cls.env["o2c.price.change"]
            .with_user(user or cls.boss)
            .create(
                {
                    "pricelist_id": cls.pricelist.id,
                    "reason": "New cost of copper",
                    "line_ids": [Command.create(line) for line in lines],
                    **values,
                }
            )
        )

    @classmethod
    def _to(cls, price):
        """The line that changes the rule's price."""
        return {"operation": "change", "item_id": cls.item.id, "fixed_price": price}

    @classmethod
    def _approve_change(cls, *lines, **values):
        change = cls._change(*lines, **values)
        change.action_ask()
        change.with_user(cls.approver).action_approve("Market price")
        return change


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestGuard(PriceChangeCase):
    """No price of a guarded list changes by any other path."""

    def test_every_path(self):
        item, product = self.item, self.goods
        paths = {
            "price": lambda u: item.with_user(u).write({"fixed_price": 10}),
            "validity": lambda u: item.with_user(u).write({"date_end": "2020-01-01"}),
            "kind": lambda u: item.with_user(u).write({"compute_price": "percentage"}),
            "through the list": lambda u: self.pricelist.with_user(u).write(
                {"item_ids": [Command.update(item.id, {"fixed_price": 10})]}
            ),
            "new rule": lambda u: item.with_user(u).create(
                {**self.rule, "pricelist_id": self.pricelist.id, "fixed_price": 10}
            ),
            "removed": lambda u: item.with_user(u).unlink(),
            "copied": lambda u: item.with_user(u).copy(),
            "list deleted": lambda u: self.pricelist.with_user(u).unlink(),
            "list with prices": lambda u: self.pricelist.with_user(u).copy(),
            "sales price": lambda u: product.with_user(u).write({"list_price": 10}),
            "of the template": lambda u: product.product_tmpl_id.with_user(u).write(
                {"list_price": 10}
            ),
            "of the variant": lambda u: product.with_user(u).write({"lst_price": 10}),
        }
        for name, change in paths.items():
            with self.subTest(name), self.assertRefused("approved change"):
                change(self.boss)
            for login in ("base.user_admin", "base.user_root"):
                with self.subTest(name, user=login), self.assertRaises(UserError):
                    change(self.env.ref(login))
        self.assertEqual((item.fixed_price, product.list_price), (90, 100))

    def test_no_key_of_the_context(self):
        with self.assertRaises(UserError):
            self.item.with_context(
                o2c_approved=True, install_mode=True, import_file=True
            ).write({"fixed_price": 10})

    def test_a_rule_moved_to_another_list(self):
        free = self.env["product.pricelist"].create({"name": "Free", "o2c_free": True})
        with self.assertRaises(UserError):
            self.item.pricelist_id = free
        mine = self.env["product.pricelist.item"].create(
            {**self.rule, "pricelist_id": free.id, "fixed_price": 1}
        )
        with self.assertRaises(UserError):
            mine.pricelist_id = self.pricelist

    def test_what_is_no_price(self):
        self.item.with_user(self.boss).write({"fixed_price": 90})
        self.pricelist.with_user(self.boss).write({"name": "Ferreterías"})
        self.goods.with_user(self.boss).write({"list_price": 100})

    def test_free_list(self):
        self.pricelist.o2c_free = True
        self.item.with_user(self.boss).write({"fixed_price": 10})

    def test_free_list_on_which_a_guarded_one_rests(self):
        """By way of another, the guarded list would change at once."""
        base = self._pricelist({**self.rule, "fixed_price": 50}, o2c_free=True)
        rule = base.item_ids.with_user(self.boss)
        rule.fixed_price = 55
        between = self._pricelist(self._resting_on(base), o2c_free=True)
        rule.fixed_price = 60
        self.company.o2c_price_approval = "free"
        self.item.write(self._resting_on(between))
        self.company.o2c_price_approval = "all"
        with self.assertRefused("approved change"):
            rule.fixed_price = 10
        with self.assertRefused("approved change"):
            between.item_ids.with_user(self.boss).unlink()
        line = {"operation": "change", "item_id": rule.id, "fixed_price": 65}
        change = self._approve_change(line, pricelist_id=base.id)
        self.assertEqual((change.state, rule.fixed_price), ("applied", 65))

    def _resting_on(self, pricelist):
        """A rule that takes the prices of another list."""
        return {
            "applied_on": "3_global",
            "product_tmpl_id": False,
            "compute_price": "formula",
            "base": "pricelist",
            "base_pricelist_id": pricelist.id,
        }

    def test_who_frees_a_list(self):
        for values in (
            {"o2c_free": True},
            {"active": False},
            {"sequence": 0},
            {"country_group_ids": [Command.clear()]},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self.pricelist.with_user(self.boss).write(values)
        with self.assertRaises(AccessError):
            self.env["product.pricelist"].with_user(self.boss).create(
                {"name": "Mine", "o2c_free": True}
            )

    def test_policy_of_the_company(self):
        self.company.o2c_price_approval = "lists"
        self.goods.with_user(self.boss).list_price = 110
        with self.assertRaises(UserError):
            self.item.with_user(self.boss).fixed_price = 10
        self.company.o2c_price_approval = "free"
        self.item.with_user(self.boss).fixed_price = 10

    def test_who_sets_the_policy(self):
        admin = self._user("sistema", "base.group_system")
        with self.assertRaises(AccessError):
            self.company.with_user(admin).write({"o2c_price_approval": "free"})

    def test_list_of_every_company_follows_the_strictest(self):
        self.pricelist.company_id = False
        other = self.env["res.company"].create({"name": "Otra S.A."})
        self.assertEqual(other.o2c_price_approval, "free")
        with self.assertRaises(UserError):
            self.item.with_user(self.boss).fixed_price = 10

    def test_what_a_value_adds_to_the_sales_price(self):
        value = self._coloured({"price_extra": 8})
        with self.assertRaisesRegex(UserError, "Rojo"):
            value.with_user(self.boss).price_extra = 0
        with self.assertRaises(UserError):
            value.sudo().write({"price_extra": -50})
        with self.assertRaisesRegex(UserError, "Azul"):
            self._coloured({"price_extra": -8}, colour="Azul")
        self.company.o2c_price_approval = "lists"
        value.with_user(self.boss).price_extra = 5

    def _coloured(self, extra, colour="Rojo"):
        """A colour of the drill, with what it adds to the price."""
        attribute = self.env["product.attribute"].create(
            {"name": "Colour", "value_ids": [Command.create({"name": colour})]}
        )
        attribute.value_ids.default_extra_price = extra["price_extra"]
        template = self.goods.product_tmpl_id
        line = self.env["product.template.attribute.line"].create(
            {
                "product_tmpl_id": template.id,
                "attribute_id": attribute.id,
                "value_ids": [Command.set(attribute.value_ids.ids)],
            }
        )
        return line.product_template_value_ids

    def test_an_approved_extra(self):
        value = self._coloured({"price_extra": 8})
        change = self._change(
            {
                "operation": "price_extra",
                "attribute_value_id": value.id,
                "fixed_price": 3,
            }
        )
        self.assertEqual(change.line_ids.product_tmpl_id, value.product_tmpl_id)
        self.assertRegex(change.line_ids.old_price, r"^\D*8[.,]00$")
        change.action_ask()
        self.assertEqual(value.price_extra, 8)
        change.with_user(self.approver).action_approve("Paint is cheaper")
        self.assertEqual((change.state, value.price_extra), ("applied", 3))

    def test_what_an_item_adds_to_a_combo(self):
        combo = self.env["product.combo"].create(
            {
                "name": "Tool",
                "combo_item_ids": [
                    Command.create({"product_id": self.goods.id, "extra_price": 8})
                ],
            }
        )
        item = combo.combo_item_ids
        with self.assertRefused("Tool: Taladro"):
            item.with_user(self.boss).extra_price = 0
        with self.assertRaises(UserError):
            combo.sudo().write(
                {"combo_item_ids": [Command.update(item.id, {"extra_price": -50})]}
            )
        self.assertEqual(item.extra_price, 8)
        change = self._approve_change(
            {"operation": "combo_extra", "combo_item_id": item.id, "fixed_price": 3}
        )
        self.assertEqual((change.state, item.extra_price), ("applied", 3))
        self.assertRegex(change.line_ids.name, "Tool: Taladro")

    def test_a_new_product_has_any_price(self):
        self.env["product.template"].with_user(
            self._user("lola", "base.group_user,product.group_product_manager")
        ).create({"name": "Nuevo", "list_price": 7})


@tagged("post_install", "-at_install")
class TestChange(PriceChangeCase):
    """What was approved takes effect, exactly, on its day."""

    def test_approved_today(self):
        change = self._approve_change(self._to(95))
        self.assertEqual(change.state, "applied")
        self.assertEqual(self.item.fixed_price, 95)
        self.assertEqual(self._quote().order_line.price_unit, 95)

    def test_nothing_happens_before(self):
        change = self._change(self._to(95))
        change.action_ask()
        self.assertEqual(self.item.fixed_price, 90)
        with self.assertRaises(UserError):
            self.item.with_user(self.boss).fixed_price = 95
        change.with_user(self.approver).action_refuse("Too much")
        self.assertEqual((change.state, self.item.fixed_price), ("refused", 90))

    def test_on_its_day(self):
        change = self._approve_change(self._to(95), effective_date=self._in_days(3))
        self.assertEqual((change.state, self.item.fixed_price), ("approved", 90))
        # approved, but its day has not come
        with self.assertRaises(UserError):
            self.item.with_user(self.boss).fixed_price = 95
        change._o2c_set({"effective_date": self.today})
        # another day than the one approved is another change
        self.env["o2c.price.change"]._cron_apply()
        self.assertEqual((change.state, self.item.fixed_price), ("outdated", 90))

    def test_the_job_of_the_day(self):
        change = self._approve_change(self._to(95), effective_date=self._in_days(3))
        self.patch(
            type(self.env["o2c.gate.decision"]), "_today", lambda s: self._in_days(3)
        )
        self.env["o2c.price.change"]._cron_apply()
        self.assertEqual((change.state, self.item.fixed_price), ("applied", 95))

    def test_add_remove_and_sales_price(self):
        change = self._approve_change(
            {**self.rule, "operation": "add", "fixed_price": 85, "min_quantity": 50},
            {"operation": "remove", "item_id": self.item.id},
            {
                "operation": "sales_price",
                "product_tmpl_id": self.goods.product_tmpl_id.id,
                "fixed_price": 110,
            },
        )
        self.assertEqual(change.state, "applied")
        self.assertRecordValues(
            self.pricelist.item_ids, [{"fixed_price": 85, "min_quantity": 50}]
        )
        self.assertEqual(self.goods.list_price, 110)
        self.assertEqual(self._quote().order_line.price_unit, 110)
        large = self._quote({"product_uom_qty": 50})
        self.assertEqual(large.order_line.price_unit, 85)

    def test_only_once(self):
        self._approve_change(self._to(95))
        self._approve_change(self._to(90))
        with self.assertRaises(UserError):
            self.item.with_user(self.boss).fixed_price = 95

    def test_nobody_approves_his_own(self):
        change = self._change(self._to(95), user=self.approver)
        change.action_ask()
        with self.assertRefused("his own prices"):
            change.action_approve("Mine")
        change.with_user(self.colleague).action_approve("Fine")

    def test_nobody_changes_what_waits(self):
        change = self._change(self._to(95))
        change.action_ask()
        for path in (
            lambda: change.line_ids.write({"fixed_price": 10}),
            lambda: change.write({"effective_date": self._in_days(9)}),
            lambda: change.write({"state": "approved"}),
            lambda: change.line_ids.unlink(),
            lambda: change.sudo().write({"state": "approved"}),
            lambda: change.line_ids.sudo().write({"applied": False, "fixed_price": 1}),
            lambda: change.unlink(),
        ):
            with self.assertRaises(UserError):
                path()

    def test_prices_that_changed_meanwhile(self):
        slow = self._change(self._to(95))
        slow.action_ask()
        self._approve_change(self._to(70))
        with self.assertRefused("changed since"):
            slow.with_user(self.approver).action_approve("Late")
        self.assertEqual(self.item.fixed_price, 70)

    def test_prices_that_changed_between_approval_and_day(self):
        late = self._approve_change(self._to(95), effective_date=self._in_days(3))
        self._approve_change(self._to(70))
        self.patch(
            type(self.env["o2c.gate.decision"]), "_today", lambda s: self._in_days(3)
        )
        self.env["o2c.price.change"]._cron_apply()
        self.assertEqual((late.state, self.item.fixed_price), ("outdated", 70))
        self.assertEqual(late.activity_ids.user_id, self.boss)

    def test_empty_and_incomplete(self):
        with self.assertRefused("proposes no price"):
            self._change().action_ask()
        incomplete = self._change({"operation": "change"}, self._to(-5))
        with self.assertRefused("(?s)choose the rule.*not negative"):
            incomplete.action_ask()

    def test_proposals_are_no_prices(self):
        change = self._change({**self.rule, "operation": "add", "fixed_price": 1})
        self.assertNotIn(1, self.pricelist.item_ids.mapped("fixed_price"))
        self.assertEqual(self._quote().order_line.price_unit, 90)
        self.assertTrue(change.line_ids.new_price)

    def test_who_sees_it(self):
        change = self._change(self._to(95))
        with self.assertRaises(AccessError):
            change.with_user(self.seller).read(["reason"])

    def test_the_author_of_another_company(self):
        other = self.env["res.company"].create({"name": "Otra S.A."})
        stranger = self._user(
            "omar",
            "o2c_pricing_approval.o2c_pricing_approval_group_approver",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        change = self._change(self._to(95))
        change.action_ask()
        with self.assertRaises(AccessError):
            change.with_user(stranger).action_approve("Not mine")


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestDecisionLog(PriceChangeCase):
    """What was decided about prices is kept, in a chain that shows tampering."""

    def _verify(self):
        chain = self.env["o2c.gate.chain"]._of(self.company, "pricing")
        chain._verify()
        return chain.state

    def test_tampering_shows(self):
        self._approve_change(self._to(95))
        self._approve_change(self._to(96))
        first = self.env["o2c.pricing.decision"].search([], order="id", limit=1)
        self.assertEqual(self._verify(), "intact")
        for change in ("reason = 'x'", "content = '{}'", "user_id = 1"):
            with self.subTest(change), self.env.cr.savepoint() as point:
                self.env.flush_all()
                self.env.cr.execute(
                    f"UPDATE o2c_pricing_decision SET {change} WHERE id = %s",
                    first.ids,
                )
                self.assertEqual(self._verify(), "broken")
                point.rollback()
        self.env.cr.execute("DELETE FROM o2c_pricing_decision WHERE id = %s", first.ids)
        self.assertEqual(self._verify(), "broken")

    def test_nobody_writes_it(self):
        self._approve_change(self._to(95))
        decisions = self.env["o2c.pricing.decision"].search([])
        for refused in (
            lambda: decisions.sudo().write({"reason": "x"}),
            lambda: decisions.sudo().unlink(),
            lambda: decisions.sudo().create([{"reason": "x"}]),
            lambda: decisions[0].sudo().copy(),
        ):
            with self.assertRaises(UserError):
                refused()

    def test_logs_of_orders_and_prices_are_two(self):
        self._approve_change(self._to(95))
        order = self._quote({"discount": 40})
        self._approve(order)
        chains = self.env["o2c.gate.chain"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(sorted(chains.mapped("log")), ["gate", "pricing"])
        chains._verify()
        self.assertEqual(set(chains.mapped("state")), {"intact"})
