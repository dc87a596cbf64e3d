"""A supplier with as many consumptions as one likes, and somebody who looks at them."""

import statistics
import time
from contextlib import contextmanager
from pathlib import Path

from system.client import Person

from o2c_cli import database, odoo_server, postgres, project

# A page of one product is full already with a thousand rows: pages of as many rows
# are compared.
PRODUCTS = 20
PLACES = 4
MONTHS = 24
PASSWORD = "Portal-2026-bench"
LOGIN = "bench_supplier"
PORT = 8730
TABLES = (
    "o2c_consignment_consumption, stock_move_line, stock_picking, o2c_supplier_total"
)

PEOPLE = f"""
from datetime import date, timedelta
company = env.company
supplier = env["res.partner"].create({{"name": "Andino Bench", "is_company": True}})
products = env["product.product"].create([
    {{"name": f"Producto {{n:03}}", "default_code": f"P{{n:03}}", "is_storable": True}}
    for n in range({PRODUCTS})
])
env["stock.warehouse"].create([
    {{"name": f"Bodega {{n}}", "code": f"B{{n}}", "company_id": company.id}}
    for n in range({PLACES} - 1)
])
agreement = env["o2c.consignment.agreement"].create({{
    "company_id": company.id,
    "consignor_id": supplier.id,
    "currency_id": company.currency_id.id,
    "date_start": date.today() - timedelta(days=900),
    "line_ids": [
        (0, 0, {{"product_id": p.id, "value": 5, "stock_min": 10}}) for p in products
    ],
}})
agreement.action_activate()
user = env["res.users"].with_context(no_reset_password=True).create({{
    "name": "Bench", "login": "{LOGIN}", "password": "{PASSWORD}",
    "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
    "company_id": company.id, "company_ids": [(6, 0, company.ids)],
}})
user.partner_id.parent_id = supplier
env["o2c.supplier.member"].create({{
    "user_id": user.id, "company_id": company.id, "role": "manager",
}})
env["ir.config_parameter"].set_param("o2c_supplier_portal.api_rate", "1000000")
env.cr.commit()
"""

# Evenly over products, places and 24 months; one in twenty is a return, five hundred
# (of few, one in twenty) are losses of one product. The picking of each is there for
# its name, ten rows a document.
FILL = """
-- rows that fit together by construction: without the checks of a dozen foreign keys
SET session_replication_role = replica;
WITH base AS (
    SELECT a.company_id, a.consignor_id, a.id AS agreement_id, a.currency_id,
           (SELECT id FROM stock_picking_type WHERE code = 'outgoing'
               AND company_id = a.company_id LIMIT 1) AS type_id,
           (SELECT id FROM stock_location WHERE usage = 'customer' LIMIT 1) AS target
      FROM o2c_consignment_agreement a WHERE a.id = {agreement}
), pickings AS (
    INSERT INTO stock_picking (name, company_id, picking_type_id, location_id,
                               location_dest_id, state, move_type)
    SELECT 'BENCH/{agreement}/OUT/' || lpad(n::text, 8, '0'), company_id, type_id,
           (SELECT lot_stock_id FROM stock_warehouse LIMIT 1), target, 'done', 'direct'
      FROM base, generate_series(1, ({rows} - 1) / 10 + 1) n
 RETURNING id, name
), places AS (
    SELECT id, lot_stock_id, row_number() OVER (ORDER BY id) - 1 AS nr
      FROM stock_warehouse
), goods AS (
    SELECT l.id AS line_id, l.product_id, p.product_tmpl_id, t.uom_id,
           row_number() OVER (ORDER BY l.id) - 1 AS nr
      FROM o2c_consignment_agreement_line l
      JOIN product_product p ON p.id = l.product_id
      JOIN product_template t ON t.id = p.product_tmpl_id
     WHERE l.agreement_id = {agreement}
), rows AS (
    SELECT n, base.*, goods.line_id, goods.product_id, goods.uom_id,
           places.id AS warehouse_id, places.lot_stock_id,
           CASE WHEN n % {loss_every} = 7 THEN 'loss' WHEN n % 20 = 3 THEN 'return'
                ELSE 'sale' END AS kind,
           date_trunc('second', now() AT TIME ZONE 'UTC')
               - (random() * {months} * 30) * interval '1 day' AS date,
           pickings.id AS picking_id
      FROM base CROSS JOIN generate_series(1, {rows}) n
      JOIN goods ON goods.nr = n % {products}
      JOIN places ON places.nr = (n / {products}) % {places}
      JOIN pickings ON pickings.name =
           'BENCH/{agreement}/OUT/' || lpad(((n - 1) / 10 + 1)::text, 8, '0')
), lines AS (
    INSERT INTO stock_move_line (company_id, owner_id, product_id, product_uom_id,
                                 location_id, location_dest_id, state, quantity,
                                 quantity_product_uom, date, picking_id)
    SELECT company_id, consignor_id, product_id, uom_id,
           CASE kind WHEN 'return' THEN target ELSE lot_stock_id END,
           CASE kind WHEN 'return' THEN lot_stock_id ELSE target END,
           'done', 1, 1, date, picking_id
      FROM rows
)
INSERT INTO o2c_consignment_consumption (company_id, consignor_id, agreement_id,
       agreement_line_id, kind, date, product_id, warehouse_id, location_id, quantity,
       currency_id, unit_cost, original_unit_cost, amount, is_chargeable,
       sale_unit_price, state, picking_id)
SELECT company_id, consignor_id, agreement_id, line_id, kind, date::timestamp(0),
       product_id, warehouse_id, lot_stock_id,
       CASE kind WHEN 'return' THEN -1 ELSE 1 + n % 5 END, currency_id, 5, 5,
       5 * CASE kind WHEN 'return' THEN -1 ELSE 1 + n % 5 END, TRUE, 9,
       CASE n % 3 WHEN 0 THEN 'open' WHEN 1 THEN 'billed' ELSE 'paid' END, picking_id
  FROM rows
"""
ANEW = 'env["o2c.supplier.total"]._o2c_rebuild(); env.cr.commit()'


