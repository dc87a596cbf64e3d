from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # EXTENDS mail: every notification passes through "exception" while its mail is
        # being sent; only here it is known that the mail server refused it
        notifications = self.mail_message_id.sudo().notification_ids
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )
        if failure_type:
            self.env["o2c.sri.document"]._o2c_mail_lost(
                notifications.filtered(lambda n: n.notification_status == "exception")
            )
        return result
