"""The sales page: totals and pages that cost the same however many rows there are.

Filters that the sums by day and month know (``o2c.supplier.total``) are counted there,
and tell in which days the rows of any page lie. Texts are looked up by index, and only
the newest ``MAX_FOUND`` matches are counted.
"""

from collections import Counter

from odoo.fields import Domain

from ..listings import literal, period_domain
from ..portal_core.periods import DAY, MONTH, locate, month_end, spans

MAX_FOUND = 1_000
MIN_DOCUMENT = 3  # characters: the index of documents knows groups of three
MAX_CELLS = 150
SUMS = ("quantity:sum", "sale_amount:sum", "amount:sum", "row_count:sum")
# filter of the page: field of the sums
SUMMED = {
    "product": "product_id",
    "place": "warehouse_id",
    "kind": "kind",
    "group": "customer_group_id",
}


class SalesList:
    """The rows of a supplier that a page's filters ask for.

    :param scope: of the signed-in user, in one company
    :param dict values: of the filters
    """

    def __init__(self, scope, values):
        self.scope = scope
        self.values = values
        self.Sale = scope.model("o2c.supplier.sale")
        self.Total = scope.model("o2c.supplier.total")
        self.found = self._find_text() if self._has_text() else None
        self.is_capped = self.found is not None and len(self.found) > MAX_FOUND
        self._periods = []

    def _has_text(self):
        return self.values.get("search") or self.values.get("lot")

    # === TOTALS === #

    def totals(self):
        """Return (currency, quantity, sales, due, rows) of everything asked for."""
        if self.found is not None:
            return self._totals_of_found()
        rows = self.Total._read_group(
            self._summed_domain(), ["grain", "day:day", "currency_id"], SUMS
        )
        sums = {}
        counts = Counter()
        for grain, day, currency, *amounts in rows:
            counts[grain, day] += amounts[-1]
            sums.setdefault(currency, []).append(amounts)
        # a month's first day sorts after the days of a later, partial month
        self._periods = sorted(counts.items(), key=lambda row: row[0][1], reverse=True)
        totals = [
            (currency, *map(sum, zip(*amounts, strict=True)))
            for currency, amounts in sums.items()
        ]
        return [total for total in totals if total[-1]]

    def _totals_of_found(self):
        if self.is_capped:
            return []
        return self.Sale._read_group(
            Domain("id", "in", self.found),
            ["currency_id"],
            ["quantity:sum", "sale_amount:sum", "amount:sum", "__count"],
        )

    def groups(self, name):
        """Return (key, currency, quantity, sales, due, rows) by one field.

        :param str name: a key of ``SUMMED``, or month
        """
        if self.found is not None:
            return self._groups_of_found(name)
        field = "day:month" if name == "month" else SUMMED[name]
        rows = self.Total._read_group(
            self._summed_domain(), [field, "currency_id"], SUMS, order=field
        )
        return [row for row in rows if row[-1]]

    def _groups_of_found(self, name):
        if self.is_capped:
            return []
        field = "date:month" if name == "month" else SUMMED[name]
        return self.Sale._read_group(
            Domain("id", "in", self.found),
            [field, "currency_id"],
            ["quantity:sum", "sale_amount:sum", "amount:sum", "__count"],
            order=field,
        )

    def _summed_domain(self):
        pieces = spans(self.values.get("date_from"), self.values.get("date_to"))
        return self._filtered() & Domain.OR(map(_piece_domain, pieces))

    def _filtered(self):
        domain = self.scope.domain
        for name, field in SUMMED.items():
            if self.values.get(name):
                domain &= Domain(field, "=", self.values[name])
        return domain

    # === PAGES === #

    def page(self, offset, size):
        """Return the sales of one page; ask for the totals first."""
        if self.found is not None:
            return self.Sale.browse(self.found[:MAX_FOUND][offset : offset + size])
        months = [(day, count) for (__, day), count in self._periods]
        window = locate(months, offset, size)
        if not window:
            return self.Sale
        first, last = self._days_of(window)
        cells = self.Total._read_group(
            self._filtered()
            & Domain([("grain", "=", DAY), ("day", ">=", first), ("day", "<=", last)]),
            ["day:day", "product_id"],
            ["row_count:sum"],
            # by the day alone: the order of products would join their names
            order="day:day desc",
        )
        days = Counter()
        for day, __, count in cells:
            days[day] += count
        window = locate(sorted(days.items(), reverse=True), window.offset, size)
        if not window:
            return self.Sale
        domain = self._filtered() & self._where(window, cells)
        return self.Sale.search(domain, offset=window.offset, limit=size)

    def _days_of(self, window):
        """Return the days of whole periods, cut to what was asked for."""
        grains = {day: grain for (grain, day), __ in self._periods}
        last = window.newest
        if grains[last] == MONTH:
            last = month_end(last)
        first, asked = window.oldest, self.values.get("date_from")
        return (max(first, asked) if asked else first), last

    def _where(self, window, cells):
        """Return the days of a page, product by product where they lie far apart."""
        if self.values.get("kind") not in (None, "", "sale"):
            # an index of its own finds what is no sale
            return _days_domain(window.oldest, window.newest)
        wanted = [
            (day, product)
            for day, product, count in cells
            if count and window.oldest <= day <= window.newest
        ]
        days = {day for day, __ in wanted}
        if len(days) < 4 or len(wanted) > MAX_CELLS:
            return _days_domain(window.oldest, window.newest)
        return Domain.OR(
            _days_domain(day, day) & Domain("product_id", "=", product.id)
            for day, product in wanted
        )

    # === TEXTS === #

    def _find_text(self):
        """Return the ids of the newest matches, one more than are counted."""
        base = self._filtered() & period_domain(self.values)
        if self.values.get("lot"):
            base &= Domain("lot_name", "ilike", literal(self.values["lot"]))
        text = self.values.get("search")
        if not text:
            return self.Sale.search(base, limit=MAX_FOUND + 1).ids
        # one query for each: together, no index would serve them
        branches = [
            self.Sale.search(base & domain, limit=MAX_FOUND + 1).ids
            for domain in self._branches(text)
        ]
        branches = [ids for ids in branches if ids]
        if len(branches) < 2:
            return branches[0] if branches else []
        found = set().union(*branches)
        return self.Sale.search(Domain("id", "in", found), limit=MAX_FOUND + 1).ids

    def _branches(self, text):
        pattern = literal(text)
        products = self.scope.model("o2c.supplier.stock").search(
            self.scope.domain
            & Domain.OR(
                Domain(name, "ilike", pattern)
                for name in ("product_name", "product_code")
            )
        )
        if products:
            yield Domain("product_id", "in", products.product_id.ids)
        yield Domain("lot_name", "ilike", pattern)
        if len(text) >= MIN_DOCUMENT:
            yield Domain("document", "ilike", pattern)


def _days_domain(first, last):
    return period_domain({"date_from": first, "date_to": last})


def _piece_domain(span):
    domain = Domain("grain", "=", span.grain)
    if span.first:
        domain &= Domain("day", ">=", span.first)
    if span.last:
        domain &= Domain("day", "<=", span.last)
    return domain
