import tempfile
import unittest
from decimal import Decimal

from odoo import Command, fields
from odoo.http import Request
from odoo.tests import tagged
from odoo.tests.common import _super_send

from odoo.addons.o2c_consignment.tests.common import ConsignmentCommon
from odoo.addons.o2c_sri_einvoice.sri_core import access_key as sri_key
from odoo.addons.o2c_sri_einvoice.sri_core import certificate, issue, totals
from odoo.addons.o2c_sri_einvoice.sri_core import documents as doc
from odoo.addons.o2c_sri_einvoice.sri_core.signer import SignatureIds
from odoo.addons.o2c_sri_einvoice.tests.common import (
    NEEDS_SIMULATOR,
    PASSWORD,
    SriSimulator,
    make_p12,
)
from odoo.addons.o2c_sri_einvoice.tools import ecuador

from .common import SupplierPortalHttp

WHOLESALER = "1790012345001"
ANDINO = "1792060346001"
COSTA = "0991234567001"
IVA_15 = totals.Rate("2", "4", Decimal(15))


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestFactura(SupplierPortalHttp):
    """Andino bills 10 jars at 50 with his own factura, authorised by the SRI."""

    @classmethod
    def _create_company(cls, **values):
        ecuador_id = cls.env.ref("base.ec").id
        company = super(ConsignmentCommon, cls)._create_company(
            country_id=ecuador_id, **values
        )
        cls.env["account.chart.template"]._load("ec", company, install_demo=False)
        return company

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._start_simulator()
        cls._identify(cls.company.partner_id, WHOLESALER)
        cls._identify(cls.consignor, ANDINO)
        cls._identify(cls.other_consignor, COSTA)
        tax = cls.env["account.tax"].search(
            [
                ("company_id", "=", cls.company.id),
                ("type_tax_use", "=", "purchase"),
                ("tax_group_id.l10n_ec_type", "=", "vat15"),
            ],
            limit=1,
        )
        cls.jar.supplier_taxes_id = [Command.set(tax.ids)]
        cls.p12 = make_p12(ANDINO)
        business = cls._business()
        business._receive_consigned(cls.consignor, cls.jar, 30)
        business._deliver(business._sell(cls.jar, 10, 100))
        cls.settlement = business._settle()
        cls.cr.flush()
        cls.page = f"/my/consignment/settlements/{cls.settlement.id}"

    @classmethod
    def _start_simulator(cls):
        if SriSimulator is None:
            raise unittest.SkipTest(NEEDS_SIMULATOR)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.sri = SriSimulator(folder.name).start()
        cls.addClassCleanup(cls.sri.stop)
        cls.company.o2c_sri_host = cls.sri.base_url("pruebas")

    @classmethod
    def _identify(cls, partner, ruc):
        partner.write(
            {
                "country_id": cls.env.ref("base.ec").id,
                "l10n_latam_identification_type_id": cls.env.ref("l10n_ec.ec_ruc").id,
                "vat": ruc,
            }
        )

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        # Odoo's guard compares the timeout with a number, the client gives a pair
        if r.url.startswith(cls.sri.url):
            return _super_send(s, r, **{**kw, "timeout": (2, 2)})
        return super()._request_handler(s, r, **kw)

    def setUp(self):
        super().setUp()
        self.sri.reset()
        self._as(self.member["billing"])

    def _issue(self, price="50", sequential=77, buyer=WHOLESALER, send=True):
        """The supplier issues his factura: 10 jars, 500.00 + 75.00 IVA = 575.00."""
        now = ecuador.now()
        key = sri_key.build(
            now.date(), "01", ANDINO, "1", "001", "002", sequential, 12345678
        )
        lines = (
            totals.line(
                description="Frasco andino",
                main_code="FRA-1",
                quantity=Decimal(10),
                unit_price=Decimal(price),
                taxes=(IVA_15,),
            ),
        )
        sums = totals.of_lines(lines)
        document = doc.Invoice(
            issuer=doc.Issuer(
                ruc=ANDINO, legal_name="CONSIGNANTE ANDINO S.A.", main_address="Quito"
            ),
            environment="1",
            access_key=key,
            establishment="001",
            emission_point="002",
            sequential=f"{sequential:09}",
            issue_date=now.date(),
            buyer=doc.Party(id_type="04", id_number=buyer, name="MAYORISTA S.A."),
            lines=lines,
            subtotal=sums.subtotal,
            taxes=sums.taxes,
            total=sums.total,
            payments=(doc.Payment(method="20", total=sums.total),),
        )
        credential = certificate.load_p12(self.p12, PASSWORD, now, ANDINO)
        signed = issue.prepare(document, credential, now, SignatureIds(1))
        if send:
            self.sri.register(signed.xml)
        return key, signed.xml

    def _register(self, key="", xml=None):
        if xml is None:
            return self._post(f"{self.page}/bill", {"access_key": key})
        return self.opener.post(
            self.base_url() + f"{self.page}/bill",
            data={"csrf_token": Request.csrf_token(self)},
            files={"xml": ("factura.xml", xml, "text/xml")},
            allow_redirects=False,
        )

    def _bills(self):
        self.env.invalidate_all()
        return self.settlement.bill_ids

    def test_by_access_key(self):
        key, __ = self._issue()
        pasted = f"Clave de acceso:\n{key[:25]} {key[25:]}"
        answer = self._register(pasted)
        self.assertEqual(answer.status_code, 303, answer.text)
        self.assertRecordValues(
            self._bills(),
            [
                {
                    "state": "draft",
                    "partner_id": self.consignor.id,
                    "amount_untaxed": 500,
                    "amount_tax": 75,
                    "amount_total": 575,
                    "o2c_sri_authorisation": key,
                    "l10n_latam_document_number": "001-002-000000077",
                }
            ],
        )
        page = self._get(self.page).text
        self.assertIn("matches the settlement to the cent", page)
        self.assertNotIn("Register your factura", page)

    def test_by_xml(self):
        key, xml = self._issue()
        self.assertEqual(self._register(xml=xml).status_code, 303)
        self.assertEqual(self._bills().o2c_sri_authorisation, key)

    def test_from_there_to_paid(self):
        key, __ = self._issue()
        self._register(key)
        bill = self._bills()
        self.assertEqual(self.settlement.state, "billed")
        bill.with_user(self.accountant).action_post()
        shown = self.env["o2c.supplier.bill"].browse(bill.id)
        self.assertFalse(shown.paid_on)
        day = fields.Date.subtract(ecuador.today(), days=2)
        self._pay(bill, day)
        self.assertEqual(shown.paid_on, day)
        page = self._get("/my/consignment/bills").text
        self.assertIn(day.strftime("%m/%d/%Y"), page)
        self.assertIn("001-002-000000077", page)
        self.assertIn(bill.payment_state == "paid" and "Paid" or "In payment", page)
        xml = self._get(f"/my/consignment/bills/{bill.id}/factura/xml")
        self.assertIn(key, xml.text)
        pdf = self._get(f"/my/consignment/bills/{bill.id}/factura/pdf")
        self.assertTrue(pdf.content.startswith(b"%PDF"))
        none = self._get(f"/my/consignment/bills/{bill.id}/retencion/xml")
        self.assertEqual(none.status_code, 404)

    def test_documents_again_by_mail(self):
        """To his own address, once, with the bytes that the SRI has."""
        key, __ = self._issue()
        self._register(key)
        bill = self._bills()
        billing = self.member["billing"]
        billing.partner_id.email = "facturas@andino.example"
        path = f"/my/consignment/bills/{bill.id}/resend"
        self.assertIn(path, self._get("/my/consignment/bills").text)
        for __ in range(2):  # a double click
            self.assertEqual(self._post(path).status_code, 303)
        self.assertIn("a moment ago", self._get("/my/consignment/bills").text)
        sent_mails = [("subject", "ilike", "documents of")]
        mail = self.env["mail.mail"].search(sent_mails)
        self.assertEqual(mail.email_to, "facturas@andino.example")
        names = sorted(name[-4:] for name in mail.attachment_ids.mapped("name"))
        self.assertEqual(names, [".pdf", ".xml"])
        xml = self._get(f"/my/consignment/bills/{bill.id}/factura/xml").content
        self.assertIn(xml, mail.attachment_ids.mapped("raw"))
        log = self.env["o2c.supplier.access.log"].search([("kind", "=", "download")])
        self.assertIn("sent to facturas@andino.example", str(log.mapped("detail")))
        # five minutes from one to the next, whatever the clock shows
        for minutes, sent in ((4, 1), (1, 2), (4, 2)):
            self.env.cr.execute(
                "UPDATE o2c_supplier_request "
                "SET create_date = create_date - make_interval(mins => %s)",
                [minutes],
            )
            self._post(path)
            self.assertEqual(self.env["mail.mail"].search_count(sent_mails), sent)
        billing.partner_id.email = False
        self._post(path)
        self.assertIn("no e-mail", self._get("/my/consignment/bills").text)

    def test_what_is_refused(self):
        """Each with a reason, and nothing stays behind."""
        wrong_amount, __ = self._issue(price="51", sequential=1)
        not_for_us, __ = self._issue(sequential=2, buyer="1791111111001")
        unknown, unsent = self._issue(sequential=3, send=False)
        stranger = sri_key.build(
            ecuador.today(), "01", COSTA, "1", "001", "001", 4, 12345678
        )
        retention = sri_key.build(
            ecuador.today(), "07", ANDINO, "1", "001", "001", 5, 12345678
        )
        for key, text in (
            ("", "not an access key"),
            ("1" * 49, "not an access key"),
            ("no sé", "not an access key"),
            (stranger, "issued with the RUC"),
            (retention, "not the key of a factura"),
            (unknown, "no authorised document"),
            (not_for_us, "not to"),
            (wrong_amount, "difference"),
        ):
            with self.subTest(key=key):
                answer = self._register(key)
                self.assertEqual(answer.status_code, 422)
                self.assertIn(text, answer.text)
        for xml in (
            unsent,
            b"<factura/>",
            b"%PDF-1.4",
            b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        ):
            with self.subTest(xml=xml[:20]):
                self.assertEqual(self._register(xml=xml).status_code, 422)
        self.assertFalse(self._bills())
        self.assertFalse(self.env["o2c.sri.received"].search([]))
        self.assertEqual(self.settlement.state, "accepted")

    def test_somebody_elses_key_is_never_asked_for(self):
        stranger = sri_key.build(
            ecuador.today(), "01", COSTA, "1", "001", "001", 4, 12345678
        )
        asked = self.sri.state()["requests"]
        self._register(stranger)
        self.assertEqual(self.sri.state()["requests"], asked)
        self._register(self._issue()[0])
        self.assertNotEqual(self.sri.state()["requests"], asked)

    def test_twice_is_once(self):
        key, __ = self._issue()
        self._register(key)
        again = self._register(key)
        self.assertEqual(again.status_code, 422)
        self.assertEqual(len(self._bills()), 1)

    def test_too_large_a_file(self):
        answer = self._register(xml=b"x" * (5 * 1024 * 1024 + 1))
        self.assertEqual(answer.status_code, 413)

    def test_by_api(self):
        key, __ = self._issue()
        token = self._key(self.member["billing"])
        headers = {
            "Idempotency-Key": "factura-0077",
            "Content-Type": "application/json",
        }
        path = f"/settlements/{self.settlement.id}/bill"
        body = f'{{"access_key": "{key}"}}'
        answers = [
            self._api(path, token, data=body, headers=headers) for __ in range(2)
        ]
        self.assertEqual([a.status_code for a in answers], [200, 200], answers[0].text)
        self.assertEqual(answers[0].json()["state"], "billed")
        self.assertEqual(len(self._bills()), 1)
        [bill] = self._api("/bills", token).json()["items"]
        self.assertEqual((bill["total"], bill["state"]), ("575.00", "draft"))

    def test_the_sri_does_not_answer(self):
        key, __ = self._issue()
        self.company.o2c_sri_host = f"{self.sri.url}/nowhere"
        answer = self._register(key)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("try again", answer.text)
        self.assertFalse(self._bills())
