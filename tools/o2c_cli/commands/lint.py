"""`./o2c lint`."""


def _configure(parser):
    pass


def _run(options):
    raise NotImplementedError


COMMAND = ("lint", _configure, _run)
