"""Steps 9 and 10: what the consignor gets, and a cost that changes afterwards."""

from decimal import ROUND_HALF_UP, Decimal

from lxml import html

from sri_simulator import third_party as made

from ..documents import authorised_xml, says, wait_until_authorised
from ..parties import our_company, register, taxpayer
from .credit import pay
from .selling import MILK, lines_of_the_order

SUPPLIER = "supplier_valle"
SOLD = 669.00  # butter 10 × 46.50 + milk 20 × 10.20
NEW_COST = 10.50  # of milk, 0.30 more
PASSED_ON = 6.00  # 20 boxes × 0.30
CENT = Decimal("0.01")


def settle(world):
    """From the supplier's portal to his payment."""
    _sees_his_sales(world)
    settlement = _draw_up(world)
    bases = _bases_by_rate(world, settlement)
    _accepts(world, settlement)
    factura = _his_factura(world, bases)
    bill = _registers(world, settlement, factura, bases)
    _withhold(world, bill, bases)
    pay(world.person("contadora"), bill)
    rest = world.person("contadora").read("account.move", bill, ["amount_residual"])
    world.equal("owed to him after the payment", rest["amount_residual"], 0.0)
    _sees_it_paid(world, factura)


def _sees_his_sales(world):
    supplier = world.person("proveedor")
    page = supplier.page("/my/consignment/sales")
    world.check("the supplier sees the butter sold", "Mantequilla" in page)
    world.check("not who bought it", "La Canasta" not in page)
    stranger = world.person("proveedor2").page("/my/consignment/sales")
    world.check("another supplier does not see it", "Mantequilla" not in stranger)
    rows = world.person("compras").search(
        "o2c.consignment.consumption",
        [("sale_order_id", "=", world.records["order"])],
        ["amount"],
    )
    world.equal("due for this order", sum(r["amount"] for r in rows), SOLD)


def _draw_up(world):
    buyer = world.person("compras")
    settlement = buyer.create(
        "o2c.consignment.settlement",
        {
            "consignor_id": world.ref(SUPPLIER),
            "company_id": world.ref("company_sierra"),
            "currency_id": world.ref("base.USD"),
        },
    )
    buyer.press("o2c.consignment.settlement", settlement, "action_add_consumptions")
    buyer.press("o2c.consignment.settlement", settlement, "action_send")
    rows = buyer.search(
        "o2c.consignment.consumption",
        [("settlement_id", "=", settlement)],
        ["amount", "sale_order_id"],
    )
    amount = round(sum(row["amount"] for row in rows), 2)
    order = world.records["order"]
    ours = [r for r in rows if r["sale_order_id"] and r["sale_order_id"][0] == order]
    world.equal("of it for this order", sum(r["amount"] for r in ours), SOLD)
    data = buyer.read(
        "o2c.consignment.settlement", settlement, ["name", "amount_total"]
    )
    world.equal(
        f"{data['name']}, {len(rows)} consumptions", data["amount_total"], amount
    )
    return settlement


def _bases_by_rate(world, settlement):
    """What is due for goods of each IVA rate, by the products' taxes.

    The settlement may have other sales of the supplier than the story's, with IVA too.
    """
    buyer = world.person("compras")
    lines = buyer.search(
        "o2c.consignment.settlement.line",
        [("settlement_id", "=", settlement)],
        ["product_id", "amount"],
    )
    products = {line["product_id"][0] for line in lines}
    rates = {product: _iva_of(world, product) for product in products}
    bases = dict.fromkeys(rates.values(), Decimal(0))
    for line in lines:
        bases[rates[line["product_id"][0]]] += Decimal(str(line["amount"]))
    return {rate: base for rate, base in bases.items() if base}


