"""Where webhooks may go: nowhere inside, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portal_core import webhooks


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https://localhost/",
        "https://intranet/",
        "https://printer.local/",
        "https://user:pass@example.com/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://éxample.com/",
        "https://example.com/" + "x" * 600,
        "//example.com/",
        "",
    ],
)
def test_addresses_that_cannot_be_called(url):
    with pytest.raises(webhooks.BadAddress):
        webhooks.target(url)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "2002:7f00:0001::",
        "fc00::1",
        "fe80::1%eth0",
        "ff02::1",
        "nonsense",
    ],
)
def test_addresses_of_no_public_server(address):
    assert not webhooks.is_public(address)


@given(st.text(max_size=60))
def test_any_text_is_refused_or_is_https(text):
    try:
        found = webhooks.target("https://" + text)
    except webhooks.BadAddress:
        return
    assert found.host
    assert "@" not in found.host


def test_waits_grow_and_end():
    waits = [webhooks.backoff(tries) for tries in range(1, webhooks.MAX_TRIES + 1)]
    assert waits[-1] is None
    assert waits[:-1] == sorted(waits[:-1])
    assert sum(waits[:-1]) > 86_400


def test_the_signature_covers_time_and_body():
    signed = webhooks.sign("secret", 1, b"body")
    assert signed != webhooks.sign("secret", 2, b"body")
    assert signed != webhooks.sign("secret", 1, b"bodY")
    assert signed != webhooks.sign("Secret", 1, b"body")
