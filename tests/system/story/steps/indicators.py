"""To come."""


def moved(world):
    world.check("to come", False)
