"""`./o2c demo`."""


def _configure(parser):
    pass


def _run(options):
    raise NotImplementedError


COMMAND = ("demo", _configure, _run)
