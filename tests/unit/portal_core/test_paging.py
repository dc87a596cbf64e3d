import base64
import json

import pytest
from portal_core.paging import BadCursor, Cursor, split_page


def test_there_and_back():
    cursor = Cursor("2026-01-31 10:00:00", 42)
    assert Cursor.decode(cursor.encode()) == cursor


def test_a_cursor_is_safe_in_an_address():
    text = Cursor("ÿ?>~" * 5, 2**31 - 1).encode()  # whatever it holds
    assert set(text) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def _encode(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "%%%",
        "ñ",
        "A" * 500,
        _encode([]),
        _encode(["a"]),
        _encode(["a", 1]),
        _encode(["2026-02-30 10:00:00", 1]),
        _encode(["2026-01-31", 1]),
        _encode(["' OR 1=1", 1]),
        _encode(["a", "b"]),
        _encode(["a", True]),
        _encode(["a", -1]),
        _encode(["a", 2**31]),
        _encode([1, 1]),
        _encode({"a": 1, "b": 2}),
        _encode(5),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b"[" * 100).decode(),
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(BadCursor):
        Cursor.decode(text)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ([], False)),
        ([1], ([1], False)),
        ([1, 2], ([1, 2], False)),
        ([1, 2, 3], ([1, 2], True)),
    ],
)
def test_split_page(rows, expected):
    assert split_page(rows, 2) == expected


def test_a_list_by_id_has_no_key():
    assert Cursor.decode(Cursor("", 3).encode()) == Cursor("", 3)
