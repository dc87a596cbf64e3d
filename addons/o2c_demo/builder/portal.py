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
