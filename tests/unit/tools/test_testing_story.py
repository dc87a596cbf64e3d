"""The story counts every step, whatever goes wrong in one."""

import pytest
from system.client import Refused
from system.story.__main__ import play
from system.story.world import CheckFailed, World


class Somebody:
    """A person who finds what he is given, and is refused nothing."""

    def __init__(self, *found):
        self.found = list(found)

    def search(self, model, domain, fields=("id",), **options):
        return self.found

    def call(self, model, method, *args, **kwargs):
        return True


@pytest.fixture
def world(tmp_path):
    made = World("http://127.0.0.1:1", "nothing", "http://127.0.0.1:2", tmp_path)
    made.people["admin"] = Somebody()
    return made


def _finds_nothing(world):
    [][0]


def _is_refused(world):
    raise Refused("No se puede.")


def _needs_an_order(world):
    world.check("it is here", True)
    world.person("admin").search("sale.order", [world.records["order"]])


def _passes(world):
    world.check("all is well", True)


STORY = (
    (1, "Finds nothing", _finds_nothing),
    (2, "Is refused", _is_refused),
    (3, "Needs an order", _needs_an_order),
    (4, "Passes", _passes),
)


def test_whatever_a_step_raises_is_counted(world, capsys):
    assert play(world, STORY) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "1 steps passed, 3 failed"
    assert [line for line in lines if "✓" in line] == [
        "     ✓ it is here",
        "     ✓ all is well",
    ]
    index_error, refusal, missing = [line for line in lines if "✗" in line]
    assert "IndexError: list index out of range" in index_error
    assert "test_testing_story.py:" in index_error
    assert refusal.endswith("Refused: No se puede.")
    assert "did not make: order" in missing


def test_nothing_is_played_without_a_server(world, capsys):
    del world.people["admin"]
    assert play(world, STORY) == 4
    lines = capsys.readouterr().out.splitlines()
    assert "ConnectionError" in lines[-2]
    assert lines[-1] == "0 steps passed, 4 failed"


@pytest.mark.parametrize(
    ("found", "said"), [((), "found nothing"), (({"id": 1}, {"id": 2}), "found 2")]
)
def test_one_record_is_not_none_and_not_two(world, found, said):
    world.people["admin"] = Somebody(*found)
    with pytest.raises(CheckFailed, match=rf"sale\.order with .*S0001.* {said}"):
        world.one("admin", "sale.order", [("name", "=", "S0001")])


def test_the_only_record_is_returned(world):
    world.people["admin"] = Somebody({"id": 7})
    assert world.one("admin", "sale.order", []) == {"id": 7}


@pytest.mark.parametrize("words", [("límite",), ("límite", "10 %")])
def test_a_refusal_is_judged_by_all_its_words(world, words):
    with pytest.raises(CheckFailed, match="10 %"):
        with world.refused("too cheap", "límite", "10 %"):
            raise Refused("El límite es otro.")
    with world.refused("too cheap", *words):
        raise Refused("Límite 10 %.")
    with pytest.raises(CheckFailed, match="it was allowed"):
        with world.refused("too cheap", *words):
            pass
