"""Who signs in for customers and suppliers."""

from ..demo_core.parties import GOOD_PAYER, LATE_PAYER
from .parties import by_name
from .users import portal_user


def build(world):
    portal_user(world, by_name(world, GOOD_PAYER), "cliente", "portal_customer")
    portal_user(world, by_name(world, LATE_PAYER), "cliente2", "portal_late_customer")
    for login, key in (("proveedor", "valle"), ("proveedor2", "amazonia")):
        user = portal_user(world, world.parties[key], login, f"portal_{login}")
        world.env["o2c.supplier.member"].create(
            {"user_id": user.id, "company_id": world.main.id, "role": "manager"}
        )


def build_activity(world):
    """What a supplier finds after a year: alerts, goods to confirm, a saved report."""
    env = world.env_of(world.main)
    for key in ("valle", "amazonia"):
        env["o2c.supplier.replenishment"]._o2c_propose(world.main, world.parties[key])
    env["o2c.supplier.level"]._o2c_check(
        world.parties["valle"] | world.parties["amazonia"]
    )
    # what the cron would tell after the first night
    events = env["o2c.supplier.event"].search([])
    events._o2c_tell()
    events.unlink()
    env["o2c.supplier.report"].create(
        {
            "name": "Ventas del mes por producto",
            "user_id": env.ref("o2c_demo.portal_proveedor").id,
            "company_id": world.main.id,
            "listing": "sales",
            "params": {"kind": "sale"},
            "groupby": "product",
            "file_format": "xlsx",
            "period": "this_month",
            "schedule": "monthly",
        }
    )
