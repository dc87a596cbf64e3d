import json

from odoo.tests import tagged

from ..portal_core import roles
from .common import SupplierPortalHttp, normalised
from .routes import API, TABLE, address, is_api

UNKNOWN = 999_999_999
# of the other supplier, our customer and our other figures
SECRETS = ("Taza", "TAZ-1", "Costa", "Cliente Quito", "costa_manager")


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestIsolation(SupplierPortalHttp):
    """Every route of the addon, as everybody, with everybody's ids."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._play_everything()
        business = cls._business()
        cls.key = business._key(cls.member["manager"])
        cls.other_key = business._key(cls.other_member)
        cls.own = cls._ids(cls.consignor, cls.member["manager"])
        cls.foreign = cls._ids(cls.other_consignor, cls.other_member)

    @classmethod
    def _ids(cls, consignor, user):
        def first(model, **domain):
            domain = [(name, "=", value) for name, value in domain.items()]
            return cls.env[model].sudo().search(domain, limit=1).id

        return {
            "settlement": first("o2c.supplier.settlement", consignor_id=consignor.id),
            "sale": first("o2c.supplier.sale", consignor_id=consignor.id),
            "stock": first("o2c.supplier.stock", consignor_id=consignor.id),
            "bill": first("o2c.supplier.bill", consignor_id=consignor.id),
            "member": first("o2c.supplier.member", partner_id=consignor.id),
            "key": first("res.users.apikeys", user_id=user.id),
            "device": first("res.device", user_id=user.id),
            "movement": first("o2c.supplier.movement", consignor_id=consignor.id),
            "export": first("o2c.supplier.export", user_id=user.id),
            "report": first("o2c.supplier.report", user_id=user.id),
            "order": first("o2c.supplier.order", consignor_id=consignor.id),
            "webhook": first("o2c.supplier.webhook", consignor_id=consignor.id),
        }

    def _call(self, route, number, key=None):
        method = TABLE[route][0]
        path = address(route, number)
        if not is_api(route):
            return self._get(path) if method == "GET" else self._post(path)
        path = path.removeprefix(API)
        if method == "GET":
            return self._api(path, key)
        headers = {
            "Idempotency-Key": f"key-{number}-{self.id()[-20:]}",
            "Content-Type": "application/json",
        }
        return self._api(path, key, data="{}", headers=headers)

    def test_foreign_ids_are_answered_like_unknown_ones(self):
        self.assertTrue(all(self.own.values()) and all(self.foreign.values()))
        self._as(self.member["manager"])
        tried = 0
        for route, (__, kind, __) in TABLE.items():
            if kind not in self.own:
                continue
            with self.subTest(route=route):
                foreign = self._call(route, self.foreign[kind], self.key)
                unknown = self._call(route, UNKNOWN, self.key)
                self.assertEqual(foreign.status_code, 404)
                self.assertEqual(normalised(foreign), normalised(unknown))
                for secret in SECRETS:
                    self.assertNotIn(secret, foreign.text)
                tried += 1
        self.assertGreater(tried, 12)

    def test_own_ids_are_found(self):
        """Otherwise the test before would pass on routes that never work."""
        self._as(self.member["manager"])
        for route, (method, kind, __) in TABLE.items():
            if kind not in self.own or method == "POST":
                continue
            with self.subTest(route=route):
                answer = self._call(route, self.own[kind], self.key)
                self.assertEqual(answer.status_code, 200)

    def test_lists_hold_nothing_of_anybody_else(self):
        self._as(self.member["manager"])
        queries = ("", "?search=taza", f"?product={self.cup.id}", "?search=%25_")
        for route, (method, kind, __) in TABLE.items():
            if method == "POST" or kind in self.own:
                continue
            for query in queries:
                with self.subTest(route=route, query=query):
                    path = address(route, 1) + query
                    answer = (
                        self._api(path.removeprefix(API), self.key)
                        if is_api(route)
                        else self._get(path)
                    )
                    self.assertLess(answer.status_code, 500)
                    for secret in SECRETS:
                        self.assertNotIn(secret, answer.text)

    def test_a_company_without_a_role_is_as_unknown(self):
        company = self._create_company(name="Otra Mayorista")
        self._as(self.member["manager"])
        for route, (method, kind, __) in TABLE.items():
            if method == "POST" or kind is not None or "api" in route:
                continue
            with self.subTest(route=route):
                answers = [
                    self._get(f"{address(route, 1)}?company={number}")
                    for number in (company.id, UNKNOWN)
                ]
                self.assertEqual(answers[0].status_code, 404)
                self.assertEqual(*map(normalised, answers))

    def test_a_customer_finds_nothing(self):
        self._as(self.shopper)
        for route in TABLE:
            if is_api(route):
                continue
            with self.subTest(route=route):
                kind = TABLE[route][1]
                answer = self._call(route, self.own.get(kind, 1))
                self.assertEqual(answer.status_code, 404)

    def test_the_public_must_sign_in(self):
        self.authenticate(None, None)
        for route, (method, kind, permission) in TABLE.items():
            if permission == "public" or (method == "POST" and not is_api(route)):
                continue
            with self.subTest(route=route):
                answer = self._call(route, self.own.get(kind, 1))
                if is_api(route):
                    self.assertEqual(answer.status_code, 401)
                else:
                    self.assertEqual(answer.status_code, 303)
                    self.assertIn("/web/login", answer.headers["Location"])

    def test_keys_that_do_not_count(self):
        revoked = self._key(self.member["manager"])
        keys = self.env["res.users.apikeys"].sudo()
        keys.search([("user_id", "=", self.member["manager"].id)], order="id desc")[
            :1
        ]._remove()
        archived = self._key(self.member["reader"])
        self.member["reader"].active = False
        bad = {
            "revoked": revoked,
            "expired": self._key(self.member["manager"], days=-1),
            "scope": self._key(self.member["manager"], scope="rpc_other"),
            "archived user": archived,
            "nonsense": "x" * 40,
            "empty": "",
        }
        for name, key in bad.items():
            with self.subTest(name):
                answer = self._api("/sales", key)
                self.assertEqual(answer.status_code, 401)
                self.assertEqual(answer.json()["code"], "invalid_key")
        customer = self._api("/sales", self._key(self.shopper))
        self.assertEqual(customer.status_code, 403)

    def test_a_session_is_no_key(self):
        self._as(self.member["manager"])
        self.assertEqual(self._api("/sales").status_code, 401)

    def test_each_role(self):
        """The table of portal_core.roles, at every route."""
        for role, user in self.member.items():
            self._as(user)
            key = self._key(user)
            for route, (method, kind, permission) in TABLE.items():
                if permission == "public" or (method == "POST" and not is_api(route)):
                    continue
                with self.subTest(role=role, route=route):
                    answer = self._call(route, self.own.get(kind, 1), key)
                    if kind == "export" and role != "manager":
                        # a file is his who asked for it
                        self.assertEqual(answer.status_code, 404)
                    elif kind == "settlement" and not roles.allows(role, "billing"):
                        self.assertEqual(answer.status_code, 403)
                    elif roles.allows(role, permission):
                        self.assertNotIn(answer.status_code, (403, 404))
                    else:
                        self.assertEqual(answer.status_code, 403)

    def test_forms_ask_the_role_too(self):
        for role, user in self.member.items():
            self._as(user)
            for route, (method, kind, permission) in TABLE.items():
                if method == "GET" or is_api(route) or permission == "dashboard":
                    continue
                if roles.allows(role, permission):
                    continue
                with self.subTest(role=role, route=route):
                    answer = self._call(route, self.own.get(kind, 1))
                    self.assertEqual(answer.status_code, 403)

    def test_get_changes_nothing(self):
        """Every route that takes GET, and every form without its token."""
        self._as(self.member["manager"])
        models = [
            "o2c.consignment.settlement.line",
            "o2c.supplier.member",
            "res.users.apikeys",
            "o2c.supplier.request",
        ]

        def state():
            self.env.invalidate_all()
            return json.dumps(
                [self.env[m].sudo().search_read([], order="id") for m in models],
                default=str,
            )

        before = state()
        for route, (method, kind, __) in TABLE.items():
            number = self.own.get(kind, 1)
            if method == "GET":
                self._call(route, number, self.key)
            elif not is_api(route):
                path = address(route, number)
                self.assertIn(self._get(path).status_code, (404, 405), route)
                with self.subTest(route), self.assertLogs("odoo.http", "WARNING"):
                    answer = self._post(path, {"role": "reader"}, csrf=False)
                    self.assertEqual(answer.status_code, 400)
        self.assertEqual(state(), before)

    def test_who_moves_to_another_supplier_takes_nothing_along(self):
        user = self.member["manager"]
        user.partner_id.parent_id = self.other_consignor
        user.lang = "en_US"
        self.env.registry.clear_cache()
        self._as(user)
        self.assertEqual(self._get("/my/consignment").status_code, 404)
        self.assertFalse(self.env["o2c.supplier.sale"].with_user(user).search([]))
