import hashlib
import hmac
import json
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models.o2c_supplier_webhook_delivery import Unreachable
from .common import SupplierPortalCommon, SupplierPortalHttp

ALERTS = "/my/consignment/alerts"


class AlertsCommon(SupplierPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._let_crons_run()
        for user in cls.env["res.users"].search([("login", "like", "andino_")]):
            user.partner_id.email = f"{user.login}@andino.example"
        cls._play()

    def _tell(self):
        self.env["o2c.supplier.event"]._cron_tell()

    def _alerts(self, user, kind=None):
        domain = [("user_id", "=", user.id)]
        if kind:
            domain.append(("kind", "=", kind))
        return self.env["o2c.supplier.alert"].search(domain)

    def _mails(self, user):
        return self.env["mail.mail"].search([("email_to", "=", user.partner_id.email)])


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestAlerts(AlertsCommon):
    """Who is told of what, when, and once.

    Webhooks are signed, tried again, and never called inside our network.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hook = cls.env["o2c.supplier.webhook"].create(
            {
                "company_id": cls.company.id,
                "consignor_id": cls.consignor.id,
                "url": "https://andino.example.com/hook",
                "secret": "s3cret",
                "kinds": ["to_bill"],
            }
        )

    def _forget(self):
        """Nobody is to be told of what the class began with."""
        self.env["o2c.supplier.event"].search([]).unlink()

    def test_sales_are_told_once_a_day_in_one_mail(self):
        self._forget()
        self._receive_consigned(self.consignor, self.jar, 40)
        self._deliver(self._sell(self.jar, 4, 100))
        self._deliver(self._sell(self.jar, 6, 100))
        self._tell()
        self._tell()
        manager = self.member["manager"]
        told = self._alerts(manager, "sale")
        self.assertEqual(told.mapped("text"), ["2 sales: 10 units."])
        self.assertFalse(self._mails(manager))
        self.env["o2c.supplier.alert"]._cron_digest()
        self.env["o2c.supplier.alert"]._cron_digest()
        self.assertEqual(len(self._mails(manager)), 1)
        # logistics sees no sales, another supplier none of his
        self.assertFalse(self._alerts(self.member["logistics"], "sale"))
        self.assertFalse(self._alerts(self.other_member))

    def test_a_settlement_at_once_as_chosen(self):
        preferences = self.env["o2c.supplier.preference"]
        preferences._o2c_choose(self.member["reader"], {"settlement": "none"})
        self._tell()
        self.assertEqual(
            self._alerts(self.member["billing"], "settlement").text,
            f"{self.settlement.name} is ready for your answer.",
        )
        self.assertIn(self.settlement.name, self._mails(self.member["billing"]).subject)
        self.assertFalse(self._alerts(self.member["reader"], "settlement"))

    def test_low_stock_is_told_once_until_it_recovers(self):
        manager = self.member["manager"]  # 20 of 30 are left
        self._deliver(self._sell(self.jar, 2, 100))  # 18 left, minimum 18
        for __ in range(2):
            self._tell()
            self.env["o2c.supplier.level"]._cron_levels()
        self.assertEqual(len(self._alerts(manager, "low_stock")), 1)
        self._receive_consigned(self.consignor, self.jar, 20)
        self.env["o2c.supplier.level"]._cron_levels()
        self._deliver(self._sell(self.jar, 20, 100))
        self._tell()
        self._tell()
        self.assertEqual(len(self._alerts(manager, "low_stock")), 2)

    def test_accepted_disputed_and_paid(self):
        self.settlement.action_accept()
        self._tell()
        billing = self.member["billing"]
        self.assertTrue(self._alerts(billing, "to_bill"))
        self.settlement.with_user(self.accountant).message_post(
            body="Revisamos", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._tell()
        self.assertTrue(self._alerts(billing, "dispute"))

    def test_reminded_each_week_of_what_was_not_billed(self):
        self.settlement.action_accept()
        self._tell()
        billing = self.member["billing"]
        self.settlement.sudo().answered_on = "2026-01-01"
        for __ in range(3):
            self.settlement._cron_o2c_remind()
            self._tell()
        self.assertEqual(len(self._alerts(billing, "to_bill")), 2)

    # === WEBHOOKS === #

    def _deliveries(self):
        return self.env["o2c.supplier.webhook.delivery"].search([])

    def _deliver_calls(self, **answer):
        delivery = type(self.env["o2c.supplier.webhook.delivery"])
        with patch.object(delivery, "_o2c_call", autospec=True, **answer) as call:
            self.env["o2c.supplier.webhook.delivery"]._cron_deliver()
        return call

    def test_called_once_for_what_was_chosen(self):
        self.settlement.action_accept()
        self._tell()
        delivery = self._deliveries()
        self.assertEqual(delivery.kind, "to_bill")
        self.assertEqual(json.loads(delivery.body)["resource"], self.settlement.id)
        self._deliver_calls(return_value=204)
        self.assertRecordValues(delivery, [{"state": "done", "status": 204}])
        self.assertEqual(self._deliver_calls(return_value=204).call_count, 0)

    def test_tried_again_and_given_up(self):
        self.settlement.action_accept()
        self._tell()
        delivery = self._deliveries()
        for tries in range(1, 9):
            delivery.next_try = "2026-01-01"
            self._deliver_calls(side_effect=Unreachable("TimeoutError"))
            self.assertEqual(delivery.tries, tries)
        self.assertRecordValues(
            delivery, [{"state": "failed", "error": "TimeoutError"}]
        )

    def test_signature(self):
        self.settlement.action_accept()
        self._tell()
        delivery = self._deliveries()
        with (
            patch("urllib3.HTTPSConnectionPool") as pool,
            patch("socket.getaddrinfo", return_value=[(0, 0, 0, "", ("9.9.9.9", 443))]),
        ):
            pool.return_value.request.return_value.status = 200
            self.env["o2c.supplier.webhook.delivery"]._cron_deliver()
        self.assertEqual(pool.call_args.args, ("9.9.9.9",))
        self.assertEqual(pool.call_args.kwargs["server_hostname"], "andino.example.com")
        sent = pool.return_value.request.call_args.kwargs
        stamp, __, signature = sent["headers"]["O2C-Signature"].partition(",v1=")
        message = f"{stamp[2:]}.{delivery.body}".encode()
        expected = hmac.new(b"s3cret", message, hashlib.sha256).hexdigest()
        self.assertEqual(signature, expected)

    def test_never_into_our_network(self):
        self.settlement.action_accept()
        self._tell()
        for address in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::1"):
            self._deliveries().write({"next_try": "2026-01-01", "tries": 0})
            with (
                patch("urllib3.HTTPSConnectionPool") as pool,
                patch(
                    "socket.getaddrinfo",
                    return_value=[
                        (0, 0, 0, "", ("9.9.9.9", 443)),
                        (0, 0, 0, "", (address, 443)),
                    ],
                ),
            ):
                self.env["o2c.supplier.webhook.delivery"]._cron_deliver()
            pool.assert_not_called()
            self.assertEqual(self._deliveries().state, "waiting")

    def test_addresses_that_cannot_be(self):
        for url in ("http://a.example.com", "https://localhost/x", "https://u:p@a.com"):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.hook.url = url


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestAlertPages(AlertsCommon, SupplierPortalHttp):
    """What a supplier reads and chooses of his alerts and webhooks."""

    def test_alerts(self):
        self._tell()
        self._as(self.member["manager"])
        page = self._get(ALERTS).text
        self.assertIn(self.settlement.name, page)
        self._as(self.other_member)
        self.assertNotIn(self.settlement.name, self._get(ALERTS).text)

    def test_a_choice(self):
        self._as(self.member["reader"])
        self._post(f"{ALERTS}/preferences", {"settlement": "none"})
        self._tell()
        self.assertTrue(self._alerts(self.member["billing"], "settlement"))
        self.assertFalse(self._alerts(self.member["reader"], "settlement"))

    def test_webhooks(self):
        self._as(self.member["manager"])
        answer = self._post(
            "/my/consignment/webhooks/new", {"url": "https://b.example.com/h"}
        )
        self.assertIn("not shown again", answer.text)
        hook = self.env["o2c.supplier.webhook"].search([])
        page = self._get("/my/consignment/webhooks").text
        self.assertIn("b.example.com", page)
        self.assertNotIn(hook.secret, page)
        bad = self._post("/my/consignment/webhooks/new", {"url": "http://b.com"})
        self.assertEqual(bad.status_code, 422)
