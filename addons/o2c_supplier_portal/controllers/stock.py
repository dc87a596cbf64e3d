from datetime import timedelta
from decimal import Decimal

from werkzeug.exceptions import UnprocessableEntity

from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..listings import MOVEMENTS, PERIOD, STOCK, fixed_digits, period_domain
from ..portal_core import roles, rollforward
from .exports import SupplierExports
from .pages import MAX_PAGE, PAGE_SIZE
from .sales import product_choices

MOVEMENTS_PAGE = "/my/consignment/movements"
MAX_MOVEMENTS = 5_000
NEWEST = 20


class SupplierStock(SupplierExports):
    @route(
        [
            "/my/consignment/stock",
            f"/my/consignment/stock/page/<int(max={MAX_PAGE}):page>",
        ],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_stock(self, page=1, **params):
        scope, values, problems = self._o2c_open(roles.STOCK, STOCK.filters, params)
        domain = Domain.FALSE if problems else scope.domain & STOCK.domain(values)
        Stock = scope.model("o2c.supplier.stock")
        page_values = pager(
            "/my/consignment/stock",
            total=Stock.search_count(domain),
            page=page,
            step=PAGE_SIZE,
            url_args=self._o2c_query_string(values),
        )
        stocks = Stock.search(domain, limit=PAGE_SIZE, offset=page_values["offset"])
        quants = scope.model("o2c.supplier.quant").search(
            scope.domain & Domain("product_id", "in", stocks.product_id.ids)
        )
        return self._o2c_render(
            "stock",
            scope,
            "stock",
            status=400 if problems else 200,
            problems=problems,
            stocks=stocks,
            quants=quants.grouped("product_id"),
            pager=page_values,
            values=values,
            query=self._o2c_query_string(values),
            levels=Stock._fields["stock_state"]._description_selection(request.env),
        )

    @route(
        "/my/consignment/stock/<int:stock_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_stock_product(self, stock_id, **params):
        """One product by lot and place, over a period, with its movements."""
        scope, stock, values, problems = self._o2c_product(stock_id, params)
        own = Domain.FALSE if problems else goods_of(scope, stock)
        lines = roll_forward(scope, own, values)
        return self._o2c_render(
            "stock_product",
            scope,
            "stock",
            status=400 if problems else 200,
            problems=problems,
            stock=stock,
            lines=lines,
            whole=rollforward.total(lines),
            titles=figure_titles(),
            quants=scope.model("o2c.supplier.quant").search(own),
            movements=scope.model("o2c.supplier.movement").search(
                own & period_domain(values), limit=NEWEST
            ),
            values=values,
        )

    @route(
        "/my/consignment/stock/<int:stock_id>/export/<any(csv,xlsx,pdf):file_format>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_stock_product_export(self, stock_id, file_format, **params):
        scope, stock, values, problems = self._o2c_product(stock_id, params)
        if problems:
            raise UnprocessableEntity("\n".join(problems))
        lines = roll_forward(scope, goods_of(scope, stock), values)
        rows = [[flow.place, flow.lot, *flow.figures] for flow in lines]
        label = stock.product_code or stock.product_label
        titles = [request.env._("Place"), request.env._("Lot"), *figure_titles()]
        return self._o2c_sheet(
            scope, label.replace("/", "-"), file_format, titles, [rows], len(rows)
        )

    def _o2c_product(self, stock_id, params):
        """Return scope, product, period and its problems of what shows one product.

        :raise NotFound: not his, or no such product: no difference
        """
        scope, values, problems = self._o2c_open(roles.STOCK, PERIOD, params)
        return scope, scope.find("o2c.supplier.stock", stock_id), values, problems

    @route(
        "/my/consignment/stock/export/<any(csv,xlsx,pdf):file_format>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_stock_export(self, file_format, **params):
        return self._o2c_export(STOCK, file_format, params)

    @route(
        [MOVEMENTS_PAGE, f"{MOVEMENTS_PAGE}/page/<int(max={MAX_PAGE}):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_movements(self, page=1, **params):
        scope, values, problems = self._o2c_open(
            MOVEMENTS.permission, MOVEMENTS.filters, params
        )
        wanted = scope.domain & MOVEMENTS.domain(values)
        domain = Domain.FALSE if problems else wanted
        Movement = scope.model(MOVEMENTS.model)
        # an offset, and a count, of what a person pages through
        count = Movement.search_count(domain, limit=MAX_MOVEMENTS + 1)
        page_values = pager(
            MOVEMENTS_PAGE,
            total=min(count, MAX_MOVEMENTS),
            page=page,
            step=PAGE_SIZE,
            url_args=self._o2c_query_string(values),
        )
        return self._o2c_render(
            "movements",
            scope,
            "movements",
            status=400 if problems else 200,
            problems=problems,
            movements=Movement.search(
                domain, limit=PAGE_SIZE, offset=page_values["offset"]
            ),
            count=min(count, MAX_MOVEMENTS),
            is_capped=count > MAX_MOVEMENTS,
            pager=page_values,
            values=values,
            products=product_choices(scope),
            directions=Movement._fields["direction"]._description_selection(
                request.env
            ),
        )

    @route(
        f"{MOVEMENTS_PAGE}/export/<any(csv,xlsx,pdf):file_format>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_movements_export(self, file_format, **params):
        return self._o2c_export(MOVEMENTS, file_format, params)


def goods_of(scope, stock):
    """Return the domain of one product of the supplier."""
    return scope.domain & Domain("product_id", "=", stock.product_id.id)


def figure_titles():
    """Return the titles of ``rollforward.FIGURES`` in the user's language."""
    titles = {
        "initial": request.env._("Initial"),
        "received": request.env._("Received"),
        "sold": request.env._("Sold"),
        "returned": request.env._("Returned"),
        "lost": request.env._("Lost"),
        "moved": request.env._("Moved"),
        "current": request.env._("There"),
    }
    return [titles[name] for name in rollforward.FIGURES]


def roll_forward(scope, domain, values):
    """Return what became of goods by place and lot over a period.

    :param domain: whose goods and which
    :param dict values: the period's days; without a first one, from the beginning on
    :rtype: list[rollforward.Flow]
    """
    Move = scope.model("o2c.supplier.place.move")
    places = ["place_name", "lot_name"]
    digits = fixed_digits(Move.env, Move._fields["quantity"])

    def exact(row):
        *key, quantity = row
        rest = (text or "" for text in key)
        return (*rest, Decimal(repr(round(quantity, digits))))

    before = []
    if values["date_from"]:
        opening = period_domain({"date_to": values["date_from"] - timedelta(days=1)})
        before = Move._read_group(domain & opening, places, ["quantity:sum"])
    during = Move._read_group(
        domain & period_domain(values), [*places, "reason"], ["quantity:sum"]
    )
    return rollforward.flows(map(exact, before), map(exact, during))
