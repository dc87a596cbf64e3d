"""Pages of RIDE per second ÷ pages of the stock invoice report: ≥ 20.

The same facturas of twenty lines, one after the other: ours drawn from the authorised
XML, Odoo's rendered by QWeb and wkhtmltopdf (Debian's package, fetched when it is not
there). Styles and pictures are inside the report's page or missing, as no web server
answers: in life the stock report takes rather longer.
"""

import base64
import io
import shutil

from o2c_cli import system

from .. import world
from ..case import Case

DOCUMENTS = 5
WRAPPER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<autorizacion>'
    "<estado>AUTORIZADO</estado><numeroAutorizacion>{key}</numeroAutorizacion>"
    "<fechaAutorizacion>2026-01-31T10:00:00-05:00</fechaAutorizacion>"
    "<ambiente>PRUEBAS</ambiente><comprobante><![CDATA[{xml}]]></comprobante>"
    "<mensajes/></autorizacion>"
)


class SriRide(Case):
    rate = "pages/s"
    repetitions = 3
    warm_up = 1

    def prepare(self, env, ids, side):
        invoices = world.draft_invoices(env, ids, DOCUMENTS, lines=world.LINES)
        invoices.action_post()
        ids["invoices"] = invoices.ids
        if side == "value":
            for document in invoices.sudo().o2c_sri_document_ids:
                _authorise(document)
        elif not shutil.which("wkhtmltopdf"):
            system.ensure_packages(["wkhtmltopdf"])

    def set_up(self, env, ids, side):
        return Subject(env["account.move"].browse(ids["invoices"]), side)

    def act(self, subject):
        draw = _ride if subject.side == "value" else _report
        subject.pdfs = [draw(move) for move in subject.invoices]

    def units(self, subject):
        return sum(_pages(pdf) for pdf in subject.pdfs)

    def check(self, subject):
        assert len(subject.pdfs) == DOCUMENTS
        assert all(pdf.startswith(b"%PDF") for pdf in subject.pdfs)


class Subject:
    def __init__(self, invoices, side):
        self.invoices = invoices
        self.side = side
        self.pdfs = []


def _authorise(document):
    xml = document._o2c_signed_bytes().decode().partition("?>")[2].strip()
    wrapper = WRAPPER.format(key=document.access_key, xml=xml)
    document.write(
        {
            "state": "authorised",
            "authorised_xml": base64.b64encode(wrapper.encode()),
            "next_try": False,
        }
    )


def _ride(move):
    return move.sudo().o2c_sri_document_ids._o2c_ride()


def _report(move):
    reports = move.env["ir.actions.report"].with_context(force_report_rendering=True)
    return reports._render_qweb_pdf("account.account_invoices", move.ids)[0]


def _pages(pdf):
    from odoo.tools.pdf import PdfFileReader

    return len(PdfFileReader(io.BytesIO(pdf)).pages)


CASE = SriRide()
