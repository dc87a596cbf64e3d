"""`./o2c bench`."""


def _configure(parser):
    pass


def _run(options):
    raise NotImplementedError


COMMAND = ("bench", _configure, _run)
