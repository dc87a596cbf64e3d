from odoo import models


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        # EXTENDS mail: a mail that came back is noted here
        result = super().write(vals)
        if vals.get("notification_status") == "bounce":
            self.env["o2c.sri.document"]._o2c_mail_lost(self.sudo())
        return result
