"""To come."""


def delivery(world):
    world.check("to come", False)


def customer_return(world):
    world.check("to come", False)
