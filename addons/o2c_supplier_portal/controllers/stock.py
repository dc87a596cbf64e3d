from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..portal_core import roles
from ..portal_core.filters import Spec
from ..portal_core.levels import LOW, NEAR, OK
from .exports import send_export
from .pages import MAX_PAGE, PAGE_SIZE, SupplierPages, search_domain

STOCK_FILTERS = (
    Spec("product", "number"),
    Spec("level", "choice", choices=(OK, NEAR, LOW)),
    Spec("search", "text"),
)
TEXTS = ("product_name", "product_code")


class SupplierStock(SupplierPages):
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
        scope, values, problems = self._o2c_open(roles.STOCK, STOCK_FILTERS, params)
        domain = Domain.FALSE if problems else scope.domain & stock_domain(values)
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

    # Not readonly: a download is written into the log.
    @route(
        "/my/consignment/stock/export/<any(csv,xlsx):file_format>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def o2c_stock_export(self, file_format, **params):
        scope, values, problems = self._o2c_open(roles.STOCK, STOCK_FILTERS, params)
        return send_export(
            scope,
            "o2c.supplier.stock",
            stock_domain(values),
            stock_columns(),
            file_format,
            name=request.env._("stock"),
            problems=problems,
        )


def stock_domain(values):
    """Return the domain of the filters of a stock page or API call."""
    domain = Domain.TRUE
    if values.get("product"):
        domain &= Domain("product_id", "=", values["product"])
    if values.get("level"):
        domain &= Domain("stock_state", "=", values["level"])
    return domain & search_domain(values.get("search"), TEXTS)


def stock_columns():
    """Return (title, field) of an export: the same columns as on the page."""
    return [
        (request.env._("Reference"), "product_code"),
        (request.env._("Product"), "product_label"),
        (request.env._("Unit"), "uom_name"),
        (request.env._("Received"), "received"),
        (request.env._("Sold"), "sold"),
        (request.env._("Lost"), "lost"),
        (request.env._("Returned to you"), "returned"),
        (request.env._("On hand"), "on_hand"),
        (request.env._("Reserved"), "reserved"),
        (request.env._("Available"), "available"),
        (request.env._("Minimum"), "stock_min"),
        (request.env._("Maximum"), "stock_max"),
        (request.env._("Level"), "stock_state"),
    ]
