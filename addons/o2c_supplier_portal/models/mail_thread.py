from odoo import models

MAX_MESSAGES = 200


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # For the records that a supplier talks to us about; they were found in the scope
    # of his user before.

    def _o2c_supplier_say(self, text):
        """Add a message of the supplier's user to the record's conversation."""
        self.ensure_one()
        self.message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.env["o2c.supplier.access.log"]._o2c_log(
            "action",
            self.env._("%(name)s: message", name=self.display_name),
            company=self.company_id,
        )

    def _o2c_supplier_messages(self):
        """Return the conversation with the supplier: no internal notes, no tracking.

        :rtype: mail.message
        """
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "in", self.ids),
                ("message_type", "in", ("comment", "email")),
                ("subtype_id.internal", "=", False),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
            ],
            order="id",
            limit=MAX_MESSAGES,
        )
