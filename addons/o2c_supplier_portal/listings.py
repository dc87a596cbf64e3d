"""What can be listed, exported and reported: one table for pages, files and reports.

Every listing reads one model of the portal, as the supplier's user, inside his scope.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from odoo.fields import Domain

from odoo.addons.o2c_consignment.models.legal_time import LEGAL_ZONE, end_of_day
from odoo.addons.o2c_consignment.models.o2c_consignment_consumption import KINDS

from .portal_core import roles
from .portal_core.filters import Spec
from .portal_core.levels import LOW, NEAR, OK

ZONE = str(LEGAL_ZONE)
BATCH = 2_000
PERIOD = (Spec("date_from", "date"), Spec("date_to", "date"))
DIRECTIONS = (("in", "In"), ("out", "Out"))


@dataclass(frozen=True)
class Listing:
    """One kind of rows: who may see them, how they are filtered and shown."""

    name: str
    model: str
    permission: str
    columns: tuple[str, ...]
    filters: tuple[Spec, ...]
    domain: Callable[[dict], Domain]
    groups: dict[str, str] = field(default_factory=dict)
    sums: tuple[str, ...] = ()

    def titles(self, env, columns=None):
        """Return the columns' titles in the user's language."""
        described = env[self.model]._fields
        return [
            described[name]._description_string(env) for name in columns or self.columns
        ]


def literal(text):
    """Return a text for ``ilike`` that stands for itself: % and _ are no jokers."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def search_domain(text, names):
    """Return the domain of a text in any of several fields."""
    if not text:
        return Domain.TRUE
    return Domain.OR(Domain(name, "ilike", literal(text)) for name in names)


def period_domain(values, name="date"):
    """Return the domain of the days asked for, which are days in Ecuador."""
    domain = Domain.TRUE
    if values.get("date_from"):
        start = end_of_day(values["date_from"] - timedelta(days=1))
        domain &= Domain(name, ">=", start)
    if values.get("date_to"):
        domain &= Domain(name, "<", end_of_day(values["date_to"]))
    return domain


def _equal(values, **names):
    """Return the domain of filters that name one value of a field."""
    domain = Domain.TRUE
    for name, column in names.items():
        if values.get(name):
            domain &= Domain(column, "=", values[name])
    return domain


def _days(values, name):
    domain = Domain.TRUE
    if values.get("date_from"):
        domain &= Domain(name, ">=", values["date_from"])
    if values.get("date_to"):
        domain &= Domain(name, "<=", values["date_to"])
    return domain


def sales_domain(values):
    domain = period_domain(values) & _equal(
        values,
        product="product_id",
        place="warehouse_id",
        kind="kind",
        group="customer_group_id",
    )
    if values.get("lot"):
        domain &= Domain("lot_name", "ilike", literal(values["lot"]))
    return domain & search_domain(
        values.get("search"), ("product_name", "product_code", "lot_name", "document")
    )


def stock_domain(values):
    return _equal(values, product="product_id", level="stock_state") & search_domain(
        values.get("search"), ("product_name", "product_code")
    )


def movement_domain(values):
    return (
        period_domain(values)
        & _equal(
            values, product="product_id", place="warehouse_id", direction="direction"
        )
        & search_domain(
            values.get("search"),
            ("product_name", "product_code", "lot_name", "document"),
        )
    )


def bill_domain(values):
    return (
        _days(values, "invoice_date")
        & _equal(values, payment="payment_state")
        & search_domain(values.get("search"), ("name", "settlement_name"))
    )


def line_domain(values):
    return Domain("settlement_id", "=", values.get("settlement") or -1)


