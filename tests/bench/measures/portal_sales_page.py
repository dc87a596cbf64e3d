"""Any page of any filter of the sales with 1,000,000 rows ÷ with 1,000: p95 ≤ 1.5.

The worst of all filters is the figure; each is printed in its own row, and the worst
of the medians, which a busy machine disturbs less. The last page
that there is (page 2,000 of the large one) is asked against the last of the small one.
"""

import re
import statistics
from datetime import UTC, datetime, timedelta

from ..portal_world import compare, p95, visitors

LARGE = 1_000_000
SMALL = 1_000
ROUNDS = 60
SALES = "/my/consignment/sales"
# name: (address in the large one, address in the small one)
PAGES = {
    "first": (SALES, SALES),
    "middle": (f"{SALES}/page/1000", f"{SALES}/page/10"),
    "last": (f"{SALES}/page/2000", f"{SALES}/page/20"),
    "product": (f"{SALES}?product={{product}}",) * 2,
    "place": (f"{SALES}?place={{place}}",) * 2,
    "kind": (f"{SALES}?kind=return",) * 2,
    "rare": (f"{SALES}?kind=loss&product={{product}}",) * 2,
    "period": (f"{SALES}?date_from={{first}}&date_to={{last}}",) * 2,
    "search product": (f"{SALES}?search=Producto 007",) * 2,
    "search document": (f"{SALES}?search=00000042",) * 2,
    "search all": (f"{SALES}?search=Producto",) * 2,
    "search nothing": (f"{SALES}?search=zzzzzz",) * 2,
    "lot": (f"{SALES}?lot=zzzzzz",) * 2,
    "group month": (f"{SALES}?groupby=month",) * 2,
    "group product": (f"{SALES}?groupby=product",) * 2,
}


def run():
    rows, medians = [], []
    with visitors({"large": LARGE, "small": SMALL}) as people:
        for name, addresses in PAGES.items():
            times = {}
            for side, address in zip(("large", "small"), addresses, strict=True):
                found = _parameters(people[side])
                times[side] = address.format(**found)
            measured = _in_turns(people, times)
            rows.append(_row(name, measured, p95))
            medians.append(_row(f"median of {name}", measured, statistics.median))
    worst = {**max(rows, key=_ratio), "name": "portal_sales_page"}
    return [worst, *rows, max(medians, key=_ratio)]


def _row(name, measured, figure):
    large, small = figure(measured["large"]), figure(measured["small"])
    return {
        "name": f"portal_sales_page: {name}",
        "value": round(large, 1),
        "unit": "ms",
        "baseline": round(small, 1),
        "ratio": round(large / small, 3),
        "n": ROUNDS,
    }


def _ratio(row):
    return row["ratio"]


def _parameters(person):
    page = person.page(SALES)
    options = re.search(r'id="product".*?</select>', page, re.DOTALL)[0]
    places = re.search(r'id="place".*?</select>', page, re.DOTALL)[0]
    today = datetime.now(UTC).date()
    return {
        "product": re.findall(r'value="(\d+)"', options)[7],
        "place": re.findall(r'value="(\d+)"', places)[0],
        "first": today - timedelta(days=200),
        "last": today - timedelta(days=100),
    }


def _in_turns(people, addresses):
    measured = {"large": [], "small": []}
    for number in range(ROUNDS + 3):
        for side, address in addresses.items():
            [milliseconds] = compare({side: people[side]}, address, 1, 0)[side]
            if number >= 3:
                measured[side].append(milliseconds)
    return measured
