"""Turns the plain data of `demo_core` into records, through Odoo's own methods."""

from odoo.addons.o2c_consignment.models.legal_time import legal_today

from . import (
    company,
    consignment,
    goods,
    history,
    parties,
    policies,
    portal,
    pricing,
    sri,
    users,
)
from .world import World


def build_demo(env):
    """Fill a fresh database with the demo wholesaler (post_init_hook).

    The order matters: history is sold before policies exist, as it was in real life.
    """
    world = World(env, legal_today())
    # nothing leaves the machine, neither what is installed here
    env.ref("mail.ir_cron_module_update_notification").active = False
    company.build(world)
    users.build(world)
    goods.build(world)
    parties.build(world)
    pricing.build(world)
    consignment.build(world)
    portal.build(world)
    policies.build_lenient(world)
    history.build(world)
    portal.build_activity(world)
    sri.build(world)
    policies.build(world)
