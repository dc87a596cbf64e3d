"""Step 12: what the boards show has moved with the story, by what was done in it."""

OVERDUE = ("1_30", "2_60", "3_90", "4_older")


def snapshot(world):
    """Figures that the boards show now."""
    ordered, first = _fill(world)
    return {
        "ordered": ordered,
        "left with the first delivery": first,
        "receivable": _receivable(world),
        "overdue": _receivable(world, ("bucket", "in", OVERDUE)),
        "DSO": _dso(world),
        "margin": _margin(world),
    }


def _fill(world):
    rows = world.person("compras").search(
        "o2c.consignment.fill.rate", [], ["ordered", "delivered_first"]
    )
    return tuple(sum(row[x] for row in rows) for x in ("ordered", "delivered_first"))


def _receivable(world, *ages):
    rows = world.person("jefecredito").search("o2c.credit.aging", [*ages], ["amount"])
    return round(sum(row["amount"] for row in rows), 2)


def _dso(world):
    month = world.one(
        "jefecredito",
        "o2c.credit.dso",
        [("company_id", "=", world.ref("company_sierra"))],
        ["dso"],
        order="month desc",
        limit=1,
    )
    return round(month["dso"], 2)


def _margin(world):
    groups = world.person("aprobadora").call(
        "sale.report",
        "formatted_read_group",
        [("state", "=", "sale")],
        [],
        ["margin:sum"],
    )
    return round(groups[0]["margin:sum"], 2)


def moved(world):
    """Each figure against what it was, and what the story did in between."""
    before, after = world.records["indicators"], snapshot(world)
    # La Canasta ordered 46 units and 40 left at once; of 2 sacks of sugar none has left
    ordered, first = before["ordered"] + 48, before["left with the first delivery"] + 40
    rate = 100 * after["left with the first delivery"] / after["ordered"]
    world.equal("fill rate in %", round(rate, 2), round(100 * first / ordered, 2))
    # the invoice is paid; its debit note of 6.00 and credit note of 23.99 are open
    paid = world.records["overdue"]
    owed = round(before["receivable"] - paid + 6.00 - 23.99, 2)
    world.equal("receivable", after["receivable"], owed)
    world.equal("overdue of it", after["overdue"], round(before["overdue"] - paid, 2))
    # less is owed and more was sold
    world.check(
        f"DSO, days: {before['DSO']} → {after['DSO']}", after["DSO"] < before["DSO"]
    )
    # rice 43.28, tuna 44.00, butter 15.00, milk 35.94 with what was passed on; two
    # sacks of sugar 2 × (44.50 × 0.96 − 38.20) = 9.04
    margin = round(before["margin"] + 43.28 + 44.00 + 15.00 + 35.94 + 9.04, 2)
    world.equal("margin of what was sold", after["margin"], margin)
