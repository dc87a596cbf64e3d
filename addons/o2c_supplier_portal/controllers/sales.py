from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.o2c_consignment.models.o2c_consignment_consumption import KINDS
from odoo.addons.portal.controllers.portal import pager

from ..portal_core import roles
from ..portal_core.filters import Spec
from .exports import send_export
from .pages import (
    MAX_PAGE,
    PAGE_SIZE,
    PERIOD_FILTERS,
    SupplierPages,
    period_domain,
    search_domain,
)

GROUPS = {
    "product": "product_name",
    "place": "warehouse_name",
    "month": "date:month",
    "kind": "kind",
}
SALES_FILTERS = (
    *PERIOD_FILTERS,
    Spec("product", "number"),
    Spec("place", "number"),
    Spec("lot", "text"),
    Spec("kind", "choice", choices=tuple(kind for kind, __ in KINDS)),
    Spec("search", "text"),
    Spec("groupby", "choice", choices=tuple(GROUPS)),
)
SUMS = ["quantity:sum", "sale_amount:sum", "amount:sum", "__count"]


class SupplierSales(SupplierPages):
    @route(
        [
            "/my/consignment/sales",
            f"/my/consignment/sales/page/<int(max={MAX_PAGE}):page>",
        ],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_sales(self, page=1, **params):
        scope, values, problems = self._o2c_open(roles.SALES, SALES_FILTERS, params)
        domain = Domain.FALSE if problems else scope.domain & sales_domain(values)
        Sale = scope.model("o2c.supplier.sale")
        totals = Sale._read_group(domain, ["currency_id"], SUMS)
        count = sum(row[-1] for row in totals)
        address = "/my/consignment/sales"
        page_values = pager(
            address,
            total=min(count, MAX_PAGE * PAGE_SIZE),
            page=page,
            step=PAGE_SIZE,
            url_args=self._o2c_query_string(values),
        )
        groups, sales = [], Sale
        if values["groupby"]:
            groups = grouped_sales(Sale, domain, values["groupby"])
        else:
            sales = Sale.search(domain, limit=PAGE_SIZE, offset=page_values["offset"])
        return self._o2c_render(
            "sales",
            scope,
            "sales",
            status=400 if problems else 200,
            problems=problems,
            sales=sales,
            groups=groups,
            totals=totals,
            count=count,
            pager=page_values if not values["groupby"] else None,
            values=values,
            query=self._o2c_query_string(values),
            products=product_choices(scope),
            places=place_choices(scope),
            kinds=Sale._fields["kind"]._description_selection(request.env),
        )

    # Not readonly: a download is written into the log.
    @route(
        "/my/consignment/sales/export/<any(csv,xlsx):file_format>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def o2c_sales_export(self, file_format, **params):
        scope, values, problems = self._o2c_open(roles.SALES, SALES_FILTERS, params)
        return send_export(
            scope,
            "o2c.supplier.sale",
            sales_domain(values),
            sales_columns(),
            file_format,
            name=request.env._("sales"),
            problems=problems,
        )


def sales_domain(values):
    """Return the domain of the filters of a sales page or API call."""
    domain = period_domain(values)
    if values.get("product"):
        domain &= Domain("product_id", "=", values["product"])
    if values.get("place"):
        domain &= Domain("warehouse_id", "=", values["place"])
    if values.get("lot"):
        domain &= Domain("lot_name", "ilike", values["lot"])
    if values.get("kind"):
        domain &= Domain("kind", "=", values["kind"])
    return domain & search_domain(
        values.get("search"), ("product_name", "product_code", "lot_name", "document")
    )


def grouped_sales(Sale, domain, groupby):
    """Return (label, quantity, sales, due, count) by product, place, month or kind."""
    rows = Sale._read_group(domain, [GROUPS[groupby]], SUMS, order=GROUPS[groupby])
    if groupby == "kind":
        labels = dict(Sale._fields["kind"]._description_selection(Sale.env))
        rows = [(labels[row[0]], *row[1:]) for row in rows]
    return rows


def product_choices(scope):
    """Return (id, label) of the supplier's products."""
    stocks = scope.model("o2c.supplier.stock").search(scope.domain, limit=500)
    return [(stock.product_id.id, stock.product_label) for stock in stocks]


def place_choices(scope):
    """Return (id, name) of the warehouses in which his goods were consumed."""
    rows = scope.model("o2c.supplier.sale")._read_group(
        scope.domain & Domain("warehouse_id", "!=", False),
        ["warehouse_id", "warehouse_name"],
    )
    return [(warehouse.id, name) for warehouse, name in rows]


def sales_columns():
    """Return (title, field) of an export: the same columns as on the page."""
    return [
        (request.env._("Date"), "date"),
        (request.env._("Kind"), "kind"),
        (request.env._("Reference"), "product_code"),
        (request.env._("Product"), "product_label"),
        (request.env._("Lot"), "lot_name"),
        (request.env._("Place"), "place_name"),
        (request.env._("Document"), "document"),
        (request.env._("Customer"), "customer_label"),
        (request.env._("Quantity"), "quantity"),
        (request.env._("Unit"), "uom_name"),
        (request.env._("Sale price"), "sale_unit_price"),
        (request.env._("Sale amount"), "sale_amount"),
        (request.env._("Agreed cost"), "unit_cost"),
        (request.env._("Due"), "amount"),
        (request.env._("Currency"), "currency_id"),
        (request.env._("State"), "state"),
    ]