_TRADE_SUMS = ("quantity", "sale_amount", "amount")
SALES = Listing(
    name="sales",
    model="o2c.supplier.sale",
    permission=roles.SALES,
    columns=(
        "date",
        "kind",
        "product_code",
        "product_label",
        "lot_name",
        "place_name",
        "document",
        "customer_label",
        "quantity",
        "uom_name",
        "sale_unit_price",
        "sale_amount",
        "unit_cost",
        "amount",
        "currency_id",
        "state",
    ),
    filters=(
        *PERIOD,
        Spec("product", "number"),
        Spec("place", "number"),
        Spec("group", "number"),
        Spec("lot", "text"),
        Spec("kind", "choice", choices=tuple(kind for kind, __ in KINDS)),
        Spec("search", "text"),
    ),
    domain=sales_domain,
    groups={
        "product": "product_id",
        "place": "warehouse_id",
        "month": "date:month",
        "kind": "kind",
        "group": "customer_group_id",
    },
    sums=_TRADE_SUMS,
)
STOCK = Listing(
    name="stock",
    model="o2c.supplier.stock",
    permission=roles.STOCK,
    columns=(
        "product_code",
        "product_label",
        "uom_name",
        "initial",
        "received",
        "sold",
        "lost",
        "returned",
        "on_hand",
        "reserved",
        "available",
        "stock_min",
        "stock_max",
        "stock_state",
    ),
    filters=(
        Spec("product", "number"),
        Spec("level", "choice", choices=(OK, NEAR, LOW)),
        Spec("search", "text"),
    ),
    domain=stock_domain,
)
MOVEMENTS = Listing(
    name="movements",
    model="o2c.supplier.movement",
    permission=roles.STOCK,
    columns=(
        "date",
        "direction",
        "reason",
        "product_code",
        "product_label",
        "lot_name",
        "place_name",
        "document",
        "quantity",
        "uom_name",
    ),
    filters=(
        *PERIOD,
        Spec("product", "number"),
        Spec("place", "number"),
        Spec("direction", "choice", choices=tuple(d for d, __ in DIRECTIONS)),
        Spec("search", "text"),
    ),
    domain=movement_domain,
    groups={"product": "product_id", "month": "date:month", "direction": "direction"},
    sums=("quantity",),
)
BILLS = Listing(
    name="bills",
    model="o2c.supplier.bill",
    permission=roles.BILLING,
    columns=(
        "name",
        "move_type",
        "invoice_date",
        "invoice_date_due",
        "settlement_name",
        "state",
        "payment_state",
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        "withheld",
        "withholding_number",
        "amount_residual",
        "paid_on",
        "currency_id",
    ),
    filters=(
        *PERIOD,
        Spec(
            "payment",
            "choice",
            choices=(
                "not_paid",
                "partial",
                "in_payment",
                "paid",
                "reversed",
                "blocked",
            ),
        ),
        Spec("search", "text"),
    ),
    domain=bill_domain,
)
LINES = Listing(
    name="lines",
    model="o2c.supplier.settlement.line",
    permission=roles.BILLING,
    columns=(
        "date",
        "kind",
        "product_label",
        "lot_name",
        "quantity",
        "uom_name",
        "unit_cost",
        "amount",
        "state",
        "dispute_reason",
        "currency_id",
    ),
    filters=(Spec("settlement", "number"),),
    domain=line_domain,
)
LISTINGS = {item.name: item for item in (SALES, STOCK, MOVEMENTS, BILLS, LINES)}


def batches(Model, domain, limit=None):
    """Yield the records of a listing in batches, in its order, forgetting each.

    By key where the order is by date, so that a late batch costs what the first does.
    """
    order = Model._order.split(", ")
    dated = order == ["date desc", "id desc"]
    after, offset, left = Domain.TRUE, 0, limit
    while left is None or left > 0:
        size = BATCH if left is None else min(BATCH, left)
        records = Model.search(domain & after, limit=size, offset=offset)
        if not records:
            return
        yield records
        if len(records) < size:
            return
        if dated:
            last = records[-1]
            same = Domain("date", "=", last.date) & Domain("id", "<", last.id)
            after = Domain("date", "<", last.date) | same
        else:
            offset += size
        left = None if left is None else left - size
        Model.env.invalidate_all(flush=False)


def rows_of(records, names):
    """Yield each record's cells, with labels instead of codes and local time."""
    fields = {name: records._fields[name] for name in names}
    labels = {
        name: dict(described._description_selection(records.env))
        for name, described in fields.items()
        if described.type == "selection"
    }
    for record in records:
        yield [_cell(record, name, fields[name].type, labels) for name in names]


def decimals(record, name):
    """Return how many decimals a number of a record is shown with."""
    described = record._fields[name]
    if described.type == "monetary":
        return record.currency_id.sudo().decimal_places
    return fixed_digits(record.env, described)


def fixed_digits(env, described):
    """Return the decimals of a number that is no amount of money."""
    return described.get_digits(env)[1]


def _cell(record, name, kind, labels):
    value = record[name]
    if kind == "selection":
        return labels[name].get(value, "")
    if kind == "many2one":
        return value.sudo().display_name or ""
    if kind == "datetime" and value:
        local = value.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(ZONE))
        return local.replace(tzinfo=None)
    if kind in ("float", "monetary"):
        return round(value, decimals(record, name))
    return value
