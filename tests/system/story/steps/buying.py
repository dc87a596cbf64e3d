"""To come."""


def settle(world):
    world.check("to come", False)


def cost_change(world):
    world.check("to come", False)
