"""`./o2c doctor`."""


def _configure(parser):
    pass


def _run(options):
    raise NotImplementedError


COMMAND = ("doctor", _configure, _run)
