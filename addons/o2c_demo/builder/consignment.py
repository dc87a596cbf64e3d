"""Agreements with two consignors and their goods in our warehouse."""

from datetime import timedelta

from freezegun import freeze_time

from ..demo_core.catalogue import (
    AMAZONIA,
    REVENUE_SHARES,
    RUNNING_LOW,
    SHARED,
    VALLE,
    consigned_by,
)

DAYS_COUNTED = 395  # before the first sale, after the agreement began
OPENING_QUANTITY = 300
SHARED_QUANTITY = 90
LOW_QUANTITY = 55
STOCK_MIN = 40
STOCK_MAX = 400
# Milk must last a month when it goes back; creams may stay for half a year.
RETURN_TERMS = {
    VALLE: {"return_days_before_expiry": 30, "expiry_bearer": "consignor"},
    AMAZONIA: {"return_days": 180, "expiry_bearer": "company"},
}


def build(world):
    for owner in (VALLE, AMAZONIA):
        agreement = _agreement(world, owner)
        world.agreements[owner] = world.name(f"agreement_{owner}", agreement)
        _initial_count(world, owner)
    _plan_stock_take(world, VALLE)


def _plan_stock_take(world, owner):
    """The count with the consignor that is due next week."""
    world.env_of(world.main)["o2c.consignment.stock.take"].create(
        {
            "agreement_id": world.agreements[owner].id,
            "company_id": world.main.id,
            "location_id": world.env.ref("o2c_demo.warehouse_sierra").lot_stock_id.id,
            "date_planned": world.today + timedelta(days=7),
            "user_id": world.users["bodega"].id,
        }
    )


def _agreement(world, owner):
    env = world.env_of(world.main)
    agreement = env["o2c.consignment.agreement"].create(
        {
            "consignor_id": world.parties[owner].id,
            "company_id": world.main.id,
            "user_id": world.users["compras"].id,
            "date_start": world.days_ago(400),
            "settlement_calendar": "monthly",
            "issue_order": "consigned_first" if owner == VALLE else "own_first",
            "loss_bearer": "company",
            "return_policy": "within",
            **RETURN_TERMS[owner],
            "cost_change_policy": "ask",
            "customer_visibility": "masked" if owner == VALLE else "none",
            "line_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": world.products[data.code].id,
                        "price_kind": "fixed",
                        "value": float(cost),
                        "stock_min": STOCK_MIN,
                        "stock_max": STOCK_MAX,
                        **REVENUE_SHARES.get(data.code, {}),
                    },
                )
                for data, cost in consigned_by(owner)
            ],
        }
    )
    agreement.with_user(world.users["compras"]).action_activate()
    return agreement


def _initial_count(world, owner):
    """What the consignor had in our warehouse when the year began."""
    env = world.env_of(world.main)
    warehouse = env.ref("o2c_demo.warehouse_sierra")
    quants = env["stock.quant"].with_context(inventory_mode=True)
    quants = quants.create(
        [
            {
                "product_id": world.products[data.code].id,
                "location_id": warehouse.lot_stock_id.id,
                "owner_id": world.parties[owner].id,
                "inventory_quantity": _opening(data.code),
                "lot_id": _lot(env, world, data).id,
            }
            for data, _cost in consigned_by(owner)
        ]
    )
    with freeze_time(world.days_ago(DAYS_COUNTED)):
        quants.action_apply_inventory()
    # they came over the year, not when the demo was built
    for number, quant in enumerate(quants.sudo()):
        quant.in_date = world.days_ago(20 + number * 37 % 360)


def _opening(code):
    if code in RUNNING_LOW:
        return LOW_QUANTITY
    return SHARED_QUANTITY if code in SHARED else OPENING_QUANTITY


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
