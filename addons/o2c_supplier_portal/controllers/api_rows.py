"""Rows of a list as the API shows them, straight from one query.

``api_schema.present`` shows one record through the ORM. A list of two hundred would
spend most of its time there in making records, so that it is read as plain values; a
test makes sure that both say the same.
"""

from datetime import timezone

from odoo.tools import float_repr

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
    fetched = Model.env.execute_query(query.select(*columns))
    rows = [dict(zip(names, values, strict=True)) for values in fetched]
    if not rows:
        return []
    return _Presenter(Model, resource, rows).present(rows)


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

    Names of related records are read with the superuser's rights: they belong to rows
    that are the supplier's own.
    """

    def __init__(self, Model, resource, rows):
        self.Model = Model
        self.env = Model.env
        self.resource = resource
        self.companies = self._related("res.company", rows, "company_id", ["name"])
        self.currencies = self._related(
            "res.currency", rows, "currency_id", ["name", "decimal_places"]
        )
        self.products = self._related("product.product", rows, "product_id")
        self.extra = Model._o2c_labels([row["id"] for row in rows])

    def _related(self, model, rows, name, wanted=()):
        """Return the records of a column by id, with only the wanted fields read."""
        ids = {row.get(name) for row in rows} - {None}
        records = self.env[model].sudo().browse(ids)
        if wanted:
            records.fetch(wanted)
        return {record.id: record for record in records}

    def present(self, rows):
        writers = [
            (name, self._writer(field, schema))
            for name, (field, schema) in self.resource.items()
        ]
        return [{name: write(row) for name, write in writers} for row in rows]

    def _writer(self, name, schema):
        """Return a function that shows one field of a row."""
        field = self.Model._fields[name]
        if schema is api_schema.PRODUCT:
            shown = {i: _product(product) for i, product in self.products.items()}
            return lambda row: shown[row["product_id"]]
        if schema is api_schema.COMPANY:
            shown = {i: {"id": i, "name": c.name} for i, c in self.companies.items()}
            return lambda row: shown[row["company_id"]]
        if schema is api_schema.DECIMAL:
            return self._decimal_writer(name, field)
        if name == "uom_name":
            units = {i: product.uom_id.name for i, product in self.products.items()}
            return lambda row: units[row["product_id"]]
        if not field.store:
            return lambda row: self.extra[row["id"]][name] or None
        return self._simple_writer(name, field, schema)

    def _decimal_writer(self, name, field):
        if field.type != "monetary":
            digits = fixed_digits(self.env, field)
            return lambda row: float_repr(row[name] or 0.0, digits)
        places = {i: c.decimal_places for i, c in self.currencies.items()}
        return lambda row: float_repr(row[name] or 0.0, places[row["currency_id"]])

    def _simple_writer(self, name, field, schema):
        if name == "currency_id":
            names = {i: c.display_name for i, c in self.currencies.items()}
            return lambda row: names[row[name]]
        if field.type == "datetime":
            return lambda row: (
                row[name] and row[name].replace(tzinfo=timezone.utc).isoformat()
            )
        if field.type == "date":
            return lambda row: row[name] and row[name].isoformat()
        if field.type == "boolean":
            return lambda row: bool(row[name])
        if "null" in schema["type"]:
            return lambda row: row[name] or None
        return lambda row: row[name]


def _product(product):
    return {
        "id": product.id,
        "code": product.default_code or None,
        "name": product.with_context(display_default_code=False).display_name,
    }
