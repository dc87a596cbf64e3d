"""Two years of deliveries: one sale is made by Odoo, the others are copied in SQL.

What reads the rows cannot tell the difference, and making them takes a minute.
"""

from datetime import timedelta

from odoo import Command, fields

from . import consigned

DAYS = 730
# Each sale line is delivered in two moves, each of one move line.
MOVES = 2
TABLES = (
    "sale_order",
    "sale_order_line",
    "stock_move",
    "stock_move_line",
    "stock_quant",
    "o2c_consignment_consumption",
)
STAGGERED = "- (n %% %(days)s) * INTERVAL '1 day'"


def sold(env, *, lines, products):
    """Sell and deliver in copies until there are so many move lines.

    :param int lines: completed move lines
    :param int products: how many products take turns, every second one consigned
    """
    goods = _goods(env, products)
    agreement = consigned.agreement(env, goods[::2])
    model = _model_sale(env, goods[0], agreement.consignor_id)
    env.flush_all()
    count = lines // MOVES
    # The rows are right: checking a million foreign keys proves nothing.
    env.cr.execute("SET session_replication_role = replica")
    _copy_sales(env, model, goods, agreement, count)
    _copy_stock(env, goods, agreement.consignor_id)
    env.cr.execute("SET session_replication_role = DEFAULT")
    env.invalidate_all()


def analyse(env):
    """Give PostgreSQL what a database in use has; commits."""
    connection = env.cr._cnx
    connection.autocommit = True
    for table in TABLES:
        env.cr.execute(f"VACUUM ANALYZE {table}")
    connection.autocommit = False


def _goods(env, count):
    families = env["product.category"].create([{"name": f"F{n}"} for n in range(10)])
    return env["product.product"].create(
        [
            {
                "name": f"Bench {n}",
                "is_storable": True,
                "categ_id": families[n % len(families)].id,
                "list_price": 100,
            }
            for n in range(count)
        ]
    )


def _model_sale(env, product, consignor):
    """A sale of two, delivered one by one.

    :rtype: dict
    """
    place = env["stock.warehouse"].search([], limit=1).lot_stock_id
    env["stock.quant"]._update_available_quantity(product, place, 9, owner_id=consignor)
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].create({"name": "Bench customer"}).id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": 2})
            ],
        }
    )
    order.action_confirm()
    for _delivery in range(MOVES):
        picking = order.picking_ids.filtered(lambda p: p.state == "assigned")
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
    moves = order.order_line.move_ids.sorted("id")
    assert len(moves) == MOVES and set(moves.mapped("state")) == {"done"}
    return {"order": order, "line": order.order_line, "moves": moves}


class _Copies:
    """Copies of rows; number n has the id of its table's first + n.

    Copies of one row after another of the same table take the numbers that follow.
    """

    def __init__(self, env, goods, consignor, count):
        self.env = env
        self.count = count
        self.first = {table: _next_id(env, table) for table in TABLES}
        self.values = {
            "count": count,
            "days": DAYS,
            "products": goods.ids,
            "kinds": len(goods),
            "consignor": consignor.id,
        }

    def id_of(self, table, turn=0):
        return f"{self.first[table] + turn * self.count} + n"

    def make(self, table, record, instead, turn=0, where="TRUE"):
        """Copy a row `count` times.

        :param dict instead: column → SQL of what differs
        :param int turn: how many times the table was copied before
        """
        columns = consigned.copied(
            self.env, table, {"id": self.id_of(table, turn), **instead}
        )
        self.env.cr.execute(
            f"""INSERT INTO {table} ({", ".join(columns)})
                SELECT {", ".join(columns.values())}
                  FROM {table} model, generate_series(0, %(count)s - 1) AS n
                 WHERE model.id = %(model)s AND {where}""",
            {**self.values, "model": record.id},
        )


PRODUCT = "(%(products)s)[n %% %(kinds)s + 1]"
# the first of each pair of products is the consignor's
CONSIGNED = "n %% %(kinds)s %% 2 = 0"


def _copy_sales(env, model, goods, agreement, count):
    copies = _Copies(env, goods, agreement.consignor_id, count)
    copies.make(
        "sale_order",
        model["order"],
        {"name": "'B' || n", "date_order": f"model.date_order {STAGGERED}"},
    )
    copies.make(
        "sale_order_line",
        model["line"],
        {"order_id": copies.id_of("sale_order"), "product_id": PRODUCT},
    )
    for turn, move in enumerate(model["moves"]):
        _copy_delivery(copies, move, turn)


def _copy_delivery(copies, move, turn):
    common = {"product_id": PRODUCT, "date": f"model.date {STAGGERED}"}
    sale_line = {"sale_line_id": copies.id_of("sale_order_line")}
    stock_move = {"move_id": copies.id_of("stock_move", turn)}
    copies.make("stock_move", move, {**common, **sale_line}, turn)
    copies.make(
        "stock_move_line",
        move.move_line_ids,
        {
            **common,
            **stock_move,
            "owner_id": f"CASE WHEN {CONSIGNED} THEN %(consignor)s END",
        },
        turn,
    )
    copies.make(
        "o2c_consignment_consumption",
        move.o2c_consumption_ids,
        {
            **common,
            **sale_line,
            **stock_move,
            "move_line_id": copies.id_of("stock_move_line", turn),
            "sale_order_id": copies.id_of("sale_order"),
        },
        turn,
        CONSIGNED,
    )


def _next_id(env, table):
    env.cr.execute(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}")
    return env.cr.fetchone()[0]


def _copy_stock(env, goods, consignor):
    """A hundred places with ten of every product, ours or the consignor's."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    shelves = env["stock.location"].create(
        [
            {"name": f"S{n}", "location_id": warehouse.lot_stock_id.id}
            for n in range(100)
        ]
    )
    env.flush_all()
    env.cr.execute(
        """INSERT INTO stock_quant (product_id, location_id, company_id, owner_id,
                                    quantity, reserved_quantity, in_date)
           SELECT product, shelf, %(company)s,
                  CASE WHEN turn %% 2 = 1 THEN %(owner)s END, 10, 0,
                  now() AT TIME ZONE 'UTC' - (shelf + product) %% 200 * INTERVAL '1 day'
             FROM unnest(%(products)s) WITH ORDINALITY AS goods (product, turn),
                  unnest(%(shelves)s) AS shelf""",
        {
            "company": env.company.id,
            "products": goods.ids,
            "shelves": shelves.ids,
            "owner": consignor.id,
        },
    )


# === WHAT THE SCREENS ASK === #


def _cover(env):
    return env["o2c.consignment.stock.report"]._read_group(
        [],
        ["categ_id", "ownership"],
        ["quantity:sum", "cover_days:avg", "turnover:avg"],
    )


def _ageing(env):
    return env["o2c.consignment.stock.report"]._read_group(
        [("ownership", "=", "consigned")], ["age_bucket"], ["quantity:sum"]
    )


def _sell_through(env):
    return env["o2c.consignment.balance"]._read_group(
        [],
        ["consignor_id"],
        ["received:sum", "on_hand:sum", "consumed:sum", "lost:sum", "sell_through:avg"],
    )


def _fill_rate(env):
    year = fields.Datetime.now() - timedelta(days=365)
    return env["o2c.consignment.fill.rate"]._read_group(
        [("date", ">=", year)],
        ["date:month"],
        ["ordered:sum", "delivered_first:sum", "fill_rate:avg"],
    )


INDICATORS = {
    "cover": _cover,
    "ageing": _ageing,
    "sell_through": _sell_through,
    "fill_rate": _fill_rate,
}
