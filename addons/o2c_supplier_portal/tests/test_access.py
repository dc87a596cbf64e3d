from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..models.res_users import REQUIRE_2FA
from .common import PASSWORD, SupplierPortalCommon

TEAM = "/my/consignment/team"
KEYS = "/my/consignment/keys"


@tagged("post_install", "-at_install")
class TestAccess(SupplierPortalCommon):
    """Who gets in, with which role, and what is written down about it."""

    def _members(self):
        return self.env["o2c.supplier.member"].search(
            [("partner_id", "=", self.consignor.id)]
        )

    def _log(self, kind):
        return self.env["o2c.supplier.access.log"].search([("kind", "=", kind)])

    # === MEMBERS === #

    def test_membership_gives_and_takes_the_group(self):
        group = self.env.ref("o2c_supplier_portal.o2c_supplier_portal_group_supplier")
        user = self.member["reader"]
        self.assertIn(group, user.group_ids)
        self._members().filtered(lambda m: m.user_id == user).unlink()
        self.assertNotIn(group, user.group_ids)

    def test_only_portal_users(self):
        employee = new_test_user(self.env, login="empleado", groups="base.group_user")
        with self.assertRaises(ValidationError):
            self._give_role(employee, "reader")

    def test_who_gives_roles_among_us(self):
        user = self._portal_user(self.consignor, "andino_nuevo")
        vals = {"user_id": user.id, "company_id": self.company.id, "role": "reader"}
        for employee in (self.accountant, self.buyer, self.salesman):
            with self.subTest(employee.login), self.assertRaises(AccessError):
                self.env["o2c.supplier.member"].with_user(employee).create(vals)

    def test_the_role_counts_in_its_company_alone(self):
        other = self._create_company(name="Otra Mayorista")
        self.env.user.company_ids |= other
        self.manager.sudo().company_ids |= other
        user = self.member["reader"]
        Member = self.env["o2c.supplier.member"].with_user(self.manager)
        Member = Member.with_context(allowed_company_ids=[other.id])
        Member.create({"user_id": user.id, "company_id": other.id, "role": "manager"})
        self.assertIn(other, user.company_ids)
        self.assertEqual(user._o2c_supplier_companies("team"), other.ids)
        self.assertEqual(
            set(user._o2c_supplier_companies("sales")), {other.id, self.company.id}
        )
        self._as(user)
        self.assertEqual(self._get(f"{TEAM}?company={other.id}").status_code, 200)
        own = self._get(f"{TEAM}?company={self.company.id}")
        self.assertEqual(own.status_code, 403)

    # === TEAM === #

    def test_invite(self):
        self._as(self.member["manager"])
        answer = self._post(
            f"{TEAM}/invite",
            {"name": "Rosa Paz", "email": "Rosa@Andino.example", "role": "billing"},
        )
        self.assertEqual(answer.status_code, 303)
        user = self.env["res.users"].search([("login", "=", "rosa@andino.example")])
        self.assertTrue(user._is_portal())
        self.assertEqual(user.commercial_partner_id, self.consignor)
        self.assertEqual(user._o2c_supplier_members().role, "billing")
        mail = self.env["mail.mail"].search([("email_to", "ilike", "rosa@andino")])
        mail |= self.env["mail.mail"].search(
            [("recipient_ids", "in", user.partner_id.ids)]
        )
        self.assertTrue(mail)
        self.assertIn("rosa@andino.example", self._log("team").detail)

    def test_invite_says_everything_that_is_wrong(self):
        self._as(self.member["manager"])
        answer = self._post(
            f"{TEAM}/invite", {"name": " ", "email": "x", "role": "boss"}
        )
        self.assertEqual(answer.status_code, 422)
        for text in ("name", "e-mail", "role"):
            self.assertIn(text, answer.text)

    def test_invite_does_not_tell_who_our_users_are(self):
        self._as(self.member["manager"])
        texts = set()
        for login in (self.shopper, self.other_member, self.manager):
            login.email = f"{login.login}@example.com"
            answer = self._post(
                f"{TEAM}/invite",
                {"name": "Yo", "email": login.email, "role": "reader"},
            )
            self.assertEqual(answer.status_code, 422)
            self.assertIn("cannot be invited", answer.text)
            said = answer.text.replace(login.email, "").partition('role="alert"')[2]
            texts.add(said[:200])
        self.assertEqual(len(texts), 1)

    def test_change_and_remove(self):
        self._as(self.member["manager"])
        member = self._members().filtered(lambda m: m.role == "reader")
        self._post(f"{TEAM}/{member.id}/role", {"role": "logistics"})
        self.env.invalidate_all()
        self.assertEqual(member.role, "logistics")
        self._post(f"{TEAM}/{member.id}/remove")
        self.env.invalidate_all()
        self.assertFalse(member.exists())
        self._as(self.member["reader"])
        self.assertEqual(self._get("/my/consignment").status_code, 404)

    def test_one_manager_stays(self):
        self._as(self.member["manager"])
        own = self._members().filtered(lambda m: m.role == "manager")
        for path, data in (("role", {"role": "reader"}), ("remove", {})):
            answer = self._post(f"{TEAM}/{own.id}/{path}", data)
            self.assertEqual(answer.status_code, 422)
        self.env.invalidate_all()
        self.assertEqual(own.role, "manager")

    # === KEYS === #

    def test_keys(self):
        self._as(self.member["reader"])
        wrong = self._post(
            f"{KEYS}/new", {"name": "ERP", "days": "30", "password": "no"}
        )
        self.assertEqual(wrong.status_code, 422)
        self.assertIn("password", wrong.text)
        made = self._post(
            f"{KEYS}/new", {"name": "ERP", "days": "30", "password": PASSWORD}
        )
        self.assertEqual(made.status_code, 200)
        self.assertEqual(made.headers["Cache-Control"], "no-store")
        key = made.text.partition("<code")[2].partition(">")[2].partition("<")[0]
        self.assertEqual(self._api("/sales", key).status_code, 200)
        self.assertNotIn(key, self._get(KEYS).text)
        keys = self.env["res.users.apikeys"].search(
            [("user_id", "=", self.member["reader"].id)]
        )
        self.assertEqual(keys.scope, "o2c_supplier")
        self._post(f"{KEYS}/{keys.id}/revoke")
        self.assertEqual(self._api("/sales", key).status_code, 401)
        self.assertEqual(len(self._log("key")), 2)

    def test_a_key_opens_nothing_else(self):
        key = self._key(self.member["manager"])
        answer = self.url_open(
            "/json/2/o2c.supplier.sale/search_read",
            data="{}",
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/json",
            },
        )
        self.assertEqual(answer.status_code, 401)

    # === TWO FACTORS === #

    def test_two_factors_by_setting(self):
        user = self.member["reader"]
        self.assertFalse(user._mfa_type())
        self.env["ir.config_parameter"].set_param(REQUIRE_2FA, "True")
        self.assertEqual(user._mfa_type(), "totp_mail")
        self.assertFalse(self.shopper._mfa_type())
        self.assertFalse(self.accountant._mfa_type())

    # === LOG === #

    def test_sign_ins_are_written_down(self):
        before = len(self._log("sign_in"))
        self._sign_in(self.member["reader"])
        self._sign_in(self.shopper)
        entries = self._log("sign_in")
        self.assertEqual(len(entries) - before, 1)
        self.assertEqual(entries[:1].user_id, self.member["reader"])

    def _sign_in(self, user):
        self.authenticate(None, None)
        self._post("/web/login", {"login": user.login, "password": PASSWORD})

    def test_the_log_stays_as_it_is(self):
        entry = (
            self.env["o2c.supplier.access.log"]
            .with_user(self.member["reader"])
            ._o2c_log("action", "algo", company=self.company)
        )
        for change in (
            lambda: entry.sudo().write({"detail": "otra cosa"}),
            lambda: entry.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(AccessError):
            entry.with_user(self.accountant).create(
                {"user_id": 1, "partner_id": 1, "kind": "action"}
            )
