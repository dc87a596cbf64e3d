import doctest

from portal_core import texts
from portal_core.texts import storable


def test_examples():
    assert doctest.testmod(texts).failed == 0


def test_what_is_no_text_stays():
    file = object()
    assert storable({"file": file, "n": 1, "none": None}) == {
        "file": file,
        "n": 1,
        "none": None,
    }


def test_whole_characters_stay():
    assert storable("ñ 😀 \t\n") == "ñ 😀 \t\n"
