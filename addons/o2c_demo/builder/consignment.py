"""Agreements with two consignors and their goods in our warehouse."""

from datetime import timedelta

from ..demo_core.catalogue import AMAZONIA, PRODUCTS, VALLE

OPENING_QUANTITY = 600
STOCK_MIN = 40
STOCK_MAX = 400


def build(world):
    for owner in (VALLE, AMAZONIA):
        agreement = _agreement(world, owner)
        world.agreements[owner] = world.name(f"agreement_{owner}", agreement)
        _initial_count(world, owner)


def _goods_of(owner):
    return [p for p in PRODUCTS if p.owner == owner]


def _agreement(world, owner):
    env = world.env_of(world.main)
    agreement = env["o2c.consignment.agreement"].create(
        {
            "consignor_id": world.parties[owner].id,
            "company_id": world.main.id,
            "date_start": world.days_ago(400),
            "settlement_calendar": "monthly",
            "issue_order": "consigned_first" if owner == VALLE else "own_first",
            "loss_bearer": "company",
            "cost_change_policy": "ask",
            "customer_visibility": "masked" if owner == VALLE else "none",
            "line_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": world.products[data.code].id,
                        "price_kind": "fixed",
                        "value": float(data.cost),
                        "stock_min": STOCK_MIN,
                        "stock_max": STOCK_MAX,
                    },
                )
                for data in _goods_of(owner)
            ],
        }
    )
    agreement.with_user(world.users["compras"]).action_activate()
    return agreement


def _initial_count(world, owner):
    """What the consignor had in our warehouse when the year began."""
    env = world.env_of(world.main)
    warehouse = env.ref("o2c_demo.warehouse_sierra")
    env["stock.quant"].with_context(inventory_mode=True).create(
        [
            {
                "product_id": world.products[data.code].id,
                "location_id": warehouse.lot_stock_id.id,
                "owner_id": world.parties[owner].id,
                "inventory_quantity": OPENING_QUANTITY,
                "lot_id": _lot(env, world, data).id,
            }
            for data in _goods_of(owner)
        ]
    ).action_apply_inventory()


def _lot(env, world, data):
    if not data.shelf_life:
        return env["stock.lot"]
    return env["stock.lot"].create(
        {
            "name": f"{data.code}-{world.today:%y%m}",
            "product_id": world.products[data.code].id,
            "company_id": world.main.id,
            "expiration_date": world.today + timedelta(days=data.shelf_life),
        }
    )
