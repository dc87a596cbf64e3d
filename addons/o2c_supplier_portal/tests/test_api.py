import json

from odoo.tests import tagged

from ..controllers import openapi
from ..controllers.api_schema import SALE
from ..models import ir_http
from ..models.ir_http import API_RATE
from .common import API, SupplierPortalHttp
from .routes import TABLE, is_api

JSON = {"Content-Type": "application/json"}


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestApi(SupplierPortalHttp):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._play()

    def setUp(self):
        super().setUp()
        self.key = self._key(self.member["billing"])

    def _json(self, path, **kwargs):
        answer = self._api(path, self.key, **kwargs)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def _answer(self, body, idempotency="clave-0001", settlement=None):
        headers = {**JSON, "Idempotency-Key": idempotency}
        return self._api(
            f"/settlements/{settlement or self.settlement.id}/answer",
            self.key,
            data=body if isinstance(body, str) else json.dumps(body),
            headers=headers,
        )

    def _lines(self):
        self.env.invalidate_all()
        return self.settlement.line_ids.mapped("state")

    # === READING === #

    def test_sales(self):
        items = self._json("/sales")["items"]
        self.assertEqual([item["quantity"] for item in items], ["6.00", "4.00"])
        sale = items[1]
        self.assertEqual(set(sale), set(SALE))
        self.assertEqual(sale["due"], "200.00")
        self.assertEqual(sale["sale_amount"], "400.00")
        self.assertEqual(sale["product"]["code"], "FRA-1")
        self.assertEqual(sale["company"]["name"], "Mayorista")
        self.assertEqual(sale["currency"], "USD")
        self.assertRegex(sale["date"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$")
        self.assertEqual(self._json(f"/sales/{sale['id']}"), sale)

    def test_the_customer_is_masked(self):
        label = self._consumptions()[0]._o2c_customer_label()
        self.assertEqual(self._json("/sales")["items"][0]["customer"], label)
        self._let_see("none")
        self.assertIsNone(self._json("/sales")["items"][0]["customer"])

    def test_other_lists(self):
        [stock] = self._json("/stock")["items"]
        self.assertEqual((stock["available"], stock["level"]), ("20.00", "near"))
        [settlement] = self._json("/settlements")["items"]
        self.assertEqual((settlement["total"], settlement["state"]), ("200.00", "sent"))
        [line] = self._json(f"/settlements/{settlement['id']}/lines")["items"]
        self.assertEqual((line["due"], line["state"]), ("200.00", "pending"))
        self.settlement.action_accept()
        self._bill(self.settlement)
        [bill] = self._json("/bills")["items"]
        self.assertEqual(bill["payment_state"], "not_paid")
        self.assertEqual(bill["settlement_id"], settlement["id"])

    def test_lists_say_what_single_answers_say(self):
        """Lists are read past the ORM, single records through it."""
        self.env["o2c.supplier.replenishment"].create(
            {
                "company_id": self.company.id,
                "consignor_id": self.consignor.id,
                "line_ids": [(0, 0, {"product_id": self.jar.id, "proposed": 5})],
            }
        )
        self._let_see("full")
        for path in ("sales", "stock", "movements", "settlements", "replenishments"):
            with self.subTest(path):
                items = self._api(f"/{path}", self.key).json()["items"]
                self.assertTrue(items)
                for item in items:
                    single = self._api(f"/{path}/{item['id']}", self.key).json()
                    self.assertEqual(item, single)

    def test_a_key_without_scope_opens_nothing(self):
        key = self._key(self.member["billing"], scope=None)
        self.assertEqual(self._api("/sales", key).status_code, 401)

    def test_pages_by_cursor_hold_every_row_once(self):
        for __ in range(5):
            self._deliver(self._sell(self.jar, 1, 100))
        seen, cursor, pages = [], "", 0
        while cursor is not None:
            query = "?limit=3" + (f"&cursor={cursor}" if cursor else "")
            page = self._json(f"/sales{query}")
            seen += [item["id"] for item in page["items"]]
            cursor, pages = page["next_cursor"], pages + 1
        self.assertEqual(pages, 3)
        self.assertEqual(len(seen), 7)
        self.assertEqual(seen, [i["id"] for i in self._json("/sales")["items"]])

    def test_etag(self):
        first = self._api("/sales", self.key)
        tag = first.headers["ETag"]
        again = self._api("/sales", self.key, headers={"If-None-Match": tag})
        self.assertEqual((again.status_code, again.text), (304, ""))
        self._deliver(self._sell(self.jar, 1, 100))
        changed = self._api("/sales", self.key, headers={"If-None-Match": tag})
        self.assertEqual(changed.status_code, 200)

    def test_filters(self):
        for query, count in (
            ("kind=sale", 2),
            ("kind=return", 0),
            (f"product={self.jar.id}", 2),
            ("date_from=2000-01-01", 2),
            ("date_to=2000-01-01", 0),
            ("search=frasco", 2),
        ):
            with self.subTest(query):
                self.assertEqual(len(self._json(f"/sales?{query}")["items"]), count)

    # === PROBLEMS === #

    def test_problems_are_documents(self):
        for path, status, code in (
            ("/sales?limit=0", 400, "invalid_parameters"),
            ("/sales?cursor=x", 400, "invalid_parameters"),
            ("/sales?nombre=x", 400, "invalid_parameters"),
            ("/sales?date_to=", 400, "invalid_parameters"),
            ("/sales?cursor=", 400, "invalid_parameters"),
            ("/sales?cursor=WyIiLDdd", 400, "invalid_parameters"),  # of /stock
            (
                "/sales?date_from=2026-02-02&date_to=2026-01-01",
                422,
                "invalid_parameters",
            ),
            ("/sales?company=999999999", 404, "not_found"),
            ("/sales/999999999", 404, "not_found"),
            ("/sales/99999999999999999999", 404, "not_found"),
            ("/nada", 404, "not_found"),
            ("/sales/x", 404, "not_found"),
            ("/settlements/1/answer", 405, "method_not_allowed"),
        ):
            with self.subTest(path):
                answer = self._api(path, self.key)
                self.assertEqual(answer.status_code, status)
                self.assertEqual(
                    answer.headers["Content-Type"], "application/problem+json"
                )
                self.assertEqual(answer.json()["code"], code)
                self.assertEqual(answer.json()["status"], status)

    def test_all_wrong_parameters_at_once(self):
        answer = self._api("/sales?date_from=ayer&kind=x&limit=-1", self.key)
        errors = answer.json()["errors"]
        self.assertEqual(
            {error["parameter"] for error in errors}, {"date_from", "kind", "limit"}
        )

    def test_rate_limit(self):
        self.env["ir.config_parameter"].set_param(API_RATE, "3")
        # one minute of the clock, whenever the test runs
        self.patch(ir_http.time, "time", lambda: 1_800_000_000.0)
        codes = [self._api("/stock", self.key).status_code for __ in range(4)]
        self.assertEqual(codes, [200, 200, 200, 429])
        answer = self._api("/stock", self.key)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        other = self._key(self.other_member)
        self.assertEqual(self._api("/stock", other).status_code, 200)

    # === WRITING === #

    def test_accept(self):
        answer = self._answer({"accept_rest": True})
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(answer.json()["state"], "accepted")
        self.assertEqual(self._lines(), ["accepted"])

    def test_dispute(self):
        line = self.settlement.line_ids.id
        body = {"lines": [{"id": line, "answer": "dispute", "reason": "Precio"}]}
        self.assertEqual(self._answer(body).json()["disputed"], "200.00")
        self.assertEqual(self.settlement.line_ids.dispute_reason, "Precio")

    def test_texts_that_no_database_holds(self):
        line = self.settlement.line_ids.id
        reason = "Pre\x00cio \ud800"
        body = {"lines": [{"id": line, "answer": "dispute", "reason": reason}]}
        self.assertEqual(self._answer(json.dumps(body)).status_code, 200)
        self.assertEqual(self._reason(), "Precio")

    def _reason(self):
        self.env.invalidate_all()
        return self.settlement.line_ids.dispute_reason

    def test_a_replay_does_nothing_twice(self):
        first = self._answer({"accept_rest": True})
        messages = self.settlement.message_ids
        again = self._answer({"accept_rest": True})
        self.assertEqual(first.text, again.text)
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        self.env.invalidate_all()
        self.assertEqual(self.settlement.message_ids, messages)
        other = self._answer({"accept_rest": False})
        self.assertEqual(
            (other.status_code, other.json()["code"]), (422, "idempotency_key_reused")
        )

    def test_a_failed_write_leaves_its_key_free(self):
        refused = self._answer({"lines": []})
        self.assertEqual(
            (refused.status_code, refused.json()["code"]), (422, "refused")
        )
        self.assertFalse(self.env["o2c.supplier.request"].search([]))
        self.assertEqual(self._answer({"accept_rest": True}).status_code, 200)

    def test_keys_belong_to_their_user(self):
        self._answer({"accept_rest": True})
        self.key = self._key(self.other_member)
        answer = self._answer(
            {"accept_rest": True}, settlement=self.other_settlement.id
        )
        self.assertEqual(answer.json()["total"], "100.00")

    def test_writes_need_a_key(self):
        for key in ("", "corta", "con espacio dentro"):
            answer = self._answer({"accept_rest": True}, idempotency=key)
            self.assertEqual(answer.json()["code"], "idempotency_key_needed")
        self.assertEqual(self._lines(), ["pending"])

    def test_bodies_that_are_wrong(self):
        line = self.settlement.line_ids.id
        other = self.other_settlement.line_ids.id
        for number, (body, status) in enumerate(
            (
                ("{", 400),
                ("[]", 400),
                ("[" * 100_000, 400),
                ({"accept_rest": "si"}, 400),
                ({"lines": {}}, 400),
                ({"lines": [1]}, 400),
                ({"lines": [{"id": str(line), "answer": "accept"}]}, 400),
                ({"lines": [{"id": line, "answer": "perhaps"}]}, 400),
                ({"lines": [{"id": line, "answer": "dispute"}]}, 400),
                ({"lines": [{"id": line, "answer": "accept", "reason": "x"}]}, 400),
                ({"lines": [{"id": line, "answer": "accept", "otra": 1}]}, 400),
                ({"otra": 1}, 400),
                ({"lines": [{"id": other, "answer": "accept"}]}, 404),
                ({"lines": [{"id": 10**12, "answer": "accept"}]}, 404),
            )
        ):
            with self.subTest(body=str(body)[:60]):
                answer = self._answer(body, idempotency=f"mala-{number:04}")
                self.assertEqual(answer.status_code, status, answer.text)
        self.assertEqual(self._lines(), ["pending"])
        self.assertEqual(self.other_settlement.line_ids.state, "pending")

    # === DOCUMENT === #

    def test_document_and_routes_say_the_same(self):
        document = self._api("/openapi.json").json()
        self.assertEqual(document["openapi"], "3.1.0")
        described = {
            (method.upper(), API + path.replace("{id}", "<id>"))
            for path, operations in document["paths"].items()
            for method in operations
        }
        served = {
            (method, route.partition("<int:")[0] + "<id>" + route.partition(">")[2])
            if "<int:" in route
            else (method, route)
            for route, (method, __, __) in TABLE.items()
            if is_api(route) and "<path" not in route and route != API
        }
        self.assertEqual(described, served)

    def test_the_document_as_a_page(self):
        """Every call and object of the document, in the reader's language."""
        document = openapi.document(self.env)
        reader = self.member["reader"]
        self._as(reader)
        page = self._get("/my/consignment/help/api").text
        for path in document["paths"]:
            self.assertIn(f"{API}{path}", page)
        for name in document["components"]["schemas"]:
            self.assertIn(f'id="{name}"', page)
        self.assertIn("Goods asked of you", page)
        self.assertIn(
            "/my/consignment/help/api", self._get("/my/consignment/help").text
        )
        reader.lang = "es_EC"
        self._as(reader)
        page = self._get("/my/consignment/help/api").text
        self.assertNotIn("Goods asked of you", page)
        # programs get the same whatever the language
        served = self._api("/openapi.json", headers={"Accept-Language": "es"})
        self.assertIn("Goods asked of you", served.text)

    def test_answers_follow_the_document(self):
        schemas = openapi.document(self.env)["components"]["schemas"]
        for path, name in (
            ("/sales", "Sale"),
            ("/stock", "Stock"),
            ("/settlements", "Settlement"),
            (f"/settlements/{self.settlement.id}/lines", "SettlementLine"),
        ):
            for item in self._json(path)["items"]:
                self._check(item, schemas[name], path)

    def _check(self, value, schema, where):
        """A small part of JSON Schema: what the document uses."""
        kinds = schema["type"]
        kinds = kinds if isinstance(kinds, list) else [kinds]
        python = {
            "object": dict,
            "string": str,
            "integer": int,
            "boolean": bool,
            "null": type(None),
        }
        self.assertIsInstance(value, tuple(python[k] for k in kinds), where)
        if "enum" in schema:
            self.assertIn(value, schema["enum"], where)
        if "pattern" in schema and value is not None:
            self.assertRegex(value, schema["pattern"], where)
        if isinstance(value, dict):
            self.assertEqual(set(value), set(schema["properties"]), where)
            for name, part in schema["properties"].items():
                self._check(value[name], part, f"{where}.{name}")
