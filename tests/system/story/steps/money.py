"""Steps 7 and 8: the invoice, the customer's withholding, his payment."""

import email
import email.policy
from decimal import Decimal

from sri_simulator import third_party as made

from ..documents import comprobante, says, wait_until_authorised
from ..parties import customer, our_company, register
from .credit import pay
from .selling import CUSTOMER

SUBTOTAL = 1194.58  # 6 × 37.107 + 4 × 63.00 + 10 × 48.00 + 20 × 11.997
IVA = 37.80  # 15 % of the tuna, 252.00
TOTAL = 1232.38
WITHHELD = 35.23  # renta 2 % of 1194.58 = 23.89, IVA 30 % of 37.80 = 11.34


def invoice(world):
    """Invoice what was delivered; the SRI authorises it; the customer has it."""
    move = _invoice_the_delivery(world)
    world.records["invoice"] = move
    accountant = world.person("contadora")
    data = accountant.read(
        "account.move", move, ["name", "amount_untaxed", "amount_tax", "amount_total"]
    )
    world.equal(f"{data['name']} without taxes", data["amount_untaxed"], SUBTOTAL)
    world.equal("IVA", data["amount_tax"], IVA)
    world.equal("total", data["amount_total"], TOTAL)
    document = wait_until_authorised(world, "contadora", [("move_id", "=", move)])
    world.records["factura"] = document
    world.check(f"factura {document['number']}, key {document['access_key']}", True)
    _in_the_mail(world, document)
    _in_the_portal(world, move)
    with world.refused("an authorised invoice cannot go back to draft", "SRI"):
        accountant.press("account.move", move, "button_draft")


def _invoice_the_delivery(world):
    seller = world.person("vendedor")
    order = world.records["order"]
    context = {"active_model": "sale.order", "active_ids": [order]}
    wizard = seller.call(
        "sale.advance.payment.inv",
        "create",
        [{"advance_payment_method": "delivered"}],
        context=context,
    )
    seller.press("sale.advance.payment.inv", wizard, "create_invoices", context=context)
    accountant = world.person("contadora")
    found = world.one(
        "contadora",
        "account.move",
        [("invoice_line_ids.sale_line_ids.order_id", "=", order)],
    )
    move = found["id"]
    accountant.press("account.move", move, "action_post")
    return move


def _in_the_mail(world, document):
    """RIDE and XML arrive, at the customer's address and in one message."""
    name = f"{document['document_type']}_{document['number']}"

    def look():
        for file in sorted(world.mail.glob("*.eml")):
            content = file.read_bytes()
            message = email.message_from_bytes(content, policy=email.policy.default)
            attached = {part.get_filename() for part in message.iter_attachments()}
            if f"{name}.xml" in attached:
                return message, attached
        return None

    message, attached = world.wait_for("mailed with the XML", look)
    world.check("and with its RIDE", f"{name}.pdf" in attached)
    partner = world.person("vendedor").read(
        "res.partner", world.ref(CUSTOMER), ["email"]
    )
    receivers = [address.addr_spec for address in message["To"].addresses]
    world.equal("to", receivers, [partner["email"]])


def _in_the_portal(world, move):
    portal = world.person("cliente")
    page = portal.page(f"/my/invoices/{move}")
    world.check("the customer sees the invoice in his portal", "Factur" in page)
    ride = portal.download(f"/my/invoices/{move}/sri/pdf")
    world.check(f"he downloads the RIDE, {len(ride)} bytes", ride[:5] == b"%PDF-")
    xml = portal.download(f"/my/invoices/{move}/sri/xml")
    world.check("and the authorised XML", b"AUTORIZADO" in xml)
    expected = {
        "totalSinImpuestos": f"{SUBTOTAL:.2f}",
        "importeTotal": f"{TOTAL:.2f}",
    }
    says(world, comprobante(xml), expected)


def collection(world):
    """The customer's retención lowers the debt; his payment closes it."""
    accountant = world.person("contadora")
    invoice_id = world.records["invoice"]
    withholding = _customer_withholding(world)
    register(world, withholding)
    received = accountant.call(
        "o2c.sri.received", "action_fetch", withholding.access_key
    )
    action = accountant.press(
        "o2c.sri.received", received["res_id"], "action_create_withholding"
    )
    accountant.press("o2c.sri.withholding", action["res_id"], "action_post")
    rest = accountant.read("account.move", invoice_id, ["amount_residual"])
    world.equal(
        f"owed after the retención {withholding.number} of {WITHHELD}",
        rest["amount_residual"],
        round(TOTAL - WITHHELD, 2),
    )
    pay(accountant, invoice_id)
    state = accountant.read(
        "account.move", invoice_id, ["amount_residual", "payment_state"]
    )
    world.equal("owed after the payment", state["amount_residual"], 0.0)
    world.check(
        f"payment state {state['payment_state']}",
        state["payment_state"] in ("paid", "in_payment"),
    )


def _customer_withholding(world):
    factura = world.records["factura"]
    issue = made.Issue(sequential=101)
    return made.customer_withholding(
        customer(world),
        our_company(world),
        [
            made.Support(
                number=factura["number"],
                issue_date=issue.date,
                subtotal=Decimal(str(SUBTOTAL)),
                iva=Decimal(0),
                authorisation=factura["access_key"],
                withheld=(
                    made.Withheld("1", "312", Decimal(str(SUBTOTAL)), Decimal(2)),
                    made.Withheld("2", "1", Decimal(str(IVA)), Decimal(30)),
                ),
            )
        ],
        issue,
    )
