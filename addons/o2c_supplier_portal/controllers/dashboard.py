from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo.fields import Domain
from odoo.http import route

from odoo.addons.o2c_consignment.models.legal_time import legal_today

from ..portal_core import levels, roles
from ..portal_core.periods import MONTH
from ..portal_core.trends import cover_days, season
from .pages import SupplierPages

MONTHS = 12
TOP = 8
ROTATION_MONTHS = 3
TRADE = ("sale", "return")
NOT_BILLED = ("open", "settled")
BILLED = ("billed", "paid")


class SupplierDashboard(SupplierPages):
    @route(
        "/my/consignment",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_dashboard(self, **params):
        scope, __, problems = self._o2c_open(roles.DASHBOARD, (), params)
        stocks = scope.model("o2c.supplier.stock").search(scope.domain)
        values = {"problems": problems, **stock_figures(stocks)}
        if scope.can(roles.SALES):
            values.update(sales_figures(scope, stocks))
        if scope.can(roles.BILLING):
            values.update(billing_figures(scope))
        return self._o2c_render("dashboard", scope, "dashboard", **values)


def stock_figures(stocks):
    """Return what is there, what was sold and what runs low, from stock alone."""
    low = stocks.filtered(lambda s: s.stock_state in (levels.LOW, levels.NEAR))
    return {
        "available": sum(stocks.mapped("available")),
        "sold": sum(stocks.mapped("sold")),
        "low": low.sorted("stock_state"),
    }


def sales_figures(scope, stocks):
    """Return sales in total, this month, by month, product and place, and trends.

    Amounts are lists of (currency, amount): agreements may differ in currency.
    """
    this_month = legal_today().replace(day=1)
    first = this_month - relativedelta(months=MONTHS - 1)
    by_state, by_month = _sums(scope, [["state"], ["day:month"]])
    by_product, by_place = _sums(
        scope,
        [["product_id"], ["warehouse_id"]],
        Domain("day", ">=", first) & Domain("kind", "in", TRADE),
        with_kind=False,
    )
    traded = [row for row in by_month if row.kind in TRADE]
    months = [first + relativedelta(months=n) for n in range(MONTHS)]
    return {
        "sales_total": amounts(traded, "sale_amount"),
        "sales_this_month": amounts(
            [row for row in traded if row.key == this_month], "sale_amount"
        ),
        "to_bill": amounts([r for r in by_state if r.key in NOT_BILLED], "amount"),
        "billed": amounts([r for r in by_state if r.key in BILLED], "amount"),
        "charts": [
            chart
            for currency in _currencies(traded)
            for chart in _charts(currency, months, traded, by_product, by_place)
        ],
        "season": _season(traded, months),
        "rotation": _rotation(scope, stocks, this_month),
    }


def billing_figures(scope):
    """Return what is still to be paid, and what waits for an answer."""
    pending = scope.model("o2c.supplier.bill")._read_group(
        scope.domain & Domain("state", "=", "posted"),
        ["currency_id"],
        ["amount_residual:sum"],
    )
    waiting = scope.model("o2c.supplier.settlement").search(
        scope.domain & Domain("state", "=", "sent"), limit=TOP
    )
    return {"pending": pending, "waiting": waiting}


class Sum:
    """One group of the sums: what it is about, and its figures."""

    __slots__ = ("amount", "currency", "key", "kind", "quantity", "sale_amount")

    def __init__(self, key, kind, currency, quantity, sale_amount, amount):
        self.key = key
        self.kind = kind
        self.currency = currency
        self.quantity = quantity
        self.sale_amount = sale_amount
        self.amount = amount


def _sums(scope, sets, domain=Domain.TRUE, *, with_kind=True):
    """Return a list of :class:`Sum` for each set of fields, in one query."""
    extra = ["kind", "currency_id"] if with_kind else ["currency_id"]
    results = scope.model("o2c.supplier.total")._read_grouping_sets(
        scope.domain & Domain("grain", "=", MONTH) & domain,
        [[*fields_, *extra] for fields_ in sets],
        ["quantity:sum", "sale_amount:sum", "amount:sum"],
    )
    if with_kind:
        return [[Sum(*row) for row in rows] for rows in results]
    return [[Sum(row[0], None, *row[1:]) for row in rows] for rows in results]


def amounts(rows, name):
    """Return (currency, sum) of some sums, currency by currency.

    :param str name: sale_amount or amount
    """
    sums = defaultdict(float)
    for row in rows:
        sums[row.currency] += getattr(row, name)
    return list(sums.items())


def _currencies(rows):
    return list(dict.fromkeys(row.currency for row in rows))


def _charts(currency, months, traded, by_product, by_place):
    """Return (name, currency, bars) of the charts of one currency."""
    by_month = defaultdict(float)
    for row in traded:
        if row.currency == currency:
            by_month[row.key] += row.sale_amount
    yield "month", currency, bars([(m, by_month[m]) for m in months])
    for name, rows in (("product", by_product), ("place", by_place)):
        own = [row for row in rows if row.currency == currency]
        own.sort(key=lambda row: -row.sale_amount)
        # the label of a product or place of his own rows
        yield (
            name,
            currency,
            bars([(r.key.sudo().display_name, r.sale_amount) for r in own[:TOP]]),
        )


def _season(traded, months):
    """Return (month, units, units a year before, change in percent)."""
    units = defaultdict(float)
    for row in traded:
        units[row.key] += row.quantity
    return season(units, months)


def _rotation(scope, stocks, this_month):
    """Return (stock, units a month, days of cover) of what moves most slowly."""
    since = this_month - relativedelta(months=ROTATION_MONTHS)
    rows = scope.model("o2c.supplier.total")._read_group(
        scope.domain
        & Domain([("grain", "=", MONTH), ("day", ">=", since)])
        & Domain([("day", "<", this_month), ("kind", "in", TRADE)]),
        ["product_id"],
        ["quantity:sum"],
    )
    sold = dict(rows)
    days = (this_month - since).days
    table = [
        (
            stock,
            sold.get(stock.product_id, 0) / ROTATION_MONTHS,
            cover_days(stock.available, sold.get(stock.product_id, 0), days),
        )
        for stock in stocks
        if stock.available > 0
    ]
    # what did not sell at all comes first
    table.sort(key=lambda row: -(row[2] if row[2] is not None else float("inf")))
    return table[:TOP]


def bars(rows):
    """Return (label, amount, percent of the largest) for a chart without scripts."""
    largest = max((amount or 0 for __, amount in rows), default=0)
    return [
        (label, amount or 0, round(100 * (amount or 0) / largest) if largest > 0 else 0)
        for label, amount in rows
    ]
