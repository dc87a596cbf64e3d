from datetime import date

import pytest
from portal_core.filters import Problem, Spec, check_period, parse
from portal_core.paging import Cursor

SPECS = (
    Spec("date_from", "date"),
    Spec("date_to", "date"),
    Spec("product", "number"),
    Spec("limit", "number", maximum=200, default=50),
    Spec("state", "choice", choices=("open", "done")),
    Spec("search", "text"),
    Spec("cursor", "cursor"),
)


def test_good_values():
    values, problems = parse(
        {
            "date_from": "2026-01-01",
            "date_to": " 2026-01-31 ",
            "product": "7",
            "state": "open",
            "search": "  ñandú ",
        },
        SPECS,
    )
    assert not problems
    assert values == {
        "date_from": date(2026, 1, 1),
        "date_to": date(2026, 1, 31),
        "product": 7,
        "limit": 50,
        "state": "open",
        "search": "ñandú",
        "cursor": None,
    }


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("date_from", "31/01/2026", "not_a_date"),
        ("date_from", "2026-02-30", "not_a_date"),
        ("date_from", "20260131", "not_a_date"),
        ("date_from", "2026-W05-1", "not_a_date"),
        ("date_from", "' OR 1=1 --", "not_a_date"),
        ("date_from", "0001-01-01", "date_out_of_range"),
        ("date_to", "9999-12-31", "date_out_of_range"),
        ("product", "-1", "not_a_number"),
        ("product", "1.5", "not_a_number"),
        ("product", "١", "not_a_number"),
        ("product", "1;DROP TABLE", "not_a_number"),
        ("product", "0", "number_out_of_range"),
        ("product", "2147483648", "number_out_of_range"),
        ("product", "9" * 50_000, "number_out_of_range"),
        ("limit", "201", "number_out_of_range"),
        ("state", "OPEN", "not_a_choice"),
        ("search", "x" * 101, "text_too_long"),
        ("cursor", "bm8", "not_a_cursor"),
    ],
)
def test_bad_values(name, text, code):
    values, problems = parse({name: text}, SPECS)
    assert [(p.parameter, p.code) for p in problems] == [(name, code)]
    assert len(problems[0].value) <= 100
    # a value that was refused has no effect
    default = {spec.name: spec.default for spec in SPECS}[name]
    assert values[name] == default


def test_all_problems_at_once():
    __, problems = parse({"date_from": "x", "product": "y", "state": "z"}, SPECS)
    assert {p.parameter for p in problems} == {"date_from", "product", "state"}


def test_empty_means_not_given():
    values, problems = parse({"date_from": "", "limit": "  "}, SPECS)
    assert not problems
    assert values["date_from"] is None and values["limit"] == 50


def test_unknown_parameters():
    assert parse({"utm_source": "mail"}, SPECS)[1] == []
    strict = parse({"utm_source": "mail"}, SPECS, strict=True)[1]
    assert strict == [Problem("utm_source", "unknown")]


def test_an_uploaded_file_is_not_a_filter():
    values, problems = parse({"search": object()}, SPECS)
    assert values["search"] is None and not problems


def test_nul_never_reaches_the_database():
    assert parse({"search": "a\x00b"}, SPECS)[0]["search"] == "ab"


def test_period():
    first, last = date(2026, 1, 31), date(2026, 1, 1)
    values = {"date_from": first, "date_to": last}
    problem = check_period(values, "date_from", "date_to")[0]
    assert (problem.parameter, problem.code) == ("date_to", "dates_reversed")
    assert not check_period({"date_from": first}, "date_from", "date_to")
    same = {"date_from": first, "date_to": first}
    assert not check_period(same, "date_from", "date_to")


def test_cursor():
    cursor = Cursor("2026-01-31 10:00:00", 5)
    assert parse({"cursor": cursor.encode()}, SPECS)[0]["cursor"] == cursor
