import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import str2bool

from ..sri_core import client as sri_client
from ..sri_core import codes
from ..sri_core import documents as doc
from ..tools import ecuador
from ..tools.problem import Problem

RIMPE = [
    ("0", codes.RIMPE_LEGENDS[0]),
    ("1", codes.RIMPE_LEGENDS[1]),
]
# The marks of the RIMPE regime, in the order of their legends.
RIMPE_MARKS = ("rimpe", "popular")
# What the schemas take for the number of a resolution.
MARK_SHAPES = {"agent": r"\d{1,8}", "special": r"[A-Za-z0-9]{3,13}"}
_clients = {}


class ResCompany(models.Model):
    _inherit = "res.company"

    o2c_sri_enabled = fields.Boolean(string="Electronic documents of the SRI")
    o2c_sri_environment = fields.Selection(
        [("1", "Test (pruebas)"), ("2", "Production")],
        string="SRI Environment",
        default="1",
        required=True,
    )
    o2c_sri_host = fields.Char(
        string="Test Server", help="Only used in the test environment."
    )
    o2c_sri_certificate_id = fields.Many2one(
        "o2c.sri.certificate",
        string="SRI Certificate",
        check_company=True,
        groups="account.group_account_manager",
    )
    o2c_sri_signature_algorithm = fields.Selection(
        [("sha1", "RSA-SHA1"), ("sha256", "RSA-SHA256")],
        string="Signature Algorithm",
        default="sha1",
        required=True,
        help="The ficha técnica names SHA-1 only; prove SHA-256 in the test "
        "environment before changing.",
    )
    o2c_sri_emission_point_id = fields.Many2one(
        "o2c.sri.emission.point", string="Default Emission Point", check_company=True
    )
    o2c_sri_trade_name = fields.Char(string="Trade Name")
    o2c_sri_keeps_accounts = fields.Boolean(
        string="Obliged to Keep Accounts", default=True
    )
    o2c_sri_withholding_agent = fields.Char(
        string="Withholding Agent", size=8, help="Number of the resolution."
    )
    o2c_sri_special_taxpayer = fields.Char(
        string="Special Taxpayer", size=13, help="Number of the resolution."
    )
    o2c_sri_large_taxpayer = fields.Char(
        string="Gran Contribuyente", help="Resolution, printed as an additional field."
    )
    o2c_sri_rimpe = fields.Selection(RIMPE, string="RIMPE")
    o2c_sri_provider_ruc = fields.Char(
        string="RUC Proveedor",
        size=13,
        help="RUC of the provider of this system, printed on every document "
        "(NAC-DGERCGC26-00000027).",
    )
    o2c_sri_payment_id = fields.Many2one(
        "l10n_ec.sri.payment", string="Default Payment Method (SRI)"
    )
    o2c_sri_backdating_days = fields.Integer(
        string="Days of Backdating",
        help="Days that a document may be dated before today. The SRI transmits at "
        "the moment of generation since 1 January 2026, so 0 is the safe value.",
    )
    o2c_sri_guia_required = fields.Boolean(
        string="Guide Before Departure",
        help="A delivery is validated only when its guide is authorised.",
    )
    o2c_sri_withholding_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Withholdings",
        check_company=True,
        domain=[("type", "=", "general")],
    )
    o2c_sri_responsible_id = fields.Many2one(
        "res.users", string="Responsible for Electronic Documents"
    )

    o2c_sri_alert_hours = fields.Float(
        string="Alert After (hours)",
        default=2,
        help="The responsible user is told when a document waits longer for the SRI.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _o2c_is_neutralised(self):
        """Whether this database is a copy for tests (``odoo-bin neutralize``)."""
        flag = self.env["ir.config_parameter"].sudo()
        return str2bool(flag.get_param("database.is_neutralized", "false"), False)

    def _o2c_check_may_reach(self, environment):
        if environment == "2" and self._o2c_is_neutralised():
            raise UserError(
                self.env._(
                    "This is a neutralised copy: it neither signs nor sends documents "
                    "in the production environment of the SRI."
                )
            )

    def _o2c_sri_client(self, environment):
        """Return the client of one environment, shared by this process.

        The address can only be overridden in the test environment, so that nobody
        sends legal documents to somewhere else.
        """
        self.ensure_one()
        self._o2c_check_may_reach(environment)
        host = self.o2c_sri_host if environment == "1" else None
        if (environment, host) not in _clients:
            endpoints = (
                sri_client.Endpoints.at(host)
                if host
                else sri_client.ENDPOINTS[environment]
            )
            _clients[environment, host] = sri_client.SriClient(endpoints)
        return _clients[environment, host]

    def _o2c_sri_credential(self):
        """Return the opened certificate of the company.

        :raise UserError: there is none that may sign now.
        """
        self.ensure_one()
        self._o2c_check_may_reach(self.o2c_sri_environment)
        certificate = self.sudo().o2c_sri_certificate_id
        if not certificate:
            raise UserError(
                self.env._(
                    "%(company)s has no signing certificate: choose one in Settings, "
                    "Invoicing, SRI.",
                    company=self.name,
                )
            )
        return certificate._o2c_credential()

    def _o2c_sri_issuer(self, establishment_address, day):
        """Return the issuer with his marks, as printed on every document.

        :param str establishment_address: empty for none.
        :param date day: of issue.
        """
        self.ensure_one()
        marks = self._o2c_sri_marks(day)
        rimpe = [mark for mark in RIMPE_MARKS if mark in marks]
        return doc.Issuer(
            ruc=self.vat,
            legal_name=self.name,
            main_address=self.partner_id._o2c_sri_address(),
            trade_name=self.o2c_sri_trade_name or None,
            establishment_address=establishment_address or None,
            special_taxpayer=marks.get("special"),
            keeps_accounts=self.o2c_sri_keeps_accounts,
            withholding_agent=marks.get("agent", "").lstrip("0") or None,
            rimpe=codes.RIMPE_LEGENDS[RIMPE_MARKS.index(rimpe[0])] if rimpe else None,
        )

    def _o2c_sri_marks(self, day):
        """Return {mark: resolution} of the company on a day (SPEC 7).

        The marks are agent, special, rimpe and popular. One that is dated in the
        legends counts; else what the settings say.
        """
        self.ensure_one()
        marks = {
            "agent": self.o2c_sri_withholding_agent,
            "special": self.o2c_sri_special_taxpayer,
        }
        if self.o2c_sri_rimpe:
            marks[RIMPE_MARKS[int(self.o2c_sri_rimpe)]] = "RIMPE"
        dated = self.env["o2c.sri.legend"]._o2c_marks(self, day)
        if dated.keys() & set(RIMPE_MARKS):
            marks = {k: v for k, v in marks.items() if k not in RIMPE_MARKS}
        marks |= {kind: value or "RIMPE" for kind, value in dated.items()}
        return {kind: value for kind, value in marks.items() if value}

    def _o2c_sri_regime(self, day):
        """Return the company's regime on a day, as the withholding rules name it."""
        marks = self._o2c_sri_marks(day)
        for regime in ("popular", "rimpe", "special"):
            if regime in marks:
                return regime
        return "general"

    def _o2c_sri_legends(self, document_type, day):
        """Return the additional fields that the company prints by law.

        :param date day: of issue.
        """
        self.ensure_one()
        legends = []
        if self.o2c_sri_provider_ruc:
            legends.append(
                doc.Detail(name="RUC Proveedor", value=self.o2c_sri_provider_ruc)
            )
        if self.o2c_sri_large_taxpayer and document_type in ("01", "03", "04", "05"):
            legends.append(
                doc.Detail(name="Gran Contribuyente", value=self.o2c_sri_large_taxpayer)
            )
        dated = self.env["o2c.sri.legend"]._o2c_fields(self, document_type, day)
        names = {legend.name for legend in dated}
        return [legend for legend in legends if legend.name not in names] + dated

    def _o2c_sri_problems(self):
        """Return what keeps the company from issuing, as sentences."""
        self.ensure_one()
        problems = []
        ruc = self.vat or ""
        if len(ruc) != 13 or not ruc.isdigit() or not ruc.endswith("001"):
            problems.append(
                self.env._(
                    "Company %(name)s: its RUC must have 13 digits and end in 001.",
                    name=self.name,
                )
            )
        if not self.partner_id._o2c_sri_address():
            problems.append(
                self.env._("Company %(name)s: its address is missing.", name=self.name)
            )
        if not self.sudo().o2c_sri_certificate_id:
            text = self.env._(
                "Company %(name)s: its signing certificate is missing (Settings, "
                "Invoicing, SRI).",
                name=self.name,
            )
            problems.append(Problem(text, self, in_settings=True))
        return problems + self._o2c_mark_problems()

    def _o2c_mark_problems(self):
        """Return the marks that the SRI's schemas refuse, as sentences."""
        marks = self._o2c_sri_marks(ecuador.today())
        names = {
            "agent": self.env._("Withholding Agent"),
            "special": self.env._("Special Taxpayer"),
        }
        return [
            Problem(
                self.env._(
                    "Company %(name)s: “%(value)s” is no number of a resolution for "
                    "%(mark)s (Settings, or Legends).",
                    name=self.name,
                    value=marks[kind],
                    mark=names[kind],
                ),
                self,
                in_settings=True,
            )
            for kind, shape in MARK_SHAPES.items()
            if kind in marks and not re.fullmatch(shape, marks[kind])
        ]
