"""Rows of a list as the API shows them, straight from one query.

``api_schema.present`` shows one record through the ORM. A list of two hundred would
spend most of its time there in making records, so that it is read as plain values; a
test makes sure that both say the same.
"""

from datetime import timezone

from ..listings import fixed_digits
from . import api_schema


def read_rows(Model, domain, order, limit, resource):
    """Return the rows of a list, as JSON objects, with record rules applied.

    :param Model: read model, with the signed-in user's environment
    :param resource: table of ``api_schema``
    """
    query = Model._search(domain, order=order, limit=limit)
    names = _columns(Model, resource)
    columns = [Model._field_to_sql(query.table, name, query) for name in names]
    rows = Model.env.execute_query(query.select(*columns))
    if not rows:
        return []
    by_column = dict(zip(names, zip(*rows, strict=True), strict=True))
    return _Presenter(Model, resource, by_column).present()


def _columns(Model, resource):
    """Return the fields that are columns of the model's query."""
    names = ["id"]
    for field, schema in resource.values():
        names.append("product_id" if schema is api_schema.PRODUCT else field)
    if "currency_id" in Model._fields:
        names.append("currency_id")
    if "date" in Model._fields:
        names.append("date")
    if "product_id" in Model._fields:
        names.append("product_id")
    return [name for name in dict.fromkeys(names) if Model._fields[name].store]


class _Presenter:
    """Turns plain values into what the API says, looking each related record up once.

    It goes column by column: a call for each cell would cost more than the query. Names
    of related records are read with the superuser's rights: they belong to rows that
    are the supplier's own.
    """

    def __init__(self, Model, resource, columns):
        self.Model = Model
        self.env = Model.env
        self.resource = resource
        self.columns = columns
        self.companies = self._related("res.company", "company_id", ["name"])
        self.currencies = self._related(
            "res.currency", "currency_id", ["name", "decimal_places"]
        )
        self.products = self._related(
            "product.product",
            "product_id",
            ["default_code", "combination_indices", "product_tmpl_id"],
        )
        goods = self.env["product.product"].sudo().concat(*self.products.values())
        goods.product_tmpl_id.fetch(["name", "uom_id"])
        self.labels = Model._o2c_labels(columns["id"])

    def _related(self, model, name, wanted):
        """Return the records of a column by id, with only the wanted fields read."""
        ids = set(self.columns.get(name, ())) - {None}
        records = self.env[model].sudo().browse(ids)
        records.fetch(wanted)
        return {record.id: record for record in records}

    def present(self):
        shown = [self._shown(*described) for described in self.resource.values()]
        return [
            dict(zip(self.resource, cells, strict=True))
            for cells in zip(*shown, strict=True)
        ]

    def _shown(self, name, schema):
        """Return a column as the API shows it."""
        field = self.Model._fields[name]
        if schema is api_schema.PRODUCT:
            return self._looked_up("product_id", self.products, _product)
        if schema is api_schema.COMPANY:
            return self._looked_up("company_id", self.companies, _company)
        if name == "currency_id":
            return self._looked_up(name, self.currencies, lambda c: c.display_name)
        if name == "uom_name":
            return self._looked_up(
                "product_id", self.products, lambda product: product.uom_id.name
            )
        if not field.store:
            return [self.labels[row][name] or None for row in self.columns["id"]]
        if schema is api_schema.DECIMAL:
            return self._decimals(name, field)
        return _plain(self.columns[name], field.type, "null" in schema["type"])

    def _looked_up(self, column, records, show):
        shown = {number: show(record) for number, record in records.items()}
        return [shown[number] for number in self.columns[column]]

    def _decimals(self, name, field):
        # as Odoo's float_repr, which takes three times as long; z: never "-0.00"
        if field.type != "monetary":
            form = f"z.{fixed_digits(self.env, field)}f"
            return [format(value or 0.0, form) for value in self.columns[name]]
        forms = {i: f"z.{c.decimal_places}f" for i, c in self.currencies.items()}
        return [
            format(value or 0.0, forms[currency])
            for value, currency in zip(
                self.columns[name], self.columns["currency_id"], strict=True
            )
        ]


def _plain(values, kind, nullable):
    if kind == "datetime":
        return [v and v.replace(tzinfo=timezone.utc).isoformat() for v in values]
    if kind == "date":
        return [v and v.isoformat() for v in values]
    if kind == "boolean":
        return [bool(v) for v in values]
    return [v or None for v in values] if nullable else values


def _company(company):
    return {"id": company.id, "name": company.name}


def _product(product):
    # the display name costs queries of its own; only that of a variant says more
    name = product.product_tmpl_id.name
    if product.combination_indices:
        name = product.with_context(display_default_code=False).display_name
    return {"id": product.id, "code": product.default_code or None, "name": name}
