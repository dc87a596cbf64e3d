import base64
import io
import zipfile
from email.message import EmailMessage

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_received import ReceivedCommon

HEADER = "RUC_EMISOR\tRAZON_SOCIAL_EMISOR\tCLAVE_ACCESO\n"


BOMB = (
    "<!DOCTYPE factura ["
    + '<!ENTITY l0 "jajaja">'
    + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    + "]><factura>&l9;</factura>"
)
SECRET = (
    '<!DOCTYPE factura [<!ENTITY x SYSTEM "file:///etc/passwd">]><factura>&x;</factura>'
)
REMOTE = '<!DOCTYPE factura SYSTEM "http://127.0.0.1:9/x.dtd"><factura/>'
NOT_UTF8 = '<?xml version="1.0" encoding="UTF-8"?><factura>ñ</factura>'
EMPTY = "<autorizacion><estado>AUTORIZADO</estado></autorizacion>"


def zip_of(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.xml", content)
    return stream.getvalue()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestIntake(ReceivedCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].search([]) or cls.env["mail.alias.domain"].create(
            {"name": "mayorista.example"}
        )
        cls.company.o2c_sri_alias_name = "facturas.sri"
        cls.address = cls.company.o2c_sri_alias_id.display_name

    def _upload(self, name, data):
        wizard = self.env["o2c.sri.fetch"].with_user(self.accountant)
        return wizard.create(
            {"file": base64.b64encode(data), "file_name": name}
        ).action_fetch()

    def _mail(self, sender="ventas@molino.example", **files):
        message = EmailMessage()
        message["From"], message["To"] = sender, self.address
        message["Subject"] = "Su factura"
        message["Message-Id"] = f"<{len(files)}.{self.id()}@molino.example>"
        message.set_content("Adjunto.")
        for name, data in files.items():
            name = name.replace("__", ".")
            kind = "zip" if name.endswith("zip") else "xml"
            message.add_attachment(
                data, maintype="application", subtype=kind, filename=name
            )
        before = self.env["mail.mail"].sudo().search([])
        self.env["mail.thread"].message_process(None, message.as_bytes())
        self.env["o2c.sri.intake.line"]._cron_fetch()
        self.answers = self.env["mail.mail"].sudo().search([]) - before
        return self.env["o2c.sri.intake"].search([], limit=1)

    def _received(self):
        return self.env["o2c.sri.received"].search([], order="number")

    def test_report_of_the_portal(self):
        keys = [self._billed(number=n) for n in (1, 2, 3)]
        rows = "".join(f"1792060346001\tMOLINO Ñ\t{key}\n" for key in keys)
        self._upload("recibidos.txt", (HEADER + rows).encode("latin-1"))
        self.assertEqual(self._received().mapped("access_key"), keys)

    def test_xml_and_zip_are_fetched_once_from_the_sri(self):
        signed = self._supplier_issues()
        self.sri.register(signed.xml)
        wrapped = b"<autorizacion><estado>AUTORIZADO</estado><comprobante><![CDATA["
        wrapped += signed.xml + b"]]></comprobante></autorizacion>"
        self._upload("a.zip", zip_of(a=signed.xml, b=wrapped))
        self._upload("b.xml", signed.xml)
        received = self._received()
        self.assertEqual(received.access_key, signed.access_key)
        self.assertEqual(len(self.sri.store.requests(service="authorization")), 1)

    def test_a_file_that_says_something_else_is_refused(self):
        """The supplier's file says 20.00, the SRI authorised another content."""
        signed = self._supplier_issues()
        self.sri.register(signed.xml)
        forged = signed.xml.replace(b"MOLINO S.A.", b"MOLINO CIA.")
        with self.assertRaisesRegex(UserError, "does not say what the SRI authorised"):
            self._upload("a.xml", forged)

    def test_many_are_fetched_in_the_background(self):
        keys = [self._billed(number=n) for n in range(1, 22)]
        action = self._upload("recibidos.txt", "\n".join(keys).encode())
        intake = self.env["o2c.sri.intake"].browse(action["res_id"])
        self.assertEqual((intake.state, len(intake.line_ids)), ("waiting", 21))
        self.env["o2c.sri.intake.line"]._cron_fetch()
        self.assertEqual(intake.state, "done")
        self.assertEqual(len(self._received()), 21)

    def test_all_problems_and_nothing_kept(self):
        good, bad = self._billed(), self._billed(number=5)[:-1] + "x"
        unknown = self._supplier_issues(number=6).access_key
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            self._upload("k.txt", f"{good}\n{unknown}\n{'1' * 49}\n{bad}".encode())
        text = str(refused.exception)
        self.assertIn("Line 3", text)
        self.assertIn("no authorised document", text)
        self.assertFalse(self._received())

    def test_harmful_files_are_refused_and_nothing_is_kept(self):
        """Said with the file's name; the SRI is not asked, nothing is stored."""
        cases = (
            ("bomb.xml", BOMB.encode(), "DOCTYPE"),
            ("secret.xml", SECRET.encode(), "DOCTYPE"),
            ("remote.xml", REMOTE.encode(), "DOCTYPE"),
            ("latin.xml", NOT_UTF8.encode("latin-1"), "not well-formed"),
            ("empty.xml", EMPTY.encode(), "no comprobante"),
            ("page.xml", b"<html><body>503</body></html>", "html"),
            ("big.xml", b"<factura>" + b"a" * 10_000_000 + b"</factura>", "at most"),
            ("big.zip", zip_of(a=b"<factura>" + b"a" * 10_000_000), "at most"),
            ("bomb.zip", zip_of(a=BOMB.encode()), "DOCTYPE"),
        )
        for name, data, reason in cases:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                with self.assertRaises(UserError) as refused:
                    self._upload(name, data)
                self.assertRegex(str(refused.exception), f"(?i){reason}")
                self.assertNotIn("root:", str(refused.exception))
                savepoint.rollback()
        intake = self._mail(a__xml=BOMB.encode(), b__zip=zip_of(x=SECRET.encode()))
        self.assertEqual(intake.state, "refused")
        self.assertFalse(intake.line_ids)
        self.assertFalse(self._received())
        self.assertFalse(self.sri.store.requests())

    def test_signed_original_inside_a_forged_root_is_refused(self):
        """A wrapping attack that even the SRI's answer carries: 218.50 became 999."""
        signed = self._supplier_issues()
        original = etree.fromstring(signed.xml)
        root = etree.fromstring(signed.xml)
        root.remove(root[-1])
        root.find(".//importeTotal").text = "999.00"
        root.find(".//pago/total").text = "999.00"
        etree.SubElement(root, "oculto").append(original)
        self.sri.register(etree.tostring(root), force=True)
        received = self.env["o2c.sri.received"]
        with self.assertRaisesRegex(UserError, "signature does not hold"):
            received._o2c_fetch(signed.access_key, self.company)
        self.assertFalse(self._received())

    def test_mail_with_documents(self):
        first, second = (self._supplier_issues(number=n) for n in (1, 2))
        for signed in (first, second):
            self.sri.register(signed.xml)
        intake = self._mail(
            a__xml=first.xml, b__zip=zip_of(x=second.xml), ride__pdf=b"%PDF"
        )
        self.assertEqual(intake.state, "done", intake.line_ids.mapped("reason"))
        self.assertEqual(intake.company_id, self.company)
        self.assertEqual(len(self._received()), 2)
        self.assertFalse(self.answers, "nobody needs an answer")

    def test_mail_is_answered_with_the_reasons(self):
        stranger = self._supplier_issues(number=4, buyer="1791111111001")
        self.sri.register(stranger.xml)
        intake = self._mail(a__xml=stranger.xml, b__xml=b"<html/>")
        self.assertEqual(intake.state, "refused")
        self.assertEqual(self.answers.email_to, "ventas@molino.example")
        for reason in ("b.xml", "not to"):
            self.assertIn(reason, self.answers.body_html)
        self.env["o2c.sri.intake.line"]._cron_fetch()
        intake._o2c_answer()
        self.assertEqual(len(self.answers), 1, "answered once")
        self.assertFalse(self._received())

    def test_mail_without_documents(self):
        self._mail(foto__png=b"x")
        self.assertIn("no XML", self.answers.body_html)

    def test_the_sri_is_asked_again_when_it_is_down(self):
        signed = self._supplier_issues()
        self.sri.register(signed.xml)
        self.sri.faults.add("down")
        intake = self._mail(a__xml=signed.xml)
        self.assertEqual(intake.state, "waiting")
        self.assertGreater(intake.line_ids.next_try, intake.create_date)
        self.assertFalse(self.answers)
        self.sri.faults.clear()
        intake.line_ids.with_user(self.accountant).action_retry()
        self.env["o2c.sri.intake.line"]._cron_fetch()
        self.assertEqual(intake.state, "done", intake.line_ids.mapped("reason"))
