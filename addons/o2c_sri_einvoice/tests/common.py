import base64
import tempfile
import unittest
from datetime import timedelta
from functools import cache

from odoo import Command, fields
from odoo.tests import new_test_user
from odoo.tests.common import _super_send

from odoo.addons.base.tests.common import BaseCommon

from ..sri_core import trial_certificate
from ..tools import ecuador

try:
    from sri_simulator import SriSimulator
except ImportError:  # the addon alone, without the repository's tests/ folder
    SriSimulator = None

RUC = "1790012345001"
PASSWORD = "secreto"
NEEDS_SIMULATOR = "the SRI simulator (tests/ of the repository) is not importable"


@cache
def make_p12(ruc=RUC, password=PASSWORD):
    """Return a .p12 file that may sign for a RUC; made in code, trusted by nobody."""
    return trial_certificate.make_p12(
        ruc, "FIRMANTE DE PRUEBA", password, ecuador.now()
    )


class SriCommon(BaseCommon):
    """A wholesaler of Quito with an electronic sales journal, and a simulated SRI."""

    read_timeout = 2

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.p12 = make_p12()
        cls.company = cls._ecuadorian_company()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "lang": "en_US",
            }
        )
        cls._set_up_issuer(cls.company, RUC)
        cls.journal = cls._make_journal("sale", "PRU")
        cls.partner_a = cls.env["res.partner"].create({"name": "Otro"})
        cls.point = cls._make_point(cls.company)
        cls.journal.o2c_emission_point_id = cls.point
        cls.company.o2c_sri_emission_point_id = cls.point
        cls.accountant = new_test_user(
            cls.env,
            "sri_accountant",
            groups="account.group_account_invoice,account.group_account_readonly",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
            tz="America/Guayaquil",
        )
        cls.customer = cls._make_partner("Tienda Ñusta & Cía.", "1791234561001")
        cls.rice = cls._make_product("Arroz 50 kg", 32.50, "vat15")
        cls.milk = cls._make_product("Leche", 1.10, "zero_vat")
        cls._start_simulator()

    @classmethod
    def _ecuadorian_company(cls):
        """Return a company on the chart of Ecuador: the database's own if it is one."""
        company = cls.env.ref("base.main_company")
        if company.chart_template != "ec":
            ecuador = cls.env.ref("base.ec")
            company = cls.env["res.company"].create(
                {
                    "name": "Mayorista de Prueba",
                    "country_id": ecuador.id,
                    "currency_id": cls.env.ref("base.USD").id,
                }
            )
            cls.env.user.company_ids |= company
            cls.env["account.chart.template"].try_loading(
                "ec", company=company, install_demo=False
            )
        return company

    @classmethod
    def _make_journal(cls, kind, code):
        own = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", kind)], limit=1
        )
        return cls.env["account.journal"].create(
            {
                "name": f"Diario {code}",
                "default_account_id": own.default_account_id.id,
                "code": code,
                "type": kind,
                "company_id": cls.company.id,
                "l10n_latam_use_documents": True,
                "l10n_ec_entity": "001",
                "l10n_ec_emission": "001",
                "l10n_ec_emission_address_id": cls.company.partner_id.id,
            }
        )

    @classmethod
    def _start_simulator(cls):
        cls.sri = None
        if SriSimulator is None:
            return
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.sri = SriSimulator(folder.name).start()
        cls.addClassCleanup(cls.sri.stop)
        cls.company.o2c_sri_host = cls.sri.base_url("pruebas")

    def setUp(self):
        super().setUp()
        if self.sri:
            self.sri.reset()

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        # Odoo's guard compares the timeout with a number, the client gives a pair;
        # and a simulated timeout should not take the 30 seconds of the real one.
        if cls.sri and r.url.startswith(cls.sri.url):
            return _super_send(s, r, **{**kw, "timeout": (2, cls.read_timeout)})
        return super()._request_handler(s, r, **kw)

    @classmethod
    def _set_up_issuer(cls, company, ruc, p12=None):
        company.partner_id.write(
            {
                "vat": ruc,
                "street": "Av. Amazonas N34-120",
                "city": "Quito",
                "l10n_latam_identification_type_id": cls.env.ref("l10n_ec.ec_ruc").id,
            }
        )
        certificate = cls.env["o2c.sri.certificate"].create(
            {
                "name": "Firma",
                "company_id": company.id,
                "content": base64.b64encode(p12 or cls.p12),
                "password": PASSWORD,
            }
        )
        company.write(
            {
                "o2c_sri_enabled": True,
                "o2c_sri_certificate_id": certificate.id,
                "o2c_sri_payment_id": cls.env.ref("l10n_ec.P20").id,
            }
        )
        return certificate

    @classmethod
    def _make_point(cls, company, emission_point="001"):
        return cls.env["o2c.sri.emission.point"].create(
            {
                "company_id": company.id,
                "establishment": "001",
                "emission_point": emission_point,
                "partner_id": company.partner_id.id,
            }
        )

    @classmethod
    def _make_partner(cls, name, vat, id_type="l10n_ec.ec_ruc", **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "vat": vat,
                "country_id": cls.env.ref("base.ec").id,
                "l10n_latam_identification_type_id": cls.env.ref(id_type).id,
                "email": "compras@cliente.example",
                "street": "Calle Larga 123",
                "city": "Cuenca",
                **values,
            }
        )

    @classmethod
    def _tax(cls, kind, use="sale"):
        return cls.env["account.tax"].search(
            [
                ("company_id", "=", cls.company.id),
                ("type_tax_use", "=", use),
                ("tax_group_id.l10n_ec_type", "=", kind),
            ],
            limit=1,
        )

    @classmethod
    def _make_product(cls, name, price, tax_kind, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "default_code": name[:6].upper(),
                "list_price": price,
                "taxes_id": [Command.set(cls._tax(tax_kind).ids)],
                "supplier_taxes_id": [Command.clear()],
                **values,
            }
        )

    # === VOCABULARY === #

    def _draft(self, lines=None, partner=None, **values):
        """Return a draft invoice of [(product, quantity, price, discount %)]."""
        lines = lines or [(self.rice, 10, 32.50, 0)]
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.customer).id,
                "journal_id": self.journal.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": quantity,
                            "price_unit": price,
                            "discount": discount,
                        }
                    )
                    for product, quantity, price, discount in lines
                ],
                **values,
            }
        )

    def _invoice(self, lines=None, **values):
        """Return a posted invoice, signed and waiting in the outbox."""
        move = self._draft(lines, **values)
        move.with_user(self.accountant).action_post()
        return move

    def _credit(self, move, **values):
        """Return a posted credit note for all of an invoice."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {"reason": "Devolución", "journal_id": move.journal_id.id, **values}
            )
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.with_user(self.accountant).action_post()
        return note

    def _document(self, record):
        return record.sudo().o2c_sri_document_ids

    def _make_due(self, documents):
        documents.sudo().next_try = fields.Datetime.now() - timedelta(seconds=1)

    def _run_outbox(self, documents=None):
        """Drain the outbox as the cron does, with everything due now."""
        if documents:
            self._make_due(documents)
        self.env["o2c.sri.document"]._cron_outbox()
        self.env.invalidate_all()


class SimulatorCommon(SriCommon):
    """Tests that talk to the simulated SRI over a socket."""

    def setUp(self):
        if self.sri is None:
            raise unittest.SkipTest(NEEDS_SIMULATOR)
        super().setUp()

    # === VOCABULARY === #

    def _find_number_taken(self, document):
        """Send; the SRI has the number, and not under our key."""
        self.sri.faults.add(
            "refuse",
            service="reception",
            code="45",
            when="before",
            access_key=document.access_key,
        )
        self._run_outbox(document)
        self.assertRecordValues(document, [{"state": "returned", "number_taken": True}])
