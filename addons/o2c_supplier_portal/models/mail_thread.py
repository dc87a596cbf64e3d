from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

MAX_MESSAGES = 200
MAX_LENGTH = 4000


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # For the records that a supplier talks to us about; they were found in the scope
    # of his user before.

    def _o2c_supplier_say(self, text):
        """Add a message of the supplier's user to the record's conversation.

        :param str text: plain text; what is beyond 4000 characters is cut off
        :raises UserError: nothing but spaces
        """
        self.ensure_one()
        text = text.strip()
        if not text:
            raise UserError(self.env._("Write a message first."))
        self.message_post(
            body=text[:MAX_LENGTH],
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

    def _o2c_wait_for_turn(self):
        """Lock the record, after whoever works on it now: a colleague, the mail.

        Odoo's own lock refuses at once; a supplier who answers while his statement is
        being mailed would be refused for nothing. What changed meanwhile makes
        PostgreSQL raise a serialization failure, and Odoo plays the request again.
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM %s WHERE id = %s FOR UPDATE",
                SQL.identifier(self._table),
                self.id,
            )
        )