def _iva_of(world, product):
    """Rate in per cent that the supplier charges for a product."""
    tax = world.one(
        "compras",
        "account.tax",
        [
            ("type_tax_use", "=", "purchase"),
            ("company_id", "=", world.ref("company_sierra")),
            ("id", "in", _supplier_taxes(world, product)),
        ],
        ["amount"],
    )
    return Decimal(f"{tax['amount']:g}")


def _supplier_taxes(world, product):
    buyer = world.person("compras")
    return buyer.read("product.product", product, ["supplier_taxes_id"])[
        "supplier_taxes_id"
    ]


def _accepts(world, settlement):
    supplier = world.person("proveedor")
    page = f"/my/consignment/settlements/{settlement}"
    supplier.submit(f"{page}/answer", {"rest": "accept"}, page=page)
    state = world.person("compras").read(
        "o2c.consignment.settlement", settlement, ["state"]
    )["state"]
    world.equal("settlement after his answer in the portal", state, "accepted")


def _his_factura(world, bases):
    """The supplier's own document, with a line for each rate of IVA."""
    sales = [
        made.Sale(
            description=f"Liquidación de mercadería en consignación, IVA {rate} %",
            quantity=Decimal(1),
            unit_price=base,
            iva=rate,
        )
        for rate, base in sorted(bases.items())
    ]
    issue = made.Issue(sequential=501)
    supplier, receiver = taxpayer(world, SUPPLIER), our_company(world)
    factura = made.supplier_invoice(supplier, receiver, sales, issue)
    register(world, factura)
    return factura


def _registers(world, settlement, factura, bases):
    """He types the key of his factura in the portal; the bill is there."""
    page = f"/my/consignment/settlements/{settlement}"
    key = {"access_key": factura.access_key}
    world.person("proveedor").submit(f"{page}/bill", key, page=page)
    bill = world.one(
        "contadora",
        "account.move",
        [("o2c_settlement_id", "=", settlement)],
        ["amount_untaxed", "amount_tax", "amount_total"],
    )
    world.equal(
        f"his factura {factura.number}, matched by its key",
        bill["amount_untaxed"],
        float(sum(bases.values())),
    )
    rates = ", ".join(f"{rate} %" for rate in sorted(bases))
    world.equal(f"its IVA ({rates})", bill["amount_tax"], float(_iva(bases)))
    world.equal("its total", bill["amount_total"], float(factura.total))
    return bill["id"]


def _iva(bases):
    return sum(_percent(base, rate) for rate, base in bases.items())


def _percent(amount, rate):
    return (amount * rate / 100).quantize(CENT, ROUND_HALF_UP)


def _withhold(world, bill, bases):
    """2 % of the goods (code 312, since March 2026) and 30 % of their IVA (code 1)."""
    accountant = world.person("contadora")
    accountant.press("account.move", bill, "action_post")
    action = accountant.press("account.move", bill, "action_o2c_propose_withholding")
    withholding = action["res_id"]
    accountant.press("o2c.sri.withholding", withholding, "action_post")
    document = wait_until_authorised(
        world, "contadora", [("withholding_id", "=", withholding)]
    )
    world.equal("our retención, type at the SRI", document["document_type"], "07")
    expected = {"312": _percent(sum(bases.values()), 2)}
    if _iva(bases):
        expected["1"] = _percent(_iva(bases), 30)
    withheld = {
        row.findtext("codigoRetencion"): Decimal(row.findtext("valorRetenido"))
        for row in authorised_xml(world, "contadora", document).iter("retencion")
    }
    world.equal("withheld, by the code", _readable(withheld), _readable(expected))
    rest = accountant.read("account.move", bill, ["amount_residual", "amount_total"])
    paid = rest["amount_total"] - rest["amount_residual"]
    world.equal("taken off his bill", round(paid, 2), float(sum(expected.values())))


def _readable(amounts):
    return ", ".join(f"{code}: {amounts[code]:.2f}" for code in sorted(amounts))


