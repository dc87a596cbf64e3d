"""Access key: vectors of SPEC 3 and the properties of every key."""

import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sri_core import access_key


@pytest.mark.parametrize(
    "key",
    [
        "0211202401050306179800120010020000000677300995216",
        "0403201301179226110400110015010000000081234567816",
        "0601201601176001321000110011230000000081234567817",
        "1111202401099338176200110020010000003961234567815",
    ],
)
def test_published_keys_are_valid(key):
    assert access_key.is_valid(key)
    assert access_key.check_digit(key[:48]) == key[48]


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("", "49 digits"),
        ("021120240105030617980012001002000000067730099521", "49 digits"),
        ("02112024010503061798001200100200000006773009952161", "49 digits"),
        ("0211202401050306179800120010020000000677300995217", "check digit"),
        # Arabic-Indic digits are digits for Python, not for the SRI.
        ("٠211202401050306179800120010020000000677300995216", "49 digits"),
    ],
)
def test_malformed_keys_say_why(key, why):
    with pytest.raises(ValueError, match=why):
        access_key.parse(key)
    assert not access_key.is_valid(key)


def test_a_key_with_an_impossible_date_is_not_valid():
    body = (
        "3102202401" + "1790012345001" + "1" + "001002" + "000000001" + "12345678" + "1"
    )
    assert not access_key.is_valid(body + access_key.check_digit(body))


def test_check_digits_ten_and_eleven():
    # Σ = 0 → 11 − 0 = 11 → 0;  a last digit 6 weighs 2: Σ = 12 → 1 → 11 − 1 = 10 → 1.
    assert access_key.check_digit("0" * 48) == "0"
    assert access_key.check_digit("0" * 47 + "6") == "1"


@given(
    issued=st.dates(date(2012, 1, 1), date(2099, 12, 31)),
    ruc=st.integers(0, 10**10 - 1),
    sequential=st.integers(1, 999_999_999),
    numeric=st.integers(0, 99_999_999),
    point=st.integers(0, 999),
)
def test_parse_gives_back_what_build_was_given(issued, ruc, sequential, numeric, point):
    key = access_key.build(
        issued, "01", f"{ruc:010}001", "2", f"{point:03}", "007", sequential, numeric
    )
    parts = access_key.parse(key)
    assert len(key) == 49
    assert parts.issue_date == issued
    assert parts.ruc == f"{ruc:010}001"
    assert (parts.establishment, parts.emission_point) == (f"{point:03}", "007")
    assert parts.sequential == f"{sequential:09}"
    assert parts.numeric_code == f"{numeric:08}"
    assert (parts.environment, parts.emission_type) == ("2", "1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("document_type", "1"),
        ("ruc", "179001234500"),
        ("environment", "12"),
        ("establishment", "1"),
        ("emission_point", "abc"),
        ("sequential", 10**9),
        ("numeric_code", 10**8),
    ],
)
def test_parts_that_do_not_fit_are_refused_by_name(name, value):
    parts = {
        "issue_date": date(2026, 3, 10),
        "document_type": "01",
        "ruc": "1790012345001",
        "environment": "1",
        "establishment": "001",
        "emission_point": "002",
        "sequential": 1,
        "numeric_code": 1,
    }
    with pytest.raises(ValueError, match=name):
        access_key.build(**{**parts, name: value})


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(access_key).failed == 0
