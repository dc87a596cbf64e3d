from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..portal_core import order_response
from .common import SupplierPortalHttp
from .test_replenishment import ReplenishmentCommon

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


class OrderResponseCommon(ReplenishmentCommon):
    def _response(self, code="CA", *, order=None, quantity="8", note="Cosecha corta"):
        """The supplier's answer to the twelve jars that he is asked for."""
        return f"""<?xml version="1.0" encoding="UTF-8"?>
            <OrderResponse xmlns="{order_response.NAMESPACE}"
              xmlns:cac="{UBL}CommonAggregateComponents-2"
              xmlns:cbc="{UBL}CommonBasicComponents-2">
              <cbc:ID>R-1</cbc:ID>
              <cbc:OrderResponseCode>{code}</cbc:OrderResponseCode>
              <cac:OrderReference>
                <cbc:ID>{order or self.order.name}</cbc:ID>
              </cac:OrderReference>
              <cac:Delivery><cac:PromisedDeliveryPeriod>
                <cbc:EndDate>{self.soon}</cbc:EndDate>
              </cac:PromisedDeliveryPeriod></cac:Delivery>
              <cac:OrderLine>
                <cac:LineItem>
                  <cbc:ID>1</cbc:ID><cbc:Note>{note}</cbc:Note>
                  <cbc:LineStatusCode>3</cbc:LineStatusCode>
                  <cbc:Quantity unitCode="C62">{quantity}</cbc:Quantity>
                </cac:LineItem>
                <cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference>
              </cac:OrderLine>
            </OrderResponse>""".encode()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestOrderResponse(OrderResponseCommon):
    """EDI: our order out as UBL, his answer in (Peppol BIS Ordering 3)."""

    def _answer(self, content):
        order = self.order.with_user(self.member["logistics"]).sudo()
        order._o2c_answer_by_ubl(content)

    def test_what_is_asked_goes_out_before_the_answer(self):
        """12 jars at the agreed 50, numbered as the answer has to name it."""
        tree = etree.fromstring(self.order._o2c_ubl())
        self.assertEqual(tree.findtext("{*}ID"), self.order.name)
        [item] = tree.findall(".//{*}LineItem")
        self.assertEqual(item.findtext("{*}ID"), "1")
        self.assertEqual(float(item.findtext("{*}Quantity")), 12)
        self.assertEqual(float(item.findtext("{*}Price/{*}PriceAmount")), 50)
        self.assertFalse(self.order.order_id)

    def test_his_answer_makes_the_order(self):
        self._answer(self._response())
        self.assertRecordValues(
            self.line, [{"confirmed": 8, "reason": "Cosecha corta"}]
        )
        self.assertEqual(str(self.order.expected_on), self.soon)
        self.assertEqual(self.order.order_id.order_line.product_qty, 8)
        tree = etree.fromstring(self.order._o2c_ubl())
        self.assertEqual(tree.findtext("{*}ID"), self.order.order_id.name)

    def test_he_refuses(self):
        self._answer(self._response("RE", quantity="0", note="Descontinuado"))
        self.assertRecordValues(
            self.order,
            [
                {
                    "state": "refused",
                    "refused_reason": "Descontinuado",
                    "expected_on": False,
                    "order_id": False,
                }
            ],
        )
        self.assertIsNone(self.order._o2c_ubl())

    def test_what_cannot_be_taken_changes_nothing(self):
        self._assert_refused(self._response("AB", order="X/1"), "X/1", "AB")
        self._assert_refused(self._response(note=""), "say why")
        self._assert_refused(b"<factura/>", "OrderResponse")
        self._assert_refused(b"not XML", "XML")
        bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><OrderResponse>&a;</OrderResponse>'
        self._assert_refused(bomb, "XML")
        self._answer(self._response())
        self._assert_refused(self._response(), "already", state="confirmed")

    def _assert_refused(self, content, *texts, state="proposed"):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self._answer(content)
        for text in texts:
            self.assertIn(text, str(caught.exception))
        self.assertEqual(self.order.state, state)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestOrderResponseRoutes(OrderResponseCommon, SupplierPortalHttp):
    def test_page(self):
        self._as(self.member["logistics"])
        path = f"{self.page}/response"
        wrong = self._post(path, {}, files={"xml": ("r.xml", b"<factura/>")})
        self.assertEqual(wrong.status_code, 422)
        self.assertIn("OrderResponse", wrong.text)
        self._post(path, {}, files={"xml": ("r.xml", self._response())})
        self.env.invalidate_all()
        self.assertEqual(self.line.confirmed, 8)

    def test_api(self):
        key = self._key(self.member["logistics"])
        path = f"/replenishments/{self.order.id}/response"
        headers = {"Idempotency-Key": "respuesta-1", "Content-Type": "application/xml"}
        content = self._response()
        answer = self._api(path, key, data=content, headers=headers)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(answer.json()["state"], "confirmed")
        again = self._api(path, key, data=content, headers=headers)
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        headers["Idempotency-Key"] = "respuesta-2"
        refused = self._api(path, key, data=content, headers=headers)
        self.assertEqual(refused.status_code, 422)
