import io
from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from ..sri_core import parser
from .common import SimulatorCommon

# What a mail server writes back when nobody has that address (RFC 3462, RFC 3464).
BOUNCE = """\
From: MAILER-DAEMON@mx.example.com
To: bounce@example.com
Subject: Undelivered Mail Returned to Sender
Message-Id: <bounce-1@mx.example.com>
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

550 no such mailbox here
--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
--part
Content-Type: message/rfc822

Message-Id: {message_id}
To: {to}
Subject: Factura

--part--
"""


def words(pdf):
    """Return the text of a PDF without blanks: how it is broken does not matter."""
    pages = PdfFileReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


class DeliveryCommon(SimulatorCommon):
    def _authorised_invoice(self, **values):
        move = self._invoice(**values)
        self._run_outbox()
        document = self._document(move)
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        return move, document


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestDelivery(DeliveryCommon):
    def test_mailed_with_ride_and_xml(self):
        move, document = self._authorised_invoice()
        self.assertEqual(document.mail_state, "pending")
        with self.mock_mail_gateway_light() as sent:
            self.env["o2c.sri.document"]._cron_deliver()
        self.assertEqual(document.mail_state, "sent", document.mail_error)
        self.assertTrue(sent)
        message = move.message_ids.filtered(lambda m: m.attachment_ids)[:1]
        names = set(message.attachment_ids.mapped("name"))
        self.assertEqual(
            names, {f"01_{document.number}.pdf", f"01_{document.number}.xml"}
        )
        xml = message.attachment_ids.filtered(lambda a: a.name.endswith("xml")).raw
        self.assertEqual(xml, document._o2c_authorised_bytes())

    def mock_mail_gateway_light(self):
        """Count what is handed to the mail server."""
        return patch.object(
            type(self.env["ir.mail_server"]), "send_email", return_value="<id@x>"
        )

    def test_failing_mail_undoes_nothing(self):
        move, document = self._authorised_invoice()
        sender = type(self.env["account.move.send"])
        with patch.object(sender, "_send_mail", side_effect=UserError("no server")):
            self.env["o2c.sri.document"]._cron_deliver()
        self.assertRecordValues(
            document, [{"state": "authorised", "mail_state": "failed"}]
        )
        self.assertIn("no server", document.mail_error)
        self.assertEqual(move.state, "posted")
        document.with_user(self.accountant).action_mail_again()
        self.assertEqual(document.mail_state, "pending")

    def test_ride_is_the_invoice_pdf(self):
        move, document = self._authorised_invoice()
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=1)
        pdf = reports._render_qweb_pdf("account.account_invoices", move.ids)[0]
        text = words(pdf)
        self.assertIn(document.access_key, text)
        self.assertIn(document.number, text)
        self.assertIn("Arroz50kg", text)
        self.assertIn("373.75", text)

    def test_not_sent_by_hand_before_the_authorisation(self):
        move = self._invoice()
        with self.assertRaisesRegex(UserError, "not authorised"):
            self.env["account.move.send"]._generate_and_send_invoices(
                move, sending_methods={"manual"}
            )

    def test_legends_are_printed(self):
        self.company.write(
            {
                "o2c_sri_provider_ruc": "1790000000001",
                "o2c_sri_withholding_agent": "00012345",
                "o2c_sri_rimpe": "0",
            }
        )
        _move, document = self._authorised_invoice()
        issued = parser.parse(document._o2c_authorised_bytes()).document
        self.assertEqual(issued.issuer.withholding_agent, "12345")
        self.assertEqual(issued.issuer.rimpe, "CONTRIBUYENTE RÉGIMEN RIMPE")
        self.assertIn("1790000000001", [d.value for d in issued.additional_info])
        self.assertIn("1790000000001", words(document._o2c_ride()))


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestMailLost(DeliveryCommon):
    """A mail that the server refuses, or that comes back, shows on the document."""

    @contextmanager
    def _mail_server(self, **answers):
        """A mail server that answers as told."""
        server = type(self.env["ir.mail_server"])
        with (
            patch.object(server, "_disable_send", return_value=False),
            patch.object(server, "_connect__", return_value=None),
            patch.object(server, "send_email", **answers),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            yield

    def test_mail_that_leaves_is_no_failure(self):
        document, message = self._mailed_invoice()
        with self._mail_server(return_value="<id@x>"):
            message.mail_ids.send()
        self.assertEqual(message.notification_ids.notification_status, "sent")
        self.assertEqual(document.mail_state, "sent")
        self.assertFalse(document.mail_error)

    def _mailed_invoice(self):
        move, document = self._authorised_invoice()
        self.env["o2c.sri.document"]._cron_deliver()
        self.assertEqual(document.mail_state, "sent", document.mail_error)
        return document, move.message_ids.filtered("attachment_ids")[:1]

    def test_refusal_of_the_mail_server_shows_on_the_document(self):
        _move, document = self._authorised_invoice()
        self.env["o2c.sri.document"]._cron_deliver()
        mails = self.env["mail.mail"].search([("model", "=", "account.move")])
        with self._mail_server(side_effect=OSError("mailbox full")):
            mails.send()
        self.assertEqual(document.mail_state, "failed")
        self.assertIn(self.customer.email, document.mail_error)
        self.assertIn("mailbox full", document.mail_error)
        self.assertEqual(document.state, "authorised")

    def test_bounce_shows_on_the_document(self):
        document, message = self._mailed_invoice()
        bounce = BOUNCE.format(to=self.customer.email, message_id=message.message_id)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process("res.partner", bounce)
        self.assertEqual(message.notification_ids.notification_status, "bounce")
        self.assertEqual(document.mail_state, "failed")
        self.assertIn("no such mailbox here", document.mail_error)
        self.assertIn(document.mail_error, document.note_ids.mapped("text"))

    def test_bounce_of_another_message_is_not_the_document_s(self):
        document, message = self._mailed_invoice()
        other = document.move_id.message_post(
            body="Gracias",
            partner_ids=self.customer.ids,
            subtype_xmlid="mail.mt_comment",
        )
        other.notification_ids.notification_status = "bounce"
        self.assertEqual(document.mail_state, "sent")
        message.notification_ids.notification_status = "bounce"
        self.assertEqual(document.mail_state, "failed")


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPortal(DeliveryCommon, HttpCase):
    def _portal_user(self, login, partner):
        return new_test_user(
            self.env,
            login,
            password=f"{login}_password",
            groups="base.group_portal",
            partner_id=partner.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_only_the_customer_downloads(self):
        move, document = self._authorised_invoice()
        other = self._make_partner("Otro Cliente", "1791234563001")
        self._portal_user("sri_customer", self.customer)
        self._portal_user("sri_other", other)
        base = f"/my/invoices/{move.id}"

        self.authenticate("sri_customer", "sri_customer_password")
        page = self.url_open(base).text
        self.assertIn(document.access_key, page)
        xml = self.url_open(f"{base}/sri/xml")
        self.assertEqual(xml.content, document._o2c_authorised_bytes())
        ride = self.url_open(f"{base}/sri/pdf")
        self.assertTrue(ride.content.startswith(b"%PDF"))
        self.assertEqual(self.url_open(f"{base}/sri/exe").status_code, 404)
        # The route of employees answers strangers like an unknown document.
        self.assertEqual(self.url_open(f"/o2c_sri/{document.id}/xml").status_code, 404)
        self.assertEqual(self.url_open("/o2c_sri/999999999/xml").status_code, 404)

        self.authenticate("sri_other", "sri_other_password")
        for path in (base, f"{base}/sri/xml", f"{base}/sri/pdf"):
            answer = self.url_open(path, allow_redirects=False)
            self.assertEqual(answer.status_code, 303, path)
        unknown = self.url_open("/my/invoices/99999999/sri/xml", allow_redirects=False)
        self.assertEqual(unknown.status_code, 303)

        self.authenticate(None, None)
        answer = self.url_open(f"{base}/sri/xml", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        token = move._portal_ensure_token()
        answer = self.url_open(f"{base}/sri/xml?access_token={token}")
        self.assertEqual(answer.content, document._o2c_authorised_bytes())

    def test_not_authorised_has_nothing_to_download(self):
        move = self._invoice()
        token = move._portal_ensure_token()
        answer = self.url_open(f"/my/invoices/{move.id}/sri/xml?access_token={token}")
        self.assertEqual(answer.status_code, 404)
