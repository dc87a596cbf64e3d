"""A proxy between this machine and the world is none between its own programs."""

import urllib.request

import pytest

from o2c_cli import network, odoo_server, system

CASES = [
    ({}, "127.0.0.1,localhost"),
    ({"no_proxy": "intranet"}, "intranet,127.0.0.1,localhost"),
    ({"NO_PROXY": "intranet, localhost"}, "intranet,localhost,127.0.0.1"),
    ({"no_proxy": "", "NO_PROXY": "intranet"}, "intranet,127.0.0.1,localhost"),
    ({"no_proxy": "*"}, "*"),
]


@pytest.mark.parametrize(("given", "expected"), CASES)
def test_our_own_addresses_are_added_to_the_exceptions(given, expected):
    assert network.past_proxy(given) == {"no_proxy": expected, "NO_PROXY": expected}


def test_spellings_that_differ_stay_what_they_are():
    given = {"no_proxy": "small", "NO_PROXY": "great"}
    assert network.past_proxy(given) == {
        "no_proxy": "small,127.0.0.1,localhost",
        "NO_PROXY": "great,127.0.0.1,localhost",
    }


def test_what_a_child_gets_keeps_a_proxy_from_local_addresses(odoo_path, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for name in network.NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in odoo_server.environment().items():
        monkeypatch.setenv(name, value)
    assert urllib.request.proxy_bypass("127.0.0.1:8069")
    assert urllib.request.proxy_bypass("localhost:8069")
    assert not urllib.request.proxy_bypass("example.com")


def test_a_server_is_found_behind_a_proxy(odoo_database, typed, wait_for_line):
    """Nothing listens at that proxy: who asks it waits in vain."""
    port = system.choose_port(8451, explicit=False)
    behind = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "", "NO_PROXY": ""}
    process = typed("serve", "--database", odoo_database, "--port", port, **behind)
    wait_for_line(process, f"http://localhost:{port}")