def world(rows):
    """Return a database to clone with a supplier of so many consumptions, made once."""
    portal = database.addon_template("o2c_supplier_portal")

    def build(name):
        database.clone(portal, name)
        odoo_server.shell(name, PEOPLE)
        fill(name, rows)
        settle(name)

    recipe = project.content_hash([Path(__file__)], database.content_of(portal))
    return database.template(f"bench_portal_{rows}", recipe, build)


def fill(name, rows):
    """Give each supplier of a database so many consumptions."""
    query = "SELECT id FROM o2c_consignment_agreement ORDER BY id"
    for agreement in postgres.sql(query, database=name).split():
        values = {"rows": rows, "months": MONTHS, "agreement": agreement}
        values |= {"loss_every": max(20, rows // 500)}
        values |= {"products": PRODUCTS, "places": PLACES}
        postgres.sql(FILL.format(**values), database=name)


def settle(name):
    """Sum the consumptions that were not made by Odoo, and let PostgreSQL know."""
    odoo_server.shell(name, ANEW)
    for table in TABLES.split(", "):
        postgres.sql(f"VACUUM ANALYZE {table}", database=name)


@contextmanager
def visitors(sizes, port=PORT):
    """Yield somebody signed in for each size, each on a server of his own.

    :param dict sizes: name → consumptions
    """
    names = {side: f"o2c_portal_bench_{side}" for side in sizes}
    try:
        for side, rows in sizes.items():
            database.clone(world(rows), names[side])
        with _served(list(names.items()), port) as people:
            yield people
    finally:
        for name in names.values():
            database.drop(name)


@contextmanager
def _served(names, port):
    if not names:
        yield {}
        return
    (side, name), *others = names
    with (
        odoo_server.serving(name, port),
        _served(others, port + 1) as people,
    ):
        url = f"http://127.0.0.1:{port}"
        yield {side: Person(url, name, LOGIN, PASSWORD), **people}


def compare(people, path, rounds, warm_up=3):
    """Return the milliseconds of a page for each side, asked in turns."""
    times = {side: [] for side in people}
    for number in range(rounds + warm_up):
        for side, person in people.items():
            start = time.perf_counter()
            person.page(path)
            if number >= warm_up:
                times[side].append(1000 * (time.perf_counter() - start))
    return times


def p95(values):
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
