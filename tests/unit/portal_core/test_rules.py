import doctest
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import portal_core
import pytest
from portal_core import etag, idempotency, levels, problem, roles
from portal_core.rate_limit import RateLimiter

# role: sees, does. The same table is in docs/manual/proveedor.md.
EXPECTED = {
    "manager": (
        {"dashboard", "sales", "stock", "billing", "log"},
        {
            "settle",
            "register_bill",
            "set_levels",
            "team",
            "replenish",
            "write_messages",
        },
    ),
    "billing": (
        {"dashboard", "sales", "stock", "billing"},
        {"settle", "register_bill", "write_messages"},
    ),
    "logistics": (
        {"dashboard", "stock"},
        {"set_levels", "replenish", "write_messages"},
    ),
    "reader": ({"dashboard", "sales", "stock", "billing"}, set()),
}


def test_role_table():
    assert {role: set(allowed) for role, allowed in roles.ROLES.items()} == {
        role: sees | does for role, (sees, does) in EXPECTED.items()
    }


def test_no_role_no_permission():
    assert not roles.allows("", "dashboard")
    assert not roles.allows("manager", "everything")


@pytest.mark.parametrize(
    ("available", "level", "state"),
    [
        ("0", "0", "ok"),
        ("-5", "0", "ok"),
        ("0", "10", "low"),
        ("10", "10", "low"),
        ("10.01", "10", "near"),
        ("12", "10", "near"),
        ("12.01", "10", "ok"),
        ("-1", "1", "low"),
    ],
)
def test_stock_state(available, level, state):
    assert levels.stock_state(Decimal(available), Decimal(level)) == state


def test_problem_document():
    body = problem.document(422, "bad", "Fix it.", [{"parameter": "x"}])
    assert body == {
        "type": "/o2c/api/v1/problems/bad",
        "title": "Unprocessable Entity",
        "status": 422,
        "code": "bad",
        "detail": "Fix it.",
        "errors": [{"parameter": "x"}],
    }
    assert "errors" not in problem.document(404, "not_found", "")


def test_etag_follows_content():
    assert etag.of(b"a") == etag.of(b"a") != etag.of(b"b")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, False),
        ("", False),
        ('"t"', True),
        ('W/"t"', True),
        ('"u", "t"', True),
        ("*", True),
        ("t", False),
        ('"u"', False),
    ],
)
def test_etag_matches(header, expected):
    assert etag.matches(header, '"t"') is expected


def test_idempotency():
    first = idempotency.fingerprint("POST", "/a", b"{}")
    assert idempotency.decide(None, first) == idempotency.NEW
    assert idempotency.decide(first, first) == idempotency.REPLAY
    for other in (("PUT", "/a", b"{}"), ("POST", "/b", b"{}"), ("POST", "/a", b"{ }")):
        changed = idempotency.fingerprint(*other)
        assert idempotency.decide(first, changed) == idempotency.MISMATCH


@pytest.mark.parametrize(
    ("key", "good"),
    [
        ("12345678", True),
        ("x" * 100, True),
        ("x" * 101, False),
        ("1234567", False),
        ("12345 678", False),
        ("12345678\n", False),
        ("ñ2345678", False),
        (None, False),
    ],
)
def test_idempotency_keys(key, good):
    assert idempotency.is_key(key) is good


class Count:
    """The count that processes share."""

    def __init__(self):
        self.used = {}
        self.asked = 0

    def draw(self, minute, size):
        self.asked += 1
        self.used[minute] = self.used.get(minute, 0) + size
        return self.used[minute]


@pytest.mark.parametrize("per_minute", [1, 3, 29, 60, 61, 120, 1000])
@pytest.mark.parametrize("processes", [1, 2, 7])
def test_rate_limit_over_processes(per_minute, processes):
    count = Count()
    limiters = [RateLimiter() for __ in range(processes)]

    def allowed(now):
        calls = [
            limiter.take("a", per_minute=per_minute, now=now, draw=count.draw)
            for __ in range(per_minute + 5)
            for limiter in limiters
        ]
        assert all(0 < wait <= 60 for wait in calls if wait)
        return calls.count(0.0)

    assert allowed(0.0) == per_minute
    assert allowed(59.0) == 0
    assert allowed(60.0) == per_minute


def test_rate_limit_of_one_user_is_no_other_one_s():
    count, other = Count(), Count()
    limiter = RateLimiter()
    assert limiter.take("a", per_minute=1, now=0.0, draw=count.draw) == 0
    assert limiter.take("a", per_minute=1, now=0.0, draw=count.draw) == 60
    assert limiter.take("b", per_minute=1, now=0.0, draw=other.draw) == 0


def test_rate_limit_asks_seldom():
    count = Count()
    limiter = RateLimiter()
    for __ in range(1000):
        limiter.take("a", per_minute=300, now=0.0, draw=count.draw)
    assert count.asked <= 32


def test_rate_limit_memory_is_bounded():
    limiter = RateLimiter(capacity=3)
    for name in range(10):
        limiter.take(name, per_minute=1, now=0.0, draw=Count().draw)
    assert len(limiter._lots) == 3
    limiter.clear()
    assert limiter.take(9, per_minute=1, now=0.0, draw=Count().draw) == 0.0


CORE = Path(portal_core.__file__).parent


@pytest.mark.parametrize("path", sorted(CORE.glob("*.py")), ids=lambda p: p.stem)
def test_doctests(path):
    name = "portal_core" if path.stem == "__init__" else f"portal_core.{path.stem}"
    module = __import__(name, fromlist=["_"])
    assert doctest.testmod(module).failed == 0


def test_core_needs_no_odoo():
    names = ", ".join(
        f"portal_core.{p.stem}" for p in CORE.glob("*.py") if p.stem != "__init__"
    )
    code = f"import sys, {names}; assert 'odoo' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=CORE.parent, check=True)
