"""Consigned goods in bulk: one row is made by Odoo, the others are copied in SQL.

What reads the rows cannot tell the difference, and making them takes seconds.
"""

from odoo import Command, fields

COST = 50


def agreement(env, products, name="Bench consignor", **vals):
    """An agreement in force for products with a new consignor."""
    consignor = env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "vat": "1790085783001",
            "country_id": env.ref("base.ec").id,
            "l10n_latam_identification_type_id": env.ref("l10n_ec.ec_ruc").id,
        }
    )
    found = env["o2c.consignment.agreement"].create(
        {
            "consignor_id": consignor.id,
            "date_start": fields.Date.subtract(fields.Date.today(), years=2),
            "line_ids": [
                Command.create({"product_id": product.id, "value": COST})
                for product in products
            ],
            **vals,
        }
    )
    found.action_activate()
    return found


def consumptions(env, agreement, count):
    """Open consumptions of an agreement's products in turns, over ninety days."""
    lines = agreement.line_ids
    model = (
        env["o2c.consignment.consumption"]
        .sudo()
        .create(
            {
                "company_id": agreement.company_id.id,
                "consignor_id": agreement.consignor_id.id,
                "agreement_id": agreement.id,
                "agreement_line_id": lines[0].id,
                "kind": "sale",
                "date": fields.Datetime.now(),
                "product_id": lines[0].product_id.id,
                "quantity": 2,
                "currency_id": agreement.currency_id.id,
                "unit_cost": COST,
                "original_unit_cost": COST,
                "amount": 2 * COST,
                "sale_unit_price": 2 * COST,
            }
        )
    )
    env.flush_all()
    columns = copied(
        env,
        "o2c_consignment_consumption",
        {
            "date": "model.date - (n %% 90) * INTERVAL '1 day'",
            "product_id": "(%(products)s)[n %% %(kinds)s + 1]",
            "agreement_line_id": "(%(lines)s)[n %% %(kinds)s + 1]",
        },
    )
    env.cr.execute(
        f"""INSERT INTO o2c_consignment_consumption ({", ".join(columns)})
            SELECT {", ".join(columns.values())}
              FROM o2c_consignment_consumption model,
                   generate_series(1, %(count)s - 1) AS n
             WHERE model.id = %(model)s""",
        {
            "model": model.id,
            "count": count,
            "products": lines.product_id.ids,
            "lines": lines.ids,
            "kinds": len(lines),
        },
    )
    env.invalidate_all()


def copied(env, table, instead):
    """{column: where a copy takes it from} of a table, but for its id."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER' AND column_name != 'id'",
        (table,),
    )
    columns = {row[0]: f"model.{row[0]}" for row in env.cr.fetchall()}
    return {**columns, **instead}
