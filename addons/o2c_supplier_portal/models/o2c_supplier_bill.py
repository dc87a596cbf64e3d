import base64
from datetime import timedelta

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.o2c_sri_einvoice.sri_core import ride

DOCUMENTS = {"pdf": "application/pdf", "xml": "application/xml"}
# A second click, or impatience, sends nothing twice.
RESENT_AGAIN = timedelta(minutes=5)
PAYMENT_STATES = [
    ("not_paid", "Pending"),
    ("partial", "Partly paid"),
    ("in_payment", "In payment"),
    ("paid", "Paid"),
    ("reversed", "Reversed"),
    ("blocked", "On hold"),
    ("invoicing_legacy", "Pending"),
]


class O2cSupplierBill(models.Model):
    """A bill of a supplier for consigned goods, from registered to paid."""

    _name = "o2c.supplier.bill"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Bill"
    _auto = False
    _order = "invoice_date desc, id desc"
    _depends = {
        "account.move": [
            "amount_residual",
            "amount_tax",
            "amount_total",
            "amount_untaxed",
            "commercial_partner_id",
            "company_id",
            "currency_id",
            "invoice_date",
            "invoice_date_due",
            "move_type",
            "name",
            "o2c_settlement_id",
            "payment_state",
            "ref",
            "state",
        ],
        "account.move.line": ["date", "display_type", "move_id"],
        "account.partial.reconcile": ["credit_move_id", "debit_move_id"],
        "account.payment": ["date", "invoice_ids", "move_id", "state"],
        "o2c.consignment.settlement": ["name"],
        "o2c.sri.received": ["move_id"],
        "o2c.sri.withholding": ["direction", "move_id", "name", "state"],
        "o2c.sri.withholding.line": ["amount", "bill_id", "withholding_id"],
    }

    name = fields.Char(string="Number", readonly=True)
    move_type = fields.Selection(
        string="Type",
        selection=[("in_invoice", "Bill"), ("in_refund", "Credit note")],
        readonly=True,
    )
    state = fields.Selection(
        [
            ("draft", "Being checked"),
            ("posted", "Accepted"),
            ("cancel", "Cancelled"),
        ],
        readonly=True,
    )
    payment_state = fields.Selection(PAYMENT_STATES, string="Payment", readonly=True)
    invoice_date = fields.Date(string="Date", readonly=True)
    invoice_date_due = fields.Date(string="Due Date", readonly=True)
    settlement_id = fields.Many2one("o2c.supplier.settlement", readonly=True)
    settlement_name = fields.Char(string="Settlement Number", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_untaxed = fields.Monetary(string="Without Taxes", readonly=True)
    amount_tax = fields.Monetary(string="Taxes", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    amount_residual = fields.Monetary(string="Pending", readonly=True)
    paid_on = fields.Date(
        readonly=True, help="Day of the last payment; what we withheld is none."
    )
    has_document = fields.Boolean(
        readonly=True, help="It was fetched from the SRI, which authorised it."
    )
    withheld = fields.Monetary(string="Withheld by Us", readonly=True)
    withholding_number = fields.Char(string="Withholding", readonly=True)

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT m.id, m.company_id, m.commercial_partner_id AS consignor_id,
                   COALESCE(NULLIF(m.ref, ''), m.name) AS name, m.move_type, m.state,
                   m.payment_state, m.invoice_date, m.invoice_date_due,
                   m.o2c_settlement_id AS settlement_id, s.name AS settlement_name,
                   m.currency_id, m.amount_untaxed, m.amount_tax, m.amount_total,
                   m.amount_residual, (%s) AS paid_on,
                   EXISTS (
                       SELECT FROM o2c_sri_received r WHERE r.move_id = m.id
                   ) AS has_document,
                   COALESCE(kept.withheld, 0) AS withheld,
                   kept.number AS withholding_number
              FROM account_move m
              JOIN o2c_consignment_settlement s ON s.id = m.o2c_settlement_id
         LEFT JOIN LATERAL (
                   SELECT SUM(l.amount) AS withheld, MAX(w.name) AS number
                     FROM o2c_sri_withholding_line l
                     JOIN o2c_sri_withholding w ON w.id = l.withholding_id
                    WHERE l.bill_id = m.id
                      AND w.state = 'posted'
                      AND w.direction = 'issued'
                   ) kept ON TRUE
             WHERE m.move_type IN ('in_invoice', 'in_refund')
               AND m.commercial_partner_id = s.consignor_id
            """,
            self._o2c_last_payment(),
        )

    def _o2c_last_payment(self) -> SQL:
        """Day of the last payment of the bill ``m``.

        A payment is an entry reconciled with what the bill owes, or a payment that has
        no entry because its journal has no outstanding account.
        """
        return SQL(
            """
            SELECT MAX(payment.day)
              FROM (
                   SELECT other.date AS day
                     FROM account_move_line own
                     JOIN account_partial_reconcile part
                       ON own.id IN (part.debit_move_id, part.credit_move_id)
                     JOIN account_move_line other
                       ON other.id IN (part.debit_move_id, part.credit_move_id)
                      AND other.id != own.id
                    WHERE own.move_id = m.id
                      AND own.display_type = 'payment_term'
                      AND NOT EXISTS (
                          SELECT FROM o2c_sri_withholding w
                           WHERE w.move_id = other.move_id
                      )
                UNION ALL
                   SELECT p.date
                     FROM account_move__account_payment link
                     JOIN account_payment p ON p.id = link.payment_id
                    WHERE link.invoice_id = m.id
                      AND p.move_id IS NULL
                      AND p.state IN ('in_process', 'paid')
                   ) payment
            """
        )

    def _o2c_download(self, which, extension):
        """Return the supplier's factura or our withholding on it, as the SRI has it.

        Called with the superuser's rights for a bill found in the user's scope.

        :param str which: ``factura`` or ``retencion``
        :param str extension: ``pdf`` (RIDE) or ``xml`` (authorised, verbatim)
        :return: file name and bytes, None while there is no authorised document
        """
        self.ensure_one()
        move = self.env["account.move"].browse(self.id)
        if which == "factura":
            return self._o2c_factura(move, extension)
        withholding = move.o2c_withholding_line_ids.withholding_id.filtered(
            lambda w: w.state == "posted" and w.direction == "issued"
        )
        document = withholding.o2c_sri_document_ids.filtered(
            lambda d: d.state == "authorised"
        )[:1]
        if not document:
            return None
        content = (
            document._o2c_ride()
            if extension == "pdf"
            else document._o2c_authorised_bytes()
        )
        return document._o2c_file_name(extension), content

    def _o2c_factura(self, move, extension):
        received = self.env["o2c.sri.received"].search(
            [("move_id", "=", move.id), ("company_id", "=", move.company_id.id)],
            limit=1,
        )
        if not received:
            return None
        content = base64.b64decode(received.with_context(bin_size=False).xml)
        if extension == "pdf":
            content = ride.render(content)
        return f"{received.number}.{extension}", content

    def _o2c_resend(self, user):
        """Mail a user the documents of the bill: what he issued, what we withheld.

        Called with the superuser's rights for a bill found in the user's scope; the
        mail goes to the user's own address, never to one that he types.

        :raises UserError: no address, no authorised document yet, or sent just now
        :return: the address
        """
        self.ensure_one()
        email = user.partner_id.email
        if not email:
            raise UserError(self.env._("You have no e-mail address in your account."))
        found = [
            (*file, mimetype)
            for which in ("factura", "retencion")
            for extension, mimetype in DOCUMENTS.items()
            if (file := self._o2c_download(which, extension))
        ]
        if not found:
            raise UserError(
                self.env._("%(name)s has no authorised document yet.", name=self.name)
            )
        self._o2c_check_not_just_sent(user)
        mail = self.env["mail.mail"].create(
            {
                "subject": self.env._(
                    "%(company)s: documents of %(name)s",
                    company=self.company_id.name,
                    name=self.name,
                ),
                "email_to": email,
                "author_id": self.company_id.partner_id.id,
                "body_html": self.env["ir.qweb"]._render(
                    "o2c_supplier_portal.bill_mail", {"bill": self}
                ),
                "attachment_ids": [
                    Command.create({"name": name, "raw": content, "mimetype": mimetype})
                    for name, content, mimetype in found
                ],
            }
        )
        mail.attachment_ids.write(
            {"res_model": "mail.message", "res_id": mail.mail_message_id.id}
        )
        self.env["o2c.supplier.access.log"]._o2c_log(
            "download",
            self.env._(
                "%(name)s: documents sent to %(email)s", name=self.name, email=email
            ),
            company=self.company_id,
            user=user,
        )
        return email

    def _o2c_check_not_just_sent(self, user):
        requests = self.env["o2c.supplier.request"]
        if not requests._o2c_claim(user, f"resend/{self.id}", RESENT_AGAIN):
            raise UserError(
                self.env._(
                    "The documents of %(name)s were sent to you a moment ago.",
                    name=self.name,
                )
            )
