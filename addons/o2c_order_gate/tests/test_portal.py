from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import PolicyCommon

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPortal(PolicyCommon, HttpCase):
    """A customer neither signs nor pays what is not cleared, and is told why."""

    def setUp(self):
        super().setUp()
        self.order = self._quote(
            {"discount": 15}, require_signature=True, require_payment=False
        )
        self.order.sudo().write({"state": "sent"})
        self.order.sudo()._portal_ensure_token()
        self.env.flush_all()

    def _page(self):
        url = (
            f"/my/orders/{self.order.id}?access_token={self.order.sudo().access_token}"
        )
        return self.url_open(url).text

    def _sign(self):
        return self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {
                "access_token": self.order.sudo().access_token,
                "name": "Cliente",
                "signature": PIXEL,
            },
        )

    def test_cannot_sign(self):
        self.assertFalse(self.order._has_to_be_signed())
        answer = self._sign()
        self.assertIn(self.order.name, answer["error"])
        self.assertEqual(self.order.state, "sent")
        self.assertFalse(self.order.signature)

    def test_page_says_why_without_figures(self):
        page = self._page()
        self.assertIn('name="o2c_gate_notice"', page)
        self.assertNotIn('modalaccept" href', page)
        self.assertNotIn("Discount on Taladro", page)

    def test_signs_once_approved(self):
        self._approve(self.order)
        self.assertNotIn('name="o2c_gate_notice"', self._page())
        answer = self._sign()
        self.assertTrue(answer.get("force_refresh"), answer)
        self.assertEqual(self.order.state, "sale")

    def test_unknown_order_answers_as_before(self):
        answer = self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept", {"access_token": "wrong"}
        )
        self.assertNotIn(self.order.name, answer["error"])


class PaymentCommon(PolicyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["payment.provider"].create(
            {"name": "Test", "code": "none", "company_id": cls.company.id}
        )
        cls.method = cls.env["payment.method"].search([], limit=1)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPortalUser(PaymentCommon, HttpCase):
    """A customer who is logged in, on the routes that his browser calls."""

    def setUp(self):
        super().setUp()
        self._user("cliente", "base.group_portal", partner_id=self.customer.id)
        self.order = self._quote(
            {"discount": 15}, require_signature=True, require_payment=True
        )
        self.order.sudo().write({"state": "sent"})
        self.env.flush_all()
        self.authenticate("cliente", "cliente")

    def _post(self, route, **params):
        url = f"{self.base_url()}/my/orders/{self.order.id}/{route}"
        return self.opener.post(url, json={"jsonrpc": "2.0", "params": params}).json()

    def _pay(self):
        return self._post(
            "transaction",
            access_token=None,
            provider_id=self.provider.id,
            payment_method_id=self.method.id,
            token_id=None,
            amount=self.order.amount_total,
            flow="direct",
            tokenization_requested=False,
            landing_route="/my",
        )

    def _transactions(self):
        return self.env["payment.transaction"].search(
            [("sale_order_ids", "in", self.order.ids)]
        )

    def test_page_offers_neither_signature_nor_payment(self):
        for link in ("", "?payment_amount=850"):
            page = self.url_open(f"/my/orders/{self.order.id}{link}").text
            self.assertIn('name="o2c_gate_notice"', page)
            self.assertNotIn('data-bs-target="#modalaccept"', page)

    def test_signature_is_refused_in_plain_words(self):
        answer = self._post("accept", name="Cliente", signature=PIXEL)["result"]
        self.assertIn(self.order.name, answer["error"])
        self.assertNotIn("Discount", answer["error"])
        self.assertFalse(self.order.signature)

    @mute_logger("odoo.http")
    def test_payment_is_refused_in_plain_words(self):
        message = self._pay()["error"]["data"]["message"]
        self.assertIn(self.order.name, message)
        self.assertNotIn("Discount", message)
        self.assertFalse(self._transactions())

    def test_payment_starts_once_approved(self):
        self._approve(self.order)
        self.env.flush_all()
        self.assertNotIn("error", self._pay())
        self.assertEqual(len(self._transactions()), 1)


@tagged("post_install", "-at_install")
class TestPayment(PaymentCommon):
    def _pay(self, order, state="draft"):
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "reference": f"TX-{order.name}",
                "sale_order_ids": [(6, 0, order.ids)],
                "state": state,
            }
        )

    def test_cannot_be_paid(self):
        order = self._quote({"discount": 15}, require_payment=True)
        self.assertFalse(order._has_to_be_paid())
        with self.assertRaises(UserError):
            self._pay(order)

    def test_payment_confirms_what_is_clear(self):
        order = self._quote({"discount": 5}, require_payment=True)
        self.assertTrue(order._has_to_be_paid())
        self._pay(order, "done")._check_amount_and_confirm_order()
        self.assertEqual(order.state, "sale")

    def test_money_is_kept_when_the_order_turned_red(self):
        """He started to pay, then the price changed: money yes, confirmation no."""
        order = self._quote({"discount": 5}, require_payment=True)
        transaction = self._pay(order, "done")
        order.order_line.write({"discount": 60})
        transaction.amount = order.amount_total
        self.assertFalse(transaction._check_amount_and_confirm_order())
        self.assertEqual(order.state, "draft")
        self.assertEqual(transaction.state, "done")
        self.assertEqual(order.activity_ids.user_id, self.seller)
