import base64
import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..sri_core import certificate as sri_certificate
from ..sri_core.errors import CertificateError
from ..tools import ecuador, secret_box

ALERT_DAYS = (30, 7, 1)

# Opening a .p12 costs tens of milliseconds by design, so what was opened stays in
# the memory of this process, found only by the digest of the encrypted bytes.
_opened = {}


class O2cSriCertificate(models.Model):
    """A signing certificate whose bytes and password nobody can read back.

    Entry points: ``_o2c_credential`` for signing, ``_cron_expiry_alerts``.
    Invariants: what is stored is encrypted with a key outside the database; the
    fields with the secret have no readers, not even administrators.
    """

    _name = "o2c.sri.certificate"
    _description = "Signing Certificate"
    _order = "valid_to desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    content = fields.Binary(
        string="File (.p12)",
        compute="_compute_secret_inputs",
        inverse="_inverse_secret_inputs",
        help="The file is encrypted as soon as it is saved; it cannot be read back.",
    )
    password = fields.Char(
        compute="_compute_secret_inputs", inverse="_inverse_secret_inputs"
    )
    secret = fields.Binary(attachment=False, groups=fields.NO_ACCESS, copy=False)
    secret_password = fields.Binary(
        attachment=False, groups=fields.NO_ACCESS, copy=False
    )
    has_secret = fields.Boolean(string="Loaded", readonly=True, copy=False)
    holder = fields.Char(readonly=True, copy=False)
    issuer = fields.Char(readonly=True, copy=False)
    serial_number = fields.Char(readonly=True, copy=False)
    tax_ids_text = fields.Char(string="Identifications", readonly=True, copy=False)
    valid_from = fields.Datetime(readonly=True, copy=False)
    valid_to = fields.Datetime(readonly=True, copy=False)
    days_left = fields.Integer(compute="_compute_days_left")
    alerted_days = fields.Integer(readonly=True, copy=False)

    @api.depends("valid_to")
    def _compute_days_left(self):
        now = fields.Datetime.now()
        for certificate in self:
            end = certificate.valid_to
            certificate.days_left = (end - now).days if end else 0

    @api.depends("has_secret")
    def _compute_secret_inputs(self):
        self.content = False
        self.password = False

    def _inverse_secret_inputs(self):
        # Both inverses run this; the pair is stored once, when the file is there.
        for certificate in self.filtered("content"):
            certificate._o2c_load(
                base64.b64decode(certificate.content), certificate.password or ""
            )

    def _o2c_load(self, data, password):
        """Check a .p12 file against the company's RUC and keep it encrypted.

        :param bytes data: the file.
        :raise ValidationError: it cannot sign for this company now.
        """
        self.ensure_one()
        ruc = self.company_id.vat or None
        try:
            credential = sri_certificate.load_p12(data, password, ecuador.now(), ruc)
        except CertificateError as error:
            lang = self.env.user.lang or "en"
            raise ValidationError(
                "\n".join(m.in_language(lang) for m in error.messages)
            ) from error
        self.sudo().write(
            {
                "secret": base64.b64encode(secret_box.encrypt(data)),
                "secret_password": base64.b64encode(
                    secret_box.encrypt(password.encode())
                ),
                "has_secret": True,
                "holder": credential.holder,
                "issuer": credential.issuer,
                "serial_number": str(credential.serial_number),
                "tax_ids_text": ", ".join(credential.tax_ids),
                "valid_from": ecuador.as_utc(credential.not_before),
                "valid_to": ecuador.as_utc(credential.not_after),
                "alerted_days": 0,
            }
        )

    def _o2c_credential(self):
        """Return the opened certificate for the signer.

        :raise UserError: nothing is loaded, the key file changed, or it expired.
        """
        self.ensure_one()
        # The secret has no readers at all, so it is taken below the ORM's checks.
        self.flush_recordset(["secret", "secret_password"])
        self.env.cr.execute(
            "SELECT secret, secret_password FROM o2c_sri_certificate WHERE id = %s",
            [self.id],
        )
        secret, password = self.env.cr.fetchone()
        if not secret:
            raise UserError(
                self.env._(
                    "The certificate %(name)s has no file: load its .p12 again.",
                    name=self.name,
                )
            )
        digest = hashlib.sha256(bytes(secret)).digest()
        if digest not in _opened:
            _opened[digest] = self._o2c_open(secret, password)
        credential = _opened[digest]
        if not credential.not_before <= ecuador.now() <= credential.not_after:
            raise UserError(
                self.env._(
                    "The certificate %(name)s is not valid today: load one in force.",
                    name=self.name,
                )
            )
        return credential

    def _o2c_open(self, secret, password):
        try:
            return sri_certificate.load_p12(
                secret_box.decrypt(base64.b64decode(secret)),
                secret_box.decrypt(base64.b64decode(password)).decode(),
                ecuador.now(),
                self.company_id.vat or None,
            )
        except secret_box.SecretLost as error:
            raise UserError(
                self.env._(
                    "The certificate %(name)s was encrypted with another key than the "
                    "one of this server: load its .p12 again, or restore the key file.",
                    name=self.name,
                )
            ) from error
        except CertificateError as error:
            lang = self.env.user.lang or "en"
            raise UserError(
                "\n".join(m.in_language(lang) for m in error.messages)
            ) from error

    @api.model
    def _cron_expiry_alerts(self):
        """Tell the responsible user 30, 7 and 1 days before a certificate ends."""
        # a day more: thirty days and some hours are thirty days left
        limit = fields.Datetime.now() + timedelta(days=ALERT_DAYS[0] + 1)
        ending = self.search([("valid_to", "<", limit), ("has_secret", "=", True)])
        for certificate in ending:
            due = min(d for d in ALERT_DAYS if certificate.days_left <= d)
            if not certificate.alerted_days or due < certificate.alerted_days:
                certificate._o2c_alert(due)

    def _o2c_alert(self, due):
        company = self.company_id
        user = company.o2c_sri_responsible_id
        if user:
            company.partner_id.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._(
                    "The signing certificate %(name)s ends in %(days)s days",
                    name=self.name,
                    days=self.days_left,
                ),
                user_id=user.id,
            )
        self.alerted_days = due
