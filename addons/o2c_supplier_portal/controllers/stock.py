from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..listings import MOVEMENTS, STOCK
from ..portal_core import roles
from .exports import SupplierExports
from .pages import MAX_PAGE, PAGE_SIZE
from .sales import product_choices

MOVEMENTS_PAGE = "/my/consignment/movements"
MAX_MOVEMENTS = 5_000


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
