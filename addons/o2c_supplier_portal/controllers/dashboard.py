from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Domain
from odoo.http import route

from odoo.addons.o2c_consignment.models.legal_time import end_of_day, legal_day

from ..portal_core import levels, roles
from .pages import SupplierPages

MONTHS = 12
TOP = 8
TRADE = Domain("kind", "in", ("sale", "return"))
NOT_BILLED = Domain("state", "in", ("open", "settled"))
BILLED = Domain("state", "in", ("billed", "paid"))


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
        values = {"problems": problems, **stock_figures(scope)}
        if scope.can(roles.SALES):
            values.update(sales_figures(scope))
        if scope.can(roles.BILLING):
            values.update(billing_figures(scope))
        return self._o2c_render("dashboard", scope, "dashboard", **values)


def stock_figures(scope):
    """Return what is there, what was sold and what runs low, from stock alone."""
    Stock = scope.model("o2c.supplier.stock")
    [(available, sold, received)] = Stock._read_group(
        scope.domain, [], ["available:sum", "sold:sum", "received:sum"]
    )
    low = Stock.search(
        scope.domain & Domain("stock_state", "in", (levels.LOW, levels.NEAR)),
        order="stock_state, product_code",
    )
    return {
        "available": available or 0,
        "sold": sold or 0,
        "received": received or 0,
        "low": low,
    }


def sales_figures(scope):
    """Return sales in total, this month, and by month, product and place."""
    Sale = scope.model("o2c.supplier.sale")
    domain = scope.domain & TRADE
    this_month = legal_day(fields.Datetime.now()).replace(day=1)
    first = this_month - relativedelta(months=MONTHS - 1)
    since = _from_day(first)
    [(total,)] = Sale._read_group(domain, [], ["sale_amount:sum"])
    by_month = Sale._read_group(domain & since, ["date:month"], ["sale_amount:sum"])
    amounts = {month.date(): amount for month, amount in by_month if month}
    months = [first + relativedelta(months=n) for n in range(MONTHS)]
    by_product = Sale._read_group(
        domain & since,
        ["product_name"],
        ["sale_amount:sum"],
        order="sale_amount:sum desc",
        limit=TOP,
    )
    by_place = Sale._read_group(
        domain & since,
        ["warehouse_name"],
        ["sale_amount:sum"],
        order="sale_amount:sum desc",
        limit=TOP,
    )
    return {
        "currency": sale_currency(scope),
        "sales_total": total or 0,
        "sales_this_month": amounts.get(this_month, 0),
        "charts": [
            ("month", bars([(m, amounts.get(m, 0)) for m in months])),
            ("product", bars(by_product)),
            ("place", bars(by_place)),
        ],
    }


def billing_figures(scope):
    """Return what is to bill, billed and still to be paid, and what waits for him."""
    Sale = scope.model("o2c.supplier.sale")
    [(to_bill,)] = Sale._read_group(scope.domain & NOT_BILLED, [], ["amount:sum"])
    [(billed,)] = Sale._read_group(scope.domain & BILLED, [], ["amount:sum"])
    [(pending,)] = scope.model("o2c.supplier.bill")._read_group(
        scope.domain & Domain("state", "=", "posted"), [], ["amount_residual:sum"]
    )
    waiting = scope.model("o2c.supplier.settlement").search(
        scope.domain & Domain("state", "=", "sent"), limit=TOP
    )
    return {
        "currency": sale_currency(scope),
        "to_bill": to_bill or 0,
        "billed": billed or 0,
        "pending": pending or 0,
        "waiting": waiting,
    }


def sale_currency(scope):
    """Return the currency of the supplier's figures: that of his last sale.

    An agreement has one currency; a supplier with two of them in one company sees
    sums of the rows in this one page only where they share it.
    """
    last = scope.model("o2c.supplier.sale").search(scope.domain, limit=1)
    return (last or scope.company).currency_id


def bars(rows):
    """Return (label, amount, percent of the largest) for a chart without scripts."""
    largest = max((amount or 0 for __, amount in rows), default=0)
    return [
        (label, amount or 0, round(100 * (amount or 0) / largest) if largest > 0 else 0)
        for label, amount in rows
    ]


def _from_day(day):
    return Domain("date", ">=", end_of_day(day - relativedelta(days=1)))