def _sees_it_paid(world, factura):
    page = world.person("proveedor").page("/my/consignment/bills")
    rows = [row.text_content() for row in html.fromstring(page).iter("tr")]
    shown = [row for row in rows if factura.number in row]
    world.equal("rows of his factura in the portal", len(shown), 1)
    world.check("he sees it paid there", "Pagad" in shown[0])


def cost_change(world):
    """The milk was dearer: passed on to this customer, absorbed for the others."""
    buyer = world.person("compras")
    change = buyer.create(
        "o2c.consignment.cost.change",
        {
            "agreement_id": world.ref("agreement_valle"),
            "product_id": world.ref(MILK),
            "new_cost": NEW_COST,
            "reason": "Alza del precio de la leche cruda",
        },
    )
    buyer.press("o2c.consignment.cost.change", change, "action_preview")
    lines = buyer.search(
        "o2c.consignment.cost.change.line",
        [("change_id", "=", change)],
        ["quantity", "delta", "margin_before"],
    )
    # the 20 boxes of this order, 0.30 each
    world.equal("affected boxes", sum(x["quantity"] for x in lines), 20.0)
    world.equal("difference", sum(x["delta"] for x in lines), PASSED_ON)
    buyer.call(
        "o2c.consignment.cost.change.line",
        "write",
        [x["id"] for x in lines],
        {"decision": "pass_on"},
    )
    buyer.press("o2c.consignment.cost.change", change, "action_apply")
    data = buyer.read(
        "o2c.consignment.cost.change",
        change,
        [
            "state",
            "note_ids",
            "entry_ids",
            "margin_before",
            "margin_after",
            "amount_passed_on",
        ],
    )
    world.equal("the change", data["state"], "applied")
    world.equal("passed on", data["amount_passed_on"], PASSED_ON)
    _is_booked(world, data["entry_ids"])
    world.equal(
        "margin kept by passing on", data["margin_after"], data["margin_before"]
    )
    _keeps_its_margin(world)
    _issues_the_note(world, data["note_ids"])
    price = buyer.search(
        "o2c.consignment.agreement.line",
        [
            ("agreement_id", "=", world.ref("agreement_valle")),
            ("product_id", "=", world.ref(MILK)),
            ("date_start", "!=", False),
        ],
        ["value"],
    )
    world.equal(
        "agreed cost of later sales", [line["value"] for line in price], [NEW_COST]
    )


def _is_booked(world, entries):
    """More cost of sales, and more that is owed for consigned goods."""
    accountant = world.person("contadora")
    names = ("o2c_consignment_cost_account_id", "o2c_consignment_accrual_account_id")
    company = accountant.read("res.company", world.ref("company_sierra"), names)
    cost, accrual = (company[name][1] for name in names)
    lines = accountant.search(
        "account.move.line",
        [("move_id", "in", entries), ("parent_state", "=", "posted")],
        ["account_id", "debit", "credit"],
    )
    found = sorted((x["account_id"][1], x["debit"], x["credit"]) for x in lines)
    expected = sorted([(cost, PASSED_ON, 0.0), (accrual, 0.0, PASSED_ON)])
    world.equal("its entry (account, debit, credit)", found, expected)


def _keeps_its_margin(world):
    """The order has the later cost, and its note is price too.

    239.94 + 6.00 − 20 × 10.50 = 35.94, as it was.
    """
    milk = lines_of_the_order(world)[MILK]
    world.equal("cost of the milk on the order", milk["purchase_price"], NEW_COST)
    world.equal("margin of the milk with the note", milk["margin"], 35.94)


def _issues_the_note(world, notes):
    accountant = world.person("contadora")
    accountant.press("account.move", notes, "action_post")
    document = wait_until_authorised(world, "contadora", [("move_id", "in", notes)])
    world.equal("the customer's note at the SRI", document["document_type"], "05")
    expected = {
        "numDocModificado": world.records["factura"]["number"],
        "valorTotal": f"{PASSED_ON:.2f}",
    }
    says(world, authorised_xml(world, "contadora", document), expected)
