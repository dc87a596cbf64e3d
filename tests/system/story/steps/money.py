"""To come."""


def invoice(world):
    world.check("to come", False)


def collection(world):
    world.check("to come", False)
