"""Steps 9 and 10: what the consignor gets, and a cost that changes afterwards."""

from decimal import Decimal

from sri_simulator import third_party as made

from ..parties import our_company, register, taxpayer
from .credit import pay
from .money import wait_until_authorised
from .selling import MILK

SUPPLIER = "supplier_valle"
SOLD = 669.00  # butter 10 × 46.50 + milk 20 × 10.20
NEW_COST = 10.50  # of milk, 0.30 more


def settle(world):
    """From the supplier's portal to his payment."""
    _sees_his_sales(world)
    settlement, amount = _draw_up(world)
    _accepts(world, settlement)
    bill = _registers_his_factura(world, settlement, amount)
    _withhold_and_pay(world, bill, amount)
    supplier = world.person("proveedor")
    page = supplier.page("/my/consignment/bills")
    world.check("he sees it paid in his portal", "Pagada" in page or "Pagado" in page)


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
        "o2c.consignment.settlement", settlement, ["name", "amount_total", "state"]
    )
    world.equal(
        f"{data['name']}, {len(rows)} consumptions", data["amount_total"], amount
    )
    return settlement, amount


def _accepts(world, settlement):
    supplier = world.person("proveedor")
    page = f"/my/consignment/settlements/{settlement}"
    supplier.submit(f"{page}/answer", {"rest": "accept"}, page=page)
    state = world.person("compras").read(
        "o2c.consignment.settlement", settlement, ["state"]
    )["state"]
    world.equal("settlement after his answer in the portal", state, "accepted")


def _registers_his_factura(world, settlement, amount):
    factura = made.supplier_invoice(
        taxpayer(world, SUPPLIER),
        our_company(world),
        [
            made.Sale(
                description="Liquidación de mercadería en consignación",
                quantity=Decimal(1),
                unit_price=Decimal(str(amount)),
                iva=Decimal(0),
            )
        ],
        made.Issue(sequential=501),
    )
    register(world, factura)
    supplier = world.person("proveedor")
    page = f"/my/consignment/settlements/{settlement}"
    supplier.submit(f"{page}/bill", {"access_key": factura.access_key}, page=page)
    bills = world.person("contadora").search(
        "account.move",
        [("o2c_settlement_id", "=", settlement)],
        ["amount_untaxed", "state"],
    )
    world.equal("bills of the settlement", len(bills), 1)
    world.equal("his factura, matched by its key", bills[0]["amount_untaxed"], amount)
    return bills[0]["id"]


def _withhold_and_pay(world, bill, amount):
    accountant = world.person("contadora")
    accountant.press("account.move", bill, "action_post")
    action = accountant.press("account.move", bill, "action_o2c_propose_withholding")
    withholding = action["res_id"]
    accountant.press("o2c.sri.withholding", withholding, "action_post")
    document = wait_until_authorised(
        world, "contadora", [("withholding_id", "=", withholding)]
    )
    world.equal("our retención, type at the SRI", document["document_type"], "07")
    rest = accountant.read("account.move", bill, ["amount_residual", "amount_total"])
    withheld = round(rest["amount_total"] - rest["amount_residual"], 2)
    # 312: transfer of movable goods, 2 % since 1 March 2026
    world.equal("withheld, 2 % of the goods", withheld, round(amount * 0.02, 2))
    pay(accountant, bill)
    state = accountant.read("account.move", bill, ["amount_residual"])
    world.equal("owed to him after the payment", state["amount_residual"], 0.0)


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
    world.equal("difference", sum(x["delta"] for x in lines), 6.00)
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
        ["state", "note_ids", "margin_before", "margin_after", "amount_passed_on"],
    )
    world.equal("the change", data["state"], "applied")
    world.equal("passed on", data["amount_passed_on"], 6.00)
    world.equal(
        "margin kept by passing on", data["margin_after"], data["margin_before"]
    )
    accountant = world.person("contadora")
    accountant.press("account.move", data["note_ids"], "action_post")
    document = wait_until_authorised(
        world, "contadora", [("move_id", "in", data["note_ids"])]
    )
    world.equal("the customer's note at the SRI", document["document_type"], "05")
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
