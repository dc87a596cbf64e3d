"""Step 12: what the boards show has moved with the story."""


def snapshot(world):
    """Figures that the boards show now."""
    return {
        "fill rate": _fill_rate(world),
        "open receivable": _receivable(world),
        "DSO of the month": _dso(world),
        "margin of the month": _margin(world),
    }


def _fill_rate(world):
    rows = world.person("compras").search(
        "o2c.consignment.fill.rate", [], ["ordered", "delivered_first"]
    )
    ordered = sum(r["ordered"] for r in rows)
    return round(100 * sum(r["delivered_first"] for r in rows) / ordered, 2)


def _receivable(world):
    rows = world.person("jefecredito").search("o2c.credit.aging", [], ["amount"])
    return round(sum(r["amount"] for r in rows), 2)


def _dso(world):
    rows = world.person("jefecredito").search(
        "o2c.credit.dso",
        [("company_id", "=", world.ref("company_sierra"))],
        ["month", "dso"],
        order="month desc",
        limit=1,
    )
    return round(rows[0]["dso"], 2)


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
    """Each figure is another than before the story."""
    before, after = world.records["indicators"], snapshot(world)
    for name, value in after.items():
        world.check(f"{name}: {before[name]} → {value}", value != before[name])
