from unittest.mock import patch

from odoo import fields
from odoo.http import STORED_SESSION_BYTES
from odoo.tests import tagged

from .common import PASSWORD, SupplierPortalHttp

HOME = "/my/consignment"
TEAM = "/my/consignment/team"
KEYS = "/my/consignment/keys"
SESSIONS = "/my/consignment/sessions"


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestAccess(SupplierPortalHttp):
    """Who gets in, with which role, and what is written down about it."""

    def _members(self):
        return self.env["o2c.supplier.member"].search(
            [("partner_id", "=", self.consignor.id)]
        )

    def _log(self, kind):
        return self.env["o2c.supplier.access.log"].search([("kind", "=", kind)])

    # === MEMBERS === #

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

    def test_a_manager_ends_keys_and_sessions_of_his_colleagues(self):
        reader = self.member["reader"]
        key = self._key(reader)
        number = self.env["res.users.apikeys"].search([("user_id", "=", reader.id)]).id
        device, his_browser = self._signed_in(reader)
        self._as(self.member["manager"])
        member = reader.o2c_supplier_member_ids
        page = self._get(f"{TEAM}/{member.id}").text
        self.assertIn("prueba", page)
        self.assertIn(f"/sessions/{device.id}/revoke", page)
        self.assertEqual(self._api("/sales", key).status_code, 200)
        self.assertEqual(self._post(f"{KEYS}/{number}/revoke").status_code, 303)
        self.assertEqual(self._api("/sales", key).status_code, 401)
        self.assertEqual(his_browser(HOME).status_code, 200)
        self._post(f"{SESSIONS}/{device.id}/revoke")
        self.assertIn("/web/login", his_browser(HOME).headers["Location"])
        self.assertFalse(self._devices(reader))
        self.assertEqual(len(self._log("key")), 2)
        self.assertIn("andino_reader", self._log("key")[:1].detail)

    def test_a_session_of_ones_own(self):
        device, lost_phone = self._signed_in(self.member["reader"])
        self._as(self.member["reader"])
        self.assertEqual(lost_phone(HOME).status_code, 200)
        self._post(f"{SESSIONS}/{device.id}/revoke")
        self.assertIn("/web/login", lost_phone(HOME).headers["Location"])
        self.assertEqual(self._get(HOME).status_code, 200)

    def test_nobody_else_ends_them(self):
        manager = self.member["manager"]
        key = self._key(manager)
        number = self.env["res.users.apikeys"].search([("user_id", "=", manager.id)]).id
        device, browser = self._signed_in(manager)
        paths = (f"{KEYS}/{number}/revoke", f"{SESSIONS}/{device.id}/revoke")
        for user in (self.member["billing"], self.other_member):
            self._as(user)
            for path in paths:
                with self.subTest(user=user.login, path=path):
                    self.assertEqual(self._post(path).status_code, 404)
        # who moved to another supplier is no colleague any more
        second = self._colleague(self.consignor, "andino_second", "manager")
        manager.partner_id.parent_id = self.other_consignor
        self._as(second)
        for path in paths:
            self.assertEqual(self._post(path).status_code, 404)
        member = manager.o2c_supplier_member_ids
        self.assertEqual(self._get(f"{TEAM}/{member.id}").status_code, 404)
        manager.partner_id.parent_id = self.consignor
        self.assertEqual(self._api("/sales", key).status_code, 200)
        self.assertEqual(browser(HOME).status_code, 200)

    def _signed_in(self, user):
        """Return a device of a user, and what opens pages in its browser."""
        self._as(user)
        session, opener = self.session, self.opener
        self.session = None  # the next to sign in would end it
        now = fields.Datetime.now()
        self.env["res.device.log"].create(
            {
                "session_identifier": session.sid[:STORED_SESSION_BYTES],
                "platform": "linux",
                "browser": "firefox",
                "user_id": user.id,
                "first_activity": now,
                "last_activity": now,
            }
        )
        self.env.flush_all()

        def browser(path):
            with patch.object(self, "opener", opener):
                return self._get(path)

        return self._devices(user), browser

    def _devices(self, user):
        self.env.invalidate_all()
        return self.env["res.device"].search(
            [("user_id", "=", user.id), ("revoked", "=", False)]
        )

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
