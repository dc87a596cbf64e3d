from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import PolicyCommon


@tagged("post_install", "-at_install", "-standard", "o2c_suite")
class TestOnlinePayment(PolicyCommon, HttpCase):
    """A customer at his browser, with core's payment provider for demonstrations.

    Played where `payment_demo` is installed too, see tests/system/test_together.py.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        codes = dict(cls.env["payment.provider"]._fields["code"].selection)
        if "demo" not in codes:
            cls.skipTest(cls, "payment_demo is not installed")
        cls.provider = cls.env["payment.provider"].search(
            [("code", "=", "demo"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.provider.write({"state": "test", "is_published": True})
        cls.method = cls.env.ref("payment_demo.payment_method_demo")
        cls.method.active = True
        user = cls._user("cliente", "base.group_portal", partner_id=cls.customer.id)
        cls.language = user.lang

    def setUp(self):
        super().setUp()
        self.order = self._quote(
            {"discount": 15}, require_signature=False, require_payment=True
        )
        self.order.sudo().write({"state": "sent"})
        self.env.flush_all()
        self.authenticate("cliente", "cliente")

    def _told(self):
        """What the customer reads, in his language."""
        order = self.order.with_context(lang=self.language)
        return order._o2c_gate_customer_message()

    def _page(self):
        return self.url_open(f"/my/orders/{self.order.id}").text

    def _start(self):
        """What the payment form of the quotation calls."""
        url = f"{self.base_url()}/my/orders/{self.order.id}/transaction"
        values = {
            "access_token": None,
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": self.order.amount_total,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my",
        }
        return self.opener.post(url, json={"jsonrpc": "2.0", "params": values}).json()

    def _succeed(self, reference):
        """What the provider answers, and the page that waits for it."""
        self.make_jsonrpc_request(
            "/payment/demo/simulate_payment",
            {
                "reference": reference,
                "payment_details": "1234",
                "simulated_state": "done",
            },
        )
        transaction = self.env["payment.transaction"].search(
            [("reference", "=", reference)]
        )
        transaction._post_process()
        return transaction

    @mute_logger("odoo.http")
    def test_not_before_the_approval(self):
        page = self._page()
        self.assertIn(self.order.name, self._told())
        self.assertIn(self._told(), page)
        self.assertNotIn("o_sale_portal_paynow", page)
        error = self._start()["error"]["data"]["message"]
        self.assertEqual(error, self._told())
        self.assertFalse(self.order.sudo().transaction_ids)
        self.assertEqual(self.order.state, "sent")

    def test_after_the_approval(self):
        self._approve(self.order)
        self.env.flush_all()
        page = self._page()
        self.assertNotIn(self._told(), page)
        self.assertIn("o_sale_portal_paynow", page)
        transaction = self._succeed(self._start()["result"]["reference"])
        self.assertEqual(transaction.state, "done")
        self.assertEqual(self.order.state, "sale")

    def test_what_changed_while_he_paid(self):
        """The price fell under his hands: his money is kept, the order waits."""
        self._approve(self.order)
        self.env.flush_all()
        reference = self._start()["result"]["reference"]
        self.order.order_line.write({"discount": 60})
        transaction = self._succeed(reference)
        self.assertEqual(transaction.state, "done")
        self.assertEqual(self.order.state, "sent")
        self.assertIn(self.seller, self.order.activity_ids.user_id)
