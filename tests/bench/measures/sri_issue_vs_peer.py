"""Facturas of twenty lines signed per second ÷ the same by the nearest peer: ≥ 8.

Both start from the same posted entries, with nothing of them in the cache, and do what
posting them together does: read the entries, build the XML, validate it, sign it, and
check the signature. The peer (odoo-addon-l10n-ec-account-edi, see `o2c_cli.peers`) does
what its `_l10n_ec_post_move_edi` does before it sends; ours also checks the amounts
against a second calculation and lists what is wrong with the entry.
"""

import base64

from lxml import etree

from .. import world
from ..case import Case

DOCUMENTS = 20
PEER = "l10n_ec_account_edi"


class SriIssue(Case):
    divisor = DOCUMENTS
    rate = "documents/s"
    sides = {"value": "suite", "baseline": f"peer:{PEER}"}

    def prepare(self, env, ids, side):
        if side == "baseline":
            _set_up_peer(env)
        invoices = world.draft_invoices(env, ids, DOCUMENTS, lines=world.LINES)
        invoices.action_post()
        ids["invoices"] = invoices.ids

    def set_up(self, env, ids, side):
        return Subject(env["account.move"].browse(ids["invoices"]), side)

    def act(self, subject):
        issue = _issue if subject.side == "value" else _issue_by_peer
        subject.signed = issue(subject.invoices)

    def check(self, subject):
        assert len(subject.signed) == DOCUMENTS
        for xml in subject.signed:
            root = etree.fromstring(xml)
            assert len(root.findall(".//detalle")) == world.LINES
            assert root.find("{*}Signature/{*}SignatureValue").text.strip()


class Subject:
    def __init__(self, invoices, side):
        self.invoices = invoices
        self.side = side
        self.signed = []


def _issue(moves):
    plans = moves._o2c_plan()
    documents = moves.sudo().o2c_sri_document_ids
    comprobantes = [
        (
            move.company_id,
            move._o2c_prepare_comprobante(move.o2c_sri_document_ids, plans[move]),
        )
        for move in moves.sudo()
    ]
    return [signed.xml for signed in documents._o2c_sign(comprobantes)]


def _issue_by_peer(moves):
    signed = []
    for move in moves:
        [document] = move.edi_document_ids
        xml = document._l10n_ec_render_xml_edi()
        document._l10n_ec_action_check_xsd(xml)
        key = move.company_id.l10n_ec_key_type_id
        signed.append(key.action_sign(xml).encode())
    return signed


def _set_up_peer(env):
    """Give the peer what it needs to sign: certificate, version, codes of taxes."""
    company = env.company
    company.write({"name": "Bench", "street": "Calle 1", "city": "Quito"})
    ruc = {"l10n_latam_identification_type_id": env.ref("l10n_ec.ec_ruc").id}
    company.partner_id.write({**ruc, "vat": world.RUC})
    certificate = env["sri.key.type"].create(
        {
            "name": "Bench",
            "file_name": "bench.p12",
            "file_content": base64.b64encode(world.certificate(company.name)),
            "password": world.PASSWORD,
            "company_id": company.id,
        }
    )
    certificate.action_validate_and_load()
    company.write(
        {
            "l10n_ec_type_environment": "test",
            "l10n_ec_key_type_id": certificate.id,
            "l10n_ec_invoice_version": "1.1.0",
        }
    )
    world.sales_journal(env).l10n_ec_sri_payment_id = env.ref("l10n_ec.P1")
    for tax in env["product.product"].search([]).taxes_id:
        assert tax.l10n_ec_xml_fe_code, tax.display_name
        assert tax.tax_group_id.l10n_ec_xml_fe_code, tax.tax_group_id.display_name


CASE = SriIssue()
