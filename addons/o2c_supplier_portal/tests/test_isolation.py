import json

from psycopg2.extras import Json

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..portal_core import roles
from .common import SupplierPortalHttp, normalised
from .routes import API, TABLE, address, is_api

UNKNOWN = 999_999_999
COPIED = 888_888_888  # of rows made by hand
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
        cls.strangers = {
            "another supplier": cls.foreign,
            "another company": cls._elsewhere(),
            "a customer": cls._of_customers(),
        }

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

    @classmethod
    def _elsewhere(cls):
        """His own rows in a company of ours in which the manager has no role."""
        company = cls.elsewhere = cls._create_company(name="Otra Mayorista")

        def copy(table, number, **changes):
            cls.env.cr.execute(
                SQL(
                    """INSERT INTO %(table)s
                       SELECT (jsonb_populate_record(t, %(changes)s::jsonb)).*
                         FROM %(table)s t WHERE id = %(number)s RETURNING id""",
                    table=SQL.identifier(table),
                    changes=Json({"company_id": company.id, "id": COPIED, **changes}),
                    number=number,
                )
            )
            return cls.env.cr.fetchone()[0]

        cls.env.flush_all()
        sale = cls.env["o2c.consignment.consumption"].browse(cls.own["sale"])
        settlement = copy(
            "o2c_consignment_settlement", cls.own["settlement"], name="LIQ-OTRA"
        )
        found = {
            "settlement": settlement,
            "sale": copy("o2c_consignment_consumption", sale.id, move_line_id=None),
            "movement": copy("stock_move_line", cls.own["movement"]),
            "bill": copy(
                "account_move",
                cls.own["bill"],
                name="Otra/1",
                o2c_settlement_id=settlement,
            ),
            "order": copy("o2c_supplier_replenishment", cls.own["order"]),
            "webhook": copy("o2c_supplier_webhook", cls.own["webhook"]),
            "member": copy("o2c_supplier_member", cls.own["member"]),
        }
        cls.env.invalidate_all()
        return found

    @classmethod
    def _of_customers(cls):
        """What the same tables hold of people who are no suppliers."""
        cls._key(cls._business(), cls.shopper)
        cls._device(cls.shopper)
        order = cls.env["sale.order"].search(
            [("partner_id", "=", cls.customer.id)], limit=1
        )
        own_goods = cls._product("Cuchara propia")
        cls._receive_own(own_goods, 1, 5, bill=False)
        move_line = cls.env["stock.move.line"].search(
            [("product_id", "=", own_goods.id)], limit=1
        )
        return {
            "bill": cls._invoice(order).id,
            "movement": move_line.id,
            "key": cls._ids(cls.consignor, cls.shopper)["key"],
            "device": cls._ids(cls.consignor, cls.shopper)["device"],
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
        for ids in (self.own, *self.strangers.values()):
            self.assertTrue(all(ids.values()), ids)
        self._as(self.member["manager"])
        tried = set()
        for route, (__, kind, __) in TABLE.items():
            if "<int:" in route:
                # a new kind of id needs its strangers here
                self.assertIn(kind, self.own, route)
            if kind not in self.own:
                continue
            unknown = normalised(self._call(route, UNKNOWN, self.key))
            self.assertEqual(unknown[0], 404)
            for whose, ids in self.strangers.items():
                if kind not in ids:
                    continue
                with self.subTest(route=route, whose=whose):
                    foreign = self._call(route, ids[kind], self.key)
                    self.assertEqual(normalised(foreign), unknown)
                    for secret in SECRETS:
                        self.assertNotIn(secret, foreign.text)
                    tried.add((whose, kind))
        self.assertGreater(len(tried), 20)

    def test_odoo_s_own_addresses_show_nothing(self):
        """Attachments, reports and conversations of what lies beneath the portal."""
        self._as(self.member["manager"])
        for whose in (self.consignor, self.other_consignor):
            for path in self._beneath(whose):
                with self.subTest(path=path), mute_logger("odoo.http"):
                    answer = self._get(path)
                    self.assertIn(answer.status_code, (303, 403, 404))
        own_files = self.env["o2c.supplier.export"].search(
            [("user_id", "=", self.member["manager"].id)]
        )
        self.assertTrue(own_files, "otherwise this looked for nothing")

    def _beneath(self, consignor):
        """Addresses by which Odoo hands out files, fields and reports of records."""
        settlement = self.env["o2c.consignment.settlement"].search(
            [("consignor_id", "=", consignor.id)], limit=1
        )
        settlement._portal_ensure_token()
        reports = self.env["ir.actions.report"].search(
            [("model", "=", settlement._name)]
        )
        exports = self.env["o2c.supplier.export"].search([])
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=like", "o2c.%"),
                ("res_field", "in", [False, "content", "xml"]),
            ]
        )
        files |= self.env["ir.attachment"].create(
            {
                "name": "Taza.pdf",
                "raw": b"Taza",
                "res_model": settlement._name,
                "res_id": settlement.id,
            }
        )
        self.assertTrue(reports and exports and files)
        return [
            *(f"/web/content/{file.id}" for file in files),
            *(f"/web/content/o2c.supplier.export/{e.id}/content" for e in exports),
            *(f"/report/html/{r.report_name}/{settlement.id}" for r in reports),
            f"/mail/view?model={settlement._name}&res_id={settlement.id}",
        ]

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
        company = self.elsewhere
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

    def test_a_supplier_of_two_companies_sees_both_apart(self):
        user, name = self.member["manager"], self.settlement.name
        self.env["o2c.supplier.member"].create(
            {"user_id": user.id, "company_id": self.elsewhere.id, "role": "billing"}
        )
        self._as(user)
        for company, own, other in (
            (self.company, name, "LIQ-OTRA"),
            (self.elsewhere, "LIQ-OTRA", name),
        ):
            page = self._get(f"/my/consignment/settlements?company={company.id}").text
            self.assertIn(own, page)
            self.assertNotIn(other, page)
            answer = self._api(f"/settlements?company={company.id}", self.key).json()
            self.assertEqual([item["name"] for item in answer["items"]], [own])
        both = self._api("/settlements", self.key).json()["items"]
        self.assertEqual({item["name"] for item in both}, {name, "LIQ-OTRA"})

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
        for route, (__, kind, permission) in TABLE.items():
            if is_api(route) and permission != "public":
                with self.subTest(route):
                    answer = self._call(route, self.own.get(kind, 1), revoked)
                    self.assertEqual(answer.status_code, 401)

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
        self.env["o2c.supplier.alert"].create(
            {
                "user_id": user.id,
                "company_id": self.company.id,
                "kind": "sale",
                "text": "Frasco andino",
            }
        )
        user.partner_id.parent_id = self.other_consignor
        user.lang = "en_US"
        self.env.registry.clear_cache()
        self._as(user)
        self.assertEqual(self._get("/my/consignment").status_code, 404)
        self.assertFalse(self.env["o2c.supplier.sale"].with_user(user).search([]))
        # nor does what he saved and was told come back with a role there
        user.o2c_supplier_member_ids.unlink()
        self._give_role(user, "manager")
        self.assertEqual(self._get("/my/consignment").status_code, 200)
        for page in ("exports", "reports", "alerts"):
            text = self._get(f"/my/consignment/{page}").text
            self.assertNotIn("Frasco andino", text)
            self.assertNotIn("Informe andino", text)
            self.assertNotIn("andino_manager.csv", text)
        path = f"/my/consignment/exports/{self.own['export']}/download"
        self.assertEqual(self._get(path).status_code, 404)
