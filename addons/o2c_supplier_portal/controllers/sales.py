from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..listings import SALES
from ..portal_core import roles
from ..portal_core.filters import Spec
from ..portal_core.periods import MONTH
from .exports import SupplierExports
from .pages import MAX_PAGE, PAGE_SIZE, may_choose
from .sales_list import MAX_FOUND, SalesList

SALES_FILTERS = (
    *SALES.filters,
    Spec("groupby", "choice", choices=tuple(SALES.groups)),
)


class SupplierSales(SupplierExports):
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
        # wrong filters find nothing, rather than something that was not asked for
        wanted = {**values, "product": -1} if problems else values
        listed = SalesList(scope, wanted)
        totals = listed.totals()
        count = MAX_FOUND if listed.is_capped else sum(row[-1] for row in totals)
        page_values = pager(
            "/my/consignment/sales",
            total=min(count, MAX_PAGE * PAGE_SIZE),
            page=page,
            step=PAGE_SIZE,
            url_args=self._o2c_query_string(values),
        )
        places, customer_groups = _choices(scope, "warehouse_id", "customer_group_id")
        groups, sales = [], listed.Sale
        if values["groupby"]:
            groups = [
                (group_label(listed, values["groupby"], row[0]), *row[1:])
                for row in listed.groups(values["groupby"])
            ]
        else:
            sales = listed.page(page_values["offset"], PAGE_SIZE)
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
            is_capped=listed.is_capped,
            pager=page_values if not values["groupby"] else None,
            values=values,
            query=self._o2c_query_string(values),
            products=product_choices(scope),
            places=places,
            customer_groups=customer_groups,
            kinds=listed.Sale._fields["kind"]._description_selection(request.env),
            may_choose=may_choose(scope),
        )

    @route(
        "/my/consignment/sales/export/<any(csv,xlsx,pdf):file_format>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_sales_export(self, file_format, **params):
        return self._o2c_export(SALES, file_format, params)


def group_label(listed, groupby, key):
    """Return what a group of sales is called; a month stays a date."""
    if groupby == "month" or not key:
        return key
    if groupby == "kind":
        kinds = listed.Sale._fields["kind"]._description_selection(request.env)
        return dict(kinds)[key]
    # a product, place or group of rows that are his own
    return key.sudo().display_name


def product_choices(scope):
    """Return (id, label) of the supplier's products."""
    # read by product alone: the figures of each are not worked out
    rows = scope.model("o2c.supplier.stock")._read_group(
        scope.domain, ["product_id"], limit=500
    )
    return _named(rows)


def place_choices(scope):
    """Return (id, name) of the warehouses in which his goods were consumed.

    Whose role includes no sales gets those in which there are goods now.
    """
    if scope.can(roles.SALES):
        return _choices(scope, "warehouse_id")[0]
    rows = scope.model("o2c.supplier.quant")._read_group(
        scope.domain & Domain("warehouse_id", "!=", False), ["warehouse_id"]
    )
    return _named(rows)


def group_choices(scope):
    """Return (id, name) of the groups of customers that he may see."""
    return _choices(scope, "customer_group_id")[0]


def _choices(scope, *names):
    """Return, for each field, (id, name) of what the sums know: one query for all."""
    sets = scope.model("o2c.supplier.total")._read_grouping_sets(
        scope.domain & Domain("grain", "=", MONTH), [[name] for name in names]
    )
    return [_named(rows) for rows in sets]


def _named(rows):
    """Return (id, name) of the records of groups; they are of his own rows."""
    return [(record.id, record.sudo().display_name) for (record,) in rows if record]
