"""Commercial and credit policies, certificates and electronic documents settings."""


def build(world):
    return
