from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestSecurity(CreditCommon):
    def test_salesperson_cannot_widen_credit(self):
        seller = self._user(
            "credit_keen_seller",
            "sales_team.group_sale_manager,base.group_partner_manager,"
            "account.group_account_invoice",
        )
        with self.assertRaises(AccessError):
            self.customer.with_user(seller).write({"credit_limit": 99999})
        with self.assertRaises(AccessError):
            self.customer.with_user(seller).use_partner_credit_limit = False
        with self.assertRaises(AccessError):
            self.policy.with_user(seller).write({"tolerance_percent": 500})
        limit = self.customer.with_company(self.company).credit_limit
        self.assertEqual(limit, 1000)

    def test_salesperson_cannot_move_a_customer_to_a_lenient_segment(self):
        tag, harmless = (
            self.env["res.partner.category"]
            .sudo()
            .create([{"name": "Supermarkets"}, {"name": "Christmas card"}])
        )
        self.env["o2c.credit.policy"].sudo().create(
            {
                "name": "Lenient",
                "company_id": self.company.id,
                "category_ids": [(4, tag.id)],
            }
        )
        seller = self._user(
            "credit_tagger", "sales_team.group_sale_manager,base.group_partner_manager"
        )
        partner = self.customer.with_user(seller)
        with self.assertRaises(AccessError):
            partner.write({"category_id": [(4, tag.id)]})
        with self.assertRaises(AccessError):
            partner.create({"name": "New", "category_id": [(4, tag.id)]})
        with self.assertRaises(AccessError):
            tag.with_user(seller).write({"partner_ids": [(4, partner.id)]})
        partner.write({"category_id": [(4, harmless.id)]})
        self.assertEqual(partner.category_id, harmless)

    def test_new_customer_brings_no_terms(self):
        """Neither in the values nor as a default of the caller's context."""
        tag = self.env["res.partner.category"].sudo().create({"name": "Supermarkets"})
        values = {"name": "Lenient", "category_ids": [Command.set(tag.ids)]}
        self.policy.copy({**values, "company_id": self.company.id})
        partners = self._keeper().partner_id.browse()
        partners.create({"name": "Plain"})
        for context in (
            {"default_credit_limit": 5000},
            {"default_o2c_credit_review_date": "2099-01-01"},
            {"default_category_id": tag.ids},
            {"category_id": tag.id},
        ):
            with self.subTest(context), self.assertRaises(AccessError):
                partners.with_context(**context).create({"name": "Friend"})

    def test_contact_leaves_without_the_terms_of_his_company(self):
        contact = self.customer.sudo().create(
            {"name": "Ana", "parent_id": self.customer.id}
        )
        contact.credit_limit = 1000
        for values in ({"parent_id": False}, {"is_company": True}):
            with self.subTest(values), self.assertRaises(AccessError):
                contact.with_user(self._keeper()).write(values)
        self.assertEqual(contact.parent_id, self.customer)

    def _keeper(self):
        """A salesperson who keeps the contacts, as himself."""
        user = self.env["res.users"].sudo().search([("login", "=", "credit_keeper")])
        groups = "sales_team.group_sale_salesman,base.group_partner_manager"
        user = user or self._user("credit_keeper", groups)
        return user.with_user(user)

    def test_manager_sets_limits(self):
        manager = self._user(
            "credit_boss",
            "o2c_credit_control.o2c_credit_control_group_manager,"
            "base.group_partner_manager",
        )
        self.customer.with_user(manager).credit_limit = 2000
        self.assertEqual(self.customer.with_user(self.seller).o2c_credit_limit, 2000)

    def test_who_sees_a_field_of_the_customer_reads_what_is_in_it(self):
        """A form that shows what its reader may not read does not open at all."""
        for user in (self.seller, self.collector, self.accountant, self.manager):
            partner = self.customer.with_user(user)
            shown = [name for name in partner.fields_get() if name.startswith("o2c_")]
            self.assertIn("o2c_credit_promise_ids", shown)
            with self.subTest(user=user.login):
                partner.read(shown)

    def test_who_sees_what(self):
        readable = {
            "o2c.credit.policy": (self.seller, self.collector, self.storekeeper),
            "o2c.credit.hold": (self.seller, self.collector),
            "o2c.credit.promise": (self.seller, self.collector),
            "o2c.credit.dispute": (self.seller, self.collector),
            "o2c.credit.reminder": (self.collector,),
            "o2c.credit.worklist": (self.collector,),
            "o2c.credit.aging": (self.collector,),
        }
        everybody = (self.seller, self.collector, self.storekeeper)
        for model, users in readable.items():
            for user in everybody:
                with self.subTest(model=model, user=user.login):
                    can = self.env[model].with_user(user).has_access("read")
                    self.assertEqual(can, user in users)

    def test_who_changes_what(self):
        for model, operation, users in (
            ("o2c.credit.policy", "write", (self.manager,)),
            ("o2c.credit.ladder", "write", (self.manager,)),
            ("o2c.credit.hold", "create", (self.collector, self.manager)),
            ("o2c.credit.hold", "write", ()),
            ("o2c.credit.hold", "unlink", ()),
            ("o2c.credit.promise", "create", (self.collector, self.manager)),
            ("o2c.credit.promise", "unlink", ()),
            ("o2c.credit.reminder", "create", ()),
            ("o2c.credit.reminder", "unlink", ()),
        ):
            for user in (self.seller, self.collector, self.manager):
                with self.subTest(model=model, operation=operation, user=user.login):
                    can = self.env[model].with_user(user).has_access(operation)
                    self.assertEqual(can, user in users)

    def test_storekeeper_does_not_see_what_customers_owe(self):
        with self.assertRaises(AccessError):
            self.customer.with_user(self.storekeeper).read(["o2c_credit_exposure"])

    def test_rows_of_another_company_are_invisible(self):
        other = self._second_company()
        company = other["company"]
        self._bill(100, 20, company_data=other)
        hold = (
            self.env["o2c.credit.hold"]
            .sudo()
            .create(
                {
                    "partner_id": self.customer.id,
                    "reason": "x",
                    "company_id": company.id,
                }
            )
        )
        self.assertEqual(self._policies(self._quote(1)), [], "held elsewhere")
        with self.assertRaises(AccessError):
            hold.with_user(self.manager).action_release("not mine")
        for model in ("hold", "aging", "worklist", "dso", "policy", "ladder"):
            rows = self.env[f"o2c.credit.{model}"].with_user(self.manager)
            with self.subTest(model=model):
                self.assertNotIn(company, rows.search([]).sudo().company_id)

    def test_new_company_has_its_policy_and_its_ladder(self):
        company = self.env["res.company"].sudo().create({"name": "Brand new"})
        policy = (
            self.env["o2c.credit.policy"]
            .sudo()
            .search([("company_id", "=", company.id)])
        )
        ladder = (
            self.env["o2c.credit.ladder"]
            .sudo()
            .search([("company_id", "=", company.id)])
        )
        self.assertTrue(policy.check_confirm and policy.check_delivery)
        self.assertEqual(ladder.step_ids.mapped("days"), [-3, 3, 15, 30])
        self.assertTrue(company.account_use_credit_limit)
