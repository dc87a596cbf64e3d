import base64
import logging

from odoo import api, models

from ..sri_core import ride

_logger = logging.getLogger(__name__)

BATCH = 20
PRINTABLE_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


class O2cSriDocument(models.Model):
    """After the authorisation: the RIDE, its attachments and the mail.

    All of it happens in a transaction of its own, long after the document is stored:
    a failing mail server or picture never undoes an authorisation (DESIGN rule 7).
    """

    _inherit = "o2c.sri.document"

    # === CRON METHODS === #

    @api.model
    def _o2c_trigger_delivery(self):
        cron = self.env.ref(
            "o2c_sri_einvoice.ir_cron_delivery", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_deliver(self):
        """Draw and mail what was authorised."""
        domain = [("mail_state", "=", "pending"), ("state", "=", "authorised")]
        pending = self.sudo().search(domain, order="id", limit=BATCH)
        for document in pending.try_lock_for_update():
            document._o2c_deliver()
            if self._o2c_can_commit():
                left = self.sudo().search_count(domain, limit=1000)
                self.env["ir.cron"]._commit_progress(1, remaining=left)
        if pending:
            # invoices are mailed through Odoo's queue, which runs once an hour
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    # === BUSINESS METHODS === #

    def _o2c_deliver(self):
        """Attach RIDE and XML to the business record and mail both."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                # first: a mail server that refuses at once writes over it
                self.write({"mail_state": "sent", "mail_error": False})
                self._o2c_attach()
                self._o2c_mail()
        except Exception as error:
            # Shown on the document, with a button to repeat it; never retried in a
            # loop, and never undoing the authorisation.
            _logger.info("Could not mail %s", self.access_key, exc_info=True)
            self.write({"mail_state": "failed", "mail_error": str(error)[:500]})

    def _o2c_ride(self):
        """Return the RIDE as PDF bytes, drawn from the authorised XML."""
        self.ensure_one()
        logo = base64.b64decode(self.company_id.logo or b"")
        # Odoo also takes SVG and WebP as a logo, which a PDF cannot hold.
        printable = logo.startswith(PRINTABLE_IMAGES)
        return ride.render(self._o2c_authorised_bytes(), logo if printable else None)

    def _o2c_file_name(self, extension):
        self.ensure_one()
        return f"{self.document_type}_{self.number}.{extension}"

    def _o2c_attach(self):
        """Make the RIDE the legal PDF of the invoice."""
        move = self.move_id
        if move and move.is_invoice() and not move.invoice_pdf_report_id:
            self.env["ir.attachment"].create(
                {
                    "name": self._o2c_file_name("pdf"),
                    "raw": self._o2c_ride(),
                    "mimetype": "application/pdf",
                    "res_model": "account.move",
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
            )
            move.invalidate_recordset(
                ["invoice_pdf_report_id", "invoice_pdf_report_file"]
            )

    def _o2c_attachment_xml(self):
        """Return the authorised XML as an attachment, verbatim."""
        self.ensure_one()
        name = self._o2c_file_name("xml")
        target = {"res_model": self._name, "res_id": self.id}
        attachment = self.env["ir.attachment"].sudo()
        found = attachment.search(
            [
                *[(key, "=", value) for key, value in target.items()],
                ("name", "=", name),
                ("res_field", "=", False),
            ]
        )
        return found[:1] or attachment.create(
            {
                **target,
                "name": name,
                "raw": self._o2c_authorised_bytes(),
                "mimetype": "application/xml",
            }
        )

    def _o2c_mail(self):
        """Send XML and RIDE to the receiver, when there is an address.

        A mail server that refuses, and a bounce, are told later: ``_o2c_mail_lost``.
        """
        if not self.partner_id.email and not self.move_id.partner_id.email:
            self._o2c_note("mail", self.env._("Not mailed: no e-mail address."))
            return
        if self.move_id and self.move_id.is_sale_document():
            self.env["account.move.send"]._generate_and_send_invoices(
                self.move_id, sending_methods={"email"}
            )
        else:
            self._o2c_mail_other()

    def _o2c_mail_other(self):
        """Mail what is not a sale: guides, withholdings, liquidations.

        In the conversation of the business record, where a refusal of the mail server
        or a bounce is seen like that of any other mail.
        """
        template = self.env.ref("o2c_sri_einvoice.mail_template_document")
        mail = template._generate_template(self.ids, ("subject", "body_html"))[self.id]
        pdf = (self._o2c_file_name("pdf"), self._o2c_ride())
        xml = (self._o2c_file_name("xml"), self._o2c_authorised_bytes())
        self._o2c_origin().message_post(
            subject=mail["subject"],
            body=mail["body_html"],
            partner_ids=self.partner_id.ids,
            attachments=[pdf, xml],
            email_from=self.company_id.email_formatted or None,
            email_layout_xmlid="mail.mail_notification_light",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    @api.model
    def _o2c_mail_lost(self, notifications):
        """Show on the documents that their mail did not reach the receiver.

        :param notifications: ``mail.notification`` whose mail was refused by the mail
            server or came back
        """
        for notification in notifications:
            message = notification.mail_message_id
            names = set(message.attachment_ids.mapped("name"))
            address = (
                notification.mail_email_address or notification.res_partner_id.email
            )
            for document in self._o2c_issued_for(message.model, message.res_id):
                if document._o2c_file_name("xml") in names:
                    document._o2c_mail_failed(address, notification.failure_reason)

    @api.model
    def _o2c_issued_for(self, model, record_id):
        """Return the mailed documents of a business record."""
        origins = {
            self._fields[name].comodel_name: name
            for name in ("move_id", "picking_id", "withholding_id")
        }
        if model not in origins:
            return self.browse()
        return self.sudo().search(
            [(origins[model], "=", record_id), ("mail_state", "=", "sent")]
        )

    def _o2c_mail_failed(self, address, reason):
        error = self.env._(
            "The mail to %(address)s did not arrive: %(reason)s",
            address=address or self.partner_id.display_name,
            reason=(reason or self.env._("the mail server gave no reason")).strip(),
        )[:500]
        self.write({"mail_state": "failed", "mail_error": error})
        self._o2c_note("mail", error)

    # === ACTION METHODS === #

    def action_mail_again(self):
        """Queue the mail of authorised documents again."""
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        authorised = self.sudo().filtered(lambda d: d.state == "authorised")
        authorised.write({"mail_state": "pending", "mail_error": False})
        self._o2c_trigger_delivery()

    def action_download_ride(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/o2c_sri/{self.id}/pdf",
            "target": "new",
        }

    def action_download_xml(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/o2c_sri/{self.id}/xml",
            "target": "new",
        }

    def action_correct(self):
        """Sign refused documents again with the data as it is now."""
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        refused = self.sudo().filtered(lambda d: d.state in ("returned", "rejected"))
        for document in refused:
            document._o2c_origin()._o2c_reissue()
