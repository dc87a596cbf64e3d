"""This machine's own addresses, which no proxy knows."""

LOCAL = ("127.0.0.1", "localhost")
NAMES = ("no_proxy", "NO_PROXY")


def past_proxy(environment):
    """The variables that let programs reach this machine itself without the proxy.

    :param environment: what they are added to; exceptions that are there stay
    :return: dict of both spellings of no_proxy
    """
    return {name: _with_local(_known(environment, name)) for name in NAMES}


def _known(environment, name):
    """What a variable says; programs look at the other spelling when it is missing."""
    given = [environment.get(each) for each in (name, *NAMES)]
    return next(filter(None, given), "")


def _with_local(text):
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    if "*" in hosts:
        return "*"  # all are reached without; beside others it would be a mere name
    return ",".join([*hosts, *(host for host in LOCAL if host not in hosts)])
