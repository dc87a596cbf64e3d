import base64
import json

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..portal_core import roles
from .common import SupplierPortalCommon, normalised
from .routes import API, TABLE, address, is_api, own_rules

UNKNOWN = 999_999_999
MODELS = (
    "o2c.supplier.sale",
    "o2c.supplier.stock",
    "o2c.supplier.quant",
    "o2c.supplier.movement",
    "o2c.supplier.total",
    "o2c.supplier.order",
    "o2c.supplier.order.line",
    "o2c.supplier.settlement",
    "o2c.supplier.settlement.line",
    "o2c.supplier.bill",
)
# of the other supplier, our customer and our other figures
SECRETS = ("Taza", "TAZ-1", "Costa", "Cliente Quito", "costa_manager")


@tagged("post_install", "-at_install")
class TestIsolation(SupplierPortalCommon):
    """Every route of the addon, as everybody, with everybody's ids."""

    def setUp(self):
        super().setUp()
        self._play()
        for settlement in (self.settlement, self.other_settlement):
            settlement.action_accept()
        self.bill = self._bill(self.settlement)
        self.other_bill = self._bill(self.other_settlement, reference="002-001-7")
        self._fetched(self.bill, "<factura>Frasco</factura>", "1")
        self._fetched(self.other_bill, "<factura>Taza</factura>", "2")
        self._saved(self.member["manager"])
        self._saved(self.other_member)
        self._asked_for(self.consignor, self.jar)
        self._asked_for(self.other_consignor, self.cup)
        self.key = self._key(self.member["manager"])
        self.other_key = self._key(self.other_member)
        self.own = self._ids(self.consignor, self.member["manager"])
        self.foreign = self._ids(self.other_consignor, self.other_member)

    def _fetched(self, bill, xml, digit):
        """The supplier's document behind a bill, as it came from the SRI."""
        self.env["o2c.sri.received"].sudo().create(
            {
                "access_key": digit * 49,
                "company_id": self.company.id,
                "document_type": "01",
                "number": f"001-001-00000000{digit}",
                "xml": base64.b64encode(xml.encode()),
                "move_id": bill.id,
            }
        )

    def _saved(self, user):
        """A report and a file of a user."""
        common = {"user_id": user.id, "company_id": self.company.id}
        self.env["o2c.supplier.report"].create(
            {**common, "name": f"Informe {user.login}", "listing": "stock"}
        )
        self.env["o2c.supplier.export"].create(
            {
                **common,
                "listing": "stock",
                "file_format": "csv",
                "state": "done",
                "filename": f"{user.login}.csv",
                "content": base64.b64encode(user.login.encode()),
            }
        )

    def _asked_for(self, consignor, product):
        """A replenishment, a webhook and a message of a supplier."""
        own = {"company_id": self.company.id, "consignor_id": consignor.id}
        self.env["o2c.supplier.replenishment"].create(
            {**own, "line_ids": [(0, 0, {"product_id": product.id, "proposed": 5})]}
        )
        self.env["o2c.supplier.webhook"].create(
            {**own, "url": f"https://{product.id}.example.com/x", "secret": "s" * 20}
        )
        talk = self.env["o2c.supplier.conversation"]
        talk._o2c_of(consignor, self.company, create=True).message_post(
            body=f"Hola {consignor.name}",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _ids(self, consignor, user):
        def first(model, **domain):
            domain = [(name, "=", value) for name, value in domain.items()]
            return self.env[model].sudo().search(domain, limit=1).id

        return {
            "settlement": first("o2c.supplier.settlement", consignor_id=consignor.id),
            "sale": first("o2c.supplier.sale", consignor_id=consignor.id),
            "stock": first("o2c.supplier.stock", consignor_id=consignor.id),
            "bill": first("o2c.supplier.bill", consignor_id=consignor.id),
            "member": first("o2c.supplier.member", partner_id=consignor.id),
            "key": first("res.users.apikeys", user_id=user.id),
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

    def test_every_route_is_in_the_table(self):
        self.assertEqual({rule.rule for rule in own_rules(self.env)}, set(TABLE))

    def test_foreign_ids_are_answered_like_unknown_ones(self):
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

    def test_rpc_sees_the_same_rows(self):
        """Without our controllers, record rules keep the suppliers apart."""
        for model in MODELS:
            rows = self.env[model].with_user(self.member["manager"]).search([])
            self.assertEqual(rows.consignor_id, self.consignor, model)
        for model in ("o2c.supplier.sale", "o2c.supplier.settlement"):
            Model = self.env[model].with_user(self.member["logistics"])
            self.assertFalse(Model.search([]), model)
        foreign = self.env["o2c.supplier.sale"].browse(self.foreign["sale"])
        with self.assertRaises(AccessError):
            foreign.with_user(self.member["manager"]).read(["amount"])

    def test_rpc_has_no_way_to_what_lies_beneath(self):
        for model in (
            "o2c.consignment.agreement",
            "o2c.consignment.consumption",
            "o2c.consignment.settlement",
            "o2c.consignment.settlement.line",
            "o2c.supplier.member",
            "o2c.supplier.access.log",
            "o2c.supplier.request",
            "o2c.supplier.export",
            "o2c.supplier.report",
            "o2c.supplier.alert",
            "o2c.supplier.conversation",
            "o2c.supplier.event",
            "o2c.supplier.level",
            "o2c.supplier.preference",
            "o2c.supplier.rate",
            "o2c.supplier.replenishment",
            "o2c.supplier.replenishment.line",
            "o2c.supplier.webhook",
            "o2c.supplier.webhook.delivery",
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.member["manager"]).search([])
        for model in MODELS:
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.member["manager"]).create({})
        with self.assertRaises(AccessError):
            self.env[MODELS[0]].with_user(self.shopper).search([])

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
