import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..sri_core import access_key as sri_key
from ..sri_core import codes, parser, signer
from ..sri_core import documents as doc
from ..sri_core.errors import ParseError, SriUnavailable
from ..tools import ecuador

TYPES = [
    ("01", "Invoice"),
    ("03", "Purchase liquidation"),
    ("04", "Credit note"),
    ("05", "Debit note"),
    ("06", "Delivery guide"),
    ("07", "Withholding"),
]


class O2cSriReceived(models.Model):
    """A document that somebody else issued to us, fetched from the SRI by its key.

    Entry points: ``action_fetch`` for people, ``_o2c_fetch`` for other addons;
    ``action_create_bill`` and ``action_create_withholding`` use it. Invariants: one
    row per company and key; only what the SRI says is authorised and whose signature
    holds is stored, and that never changes.
    """

    _name = "o2c.sri.received"
    _description = "Received Electronic Document"
    _order = "issue_date desc, id desc"
    _rec_names_search = ["number", "access_key", "supplier_name"]
    _check_company_auto = True

    access_key = fields.Char(size=49, required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    document_type = fields.Selection(TYPES, required=True, readonly=True)
    number = fields.Char(readonly=True)
    issue_date = fields.Date(readonly=True)
    authorised_on = fields.Datetime(readonly=True)
    environment = fields.Selection([("1", "Test"), ("2", "Production")], readonly=True)
    supplier_ruc = fields.Char(string="Issuer RUC", readonly=True)
    supplier_name = fields.Char(string="Issuer", readonly=True)
    receiver_id_number = fields.Char(string="Receiver Identification", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", compute="_compute_partner_id"
    )
    subtotal = fields.Monetary(readonly=True)
    tax_total = fields.Monetary(string="Taxes", readonly=True)
    total = fields.Monetary(readonly=True)
    signer = fields.Char(string="Signed by", readonly=True)
    modified_number = fields.Char(string="Modified Document", readonly=True)
    xml = fields.Binary(string="Authorised XML", attachment=True, readonly=True)
    line_ids = fields.One2many("o2c.sri.received.line", "received_id", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    withholding_id = fields.Many2one("o2c.sri.withholding", readonly=True)

    _unique_key = models.Constraint(
        "UNIQUE(company_id, access_key)", "This document was fetched already."
    )
    _order_index = models.Index("(issue_date DESC, id DESC)")

    @api.depends("document_type", "number", "supplier_name")
    def _compute_display_name(self):
        for received in self:
            received.display_name = f"{received.number} {received.supplier_name}"

    @api.depends("supplier_ruc", "company_id")
    def _compute_partner_id(self):
        for company, documents in self.grouped("company_id").items():
            partners = self.env["res.partner"].search(
                [
                    *self.env["res.partner"]._check_company_domain(company),
                    ("vat", "in", documents.mapped("supplier_ruc")),
                    ("parent_id", "=", False),
                ],
                order="id desc",
            )
            by_ruc = {partner.vat: partner for partner in partners}
            for received in documents:
                received.partner_id = by_ruc.get(received.supplier_ruc)

    # === CRUD METHODS === #

    def write(self, vals):
        if set(vals) - {"move_id", "withholding_id"}:
            raise UserError(
                self.env._("A received document is kept as the SRI gave it.")
            )
        return super().write(vals)

    # === FETCH === #

    @api.model
    def action_fetch(self, access_key):
        """Fetch a document of the current company by its access key.

        :param str access_key: 49 digits, blanks are ignored.
        :return: action that opens it
        :raise UserError: not a key, not authorised, not for us, not readable.
        """
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        received = self._o2c_fetch(access_key, self.env.company)
        return received.with_env(self.env)._get_records_action()

    @api.model
    def _o2c_fetch(self, access_key, company):
        """Return the received document of a key, asking the SRI once.

        For other addons too: the caller has checked who may ask.

        :param str access_key: 49 digits.
        :param company: the receiver, whose environment is asked.
        :rtype: ``o2c.sri.received`` (sudo)
        :raise UserError: see ``action_fetch``.
        """
        key = "".join((access_key or "").split())
        found = self.sudo().search(
            [("access_key", "=", key), ("company_id", "=", company.id)]
        )
        return found or self.sudo().create(self._o2c_fetch_vals(key, company))

    @api.model
    def _o2c_fetch_vals(self, key, company):
        if not sri_key.is_valid(key):
            raise UserError(
                self.env._(
                    "%(key)s is not an access key: it has 49 digits, the last one is a "
                    "check digit.",
                    key=key,
                )
            )
        client = company._o2c_sri_client(sri_key.parse(key).environment)
        try:
            best = client.authorisation(key).best
        except SriUnavailable as error:
            raise UserError(
                self.env._("The SRI does not answer now: try again in a few minutes.")
            ) from error
        if not best or not best.authorised:
            raise UserError(
                self.env._(
                    "The SRI has no authorised document with the key %(key)s.", key=key
                )
            )
        return self._o2c_parse_vals(best.wrapper, key, company)

    @api.model
    def _o2c_parse_vals(self, wrapper, key, company):
        try:
            parsed = parser.parse(wrapper)
        except ParseError as error:
            lang = self.env.user.lang or "en"
            raise UserError(
                "\n".join(m.in_language(lang) for m in error.messages)
            ) from error
        comprobante = parsed.document
        problems = []
        if comprobante.access_key != key:
            problems.append(self.env._("It carries another access key."))
        if comprobante.environment != company.o2c_sri_environment:
            problems.append(self.env._("It is of the other environment of the SRI."))
        report = signer.verify(parsed.xml)
        if not report.valid:
            problems.append(self.env._("Its signature does not hold: %s", report.error))
        elif not report.is_by(comprobante.issuer.ruc):
            # An authority that prints no number is left to the SRI's judgement.
            problems.append(
                self.env._(
                    "It was signed by %(holder)s (%(ids)s), who is not its issuer "
                    "%(issuer)s.",
                    holder=report.holder,
                    ids=", ".join(report.tax_ids),
                    issuer=comprobante.issuer.ruc,
                )
            )
        party = self._o2c_party(comprobante)
        receiver = party.id_number if party else ""
        if party and receiver[:10] != (company.vat or "")[:10]:
            problems.append(
                self.env._(
                    "It was issued to %(receiver)s, not to %(company)s.",
                    receiver=receiver,
                    company=company.name,
                )
            )
        if problems:
            raise UserError("\n".join(problems))
        return {
            **self._o2c_prepare_vals(parsed, receiver, wrapper, company),
            "signer": report.holder,
        }

    @api.model
    def _o2c_party(self, comprobante):
        for name in ("buyer", "subject", "supplier"):
            if party := getattr(comprobante, name, None):
                return party
        return None

    @api.model
    def _o2c_prepare_vals(self, parsed, receiver, wrapper, company):
        comprobante = parsed.document
        moment = parsed.authorisation.date
        taxes = getattr(comprobante, "taxes", ())
        return {
            "access_key": comprobante.access_key,
            "company_id": company.id,
            "document_type": parsed.document_type,
            "number": comprobante.number,
            "issue_date": comprobante.issue_date,
            "authorised_on": ecuador.as_utc(moment) if moment else False,
            "environment": comprobante.environment,
            "supplier_ruc": comprobante.issuer.ruc,
            "supplier_name": comprobante.issuer.legal_name,
            "receiver_id_number": receiver,
            "subtotal": float(getattr(comprobante, "subtotal", 0)),
            "tax_total": float(sum(t.amount for t in taxes)),
            "total": float(self._o2c_total(comprobante)),
            "modified_number": getattr(
                getattr(comprobante, "modified", None), "number", False
            ),
            "xml": base64.b64encode(wrapper),
            "line_ids": [(0, 0, vals) for vals in self._o2c_prepare_lines(comprobante)],
        }

    @api.model
    def _o2c_total(self, comprobante):
        """What a document is worth; a withholding, what is withheld."""
        if isinstance(comprobante, (doc.Withholding, doc.FlatWithholding)):
            return sum(
                retention.amount
                for support in comprobante.support_documents
                for retention in support.retentions
            )
        return getattr(comprobante, "total", 0)

    @api.model
    def _o2c_prepare_lines(self, comprobante):
        if isinstance(comprobante, (doc.Withholding, doc.FlatWithholding)):
            for support in comprobante.support_documents:
                for retention in support.retentions:
                    yield {
                        "description": support.number,
                        "code": retention.retention_code,
                        "tax_code": retention.code,
                        "price": float(retention.base),
                        "rate": float(retention.rate),
                        "subtotal": float(retention.amount),
                    }
            return
        for line in getattr(comprobante, "lines", ()):
            vat = next((t for t in line.taxes if t.code == codes.IVA), None)
            yield {
                "description": line.description,
                "code": line.main_code,
                "aux_code": line.aux_code,
                "quantity": float(line.quantity),
                "price": float(line.unit_price),
                "discount": float(line.discount),
                "subtotal": float(line.subtotal),
                "tax_code": vat.rate_code if vat else False,
                "rate": float(vat.rate or 0) if vat else 0,
                "vat_base": float(vat.base) if vat else 0,
                **{
                    name: float(sum(t.amount for t in line.taxes if t.code == code))
                    for name, code in (("ice", codes.ICE), ("irbpnr", codes.IRBPNR))
                },
            }

    def _o2c_comprobante(self):
        """Return the document of ``sri_core`` that was received."""
        self.ensure_one()
        content = self.sudo().with_context(bin_size=False).xml
        return parser.parse(base64.b64decode(content)).document
