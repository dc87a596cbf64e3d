"""Where several people have to agree, each of them counts once."""

from dataclasses import replace

import pytest
from gate_core import Acceptance, Finding, Voice, count, plan, uncovered, voice_for
from hypothesis import given
from hypothesis import strategies as st

ANA, BETO, CARLA, DEPUTY, OTHER = 1, 2, 3, 8, 9
TWO = Finding("pricing.discount", "Discount", approvers_needed=2)


def yes(*voices):
    return [Acceptance((TWO,), "F", voice=voice) for voice in voices]


def covered(*voices):
    return not uncovered([TWO], yes(*voices), "F", None)


def test_two_people_are_two():
    assert not covered(Voice(ANA))
    assert covered(Voice(ANA), Voice(BETO))


@pytest.mark.parametrize(
    "voices",
    [
        (Voice(ANA), Voice(ANA)),
        # the deputy spoke for her, then she herself, or the other way round
        (Voice(DEPUTY, ANA), Voice(ANA)),
        (Voice(ANA), Voice(DEPUTY, ANA)),
        # two deputies of one approver; one deputy of two approvers
        (Voice(DEPUTY, ANA), Voice(OTHER, ANA)),
        (Voice(DEPUTY, ANA), Voice(DEPUTY, BETO)),
        (Voice(BETO), Voice(BETO, ANA)),
    ],
)
def test_nobody_counts_twice(voices):
    assert count(voices) == 1
    assert not covered(*voices)


def test_a_deputy_and_another_approver_are_two():
    assert covered(Voice(DEPUTY, ANA), Voice(BETO))


def test_only_standing_acceptances_of_this_content_count():
    one, other = yes(Voice(ANA), Voice(BETO))
    assert uncovered([TWO], [one, replace(other, fingerprint="G")], "F", None)


def test_a_policy_that_asks_for_more_people_now_gets_them():
    three = replace(TWO, approvers_needed=3)
    assert uncovered([three], yes(Voice(ANA), Voice(BETO)), "F", None) == [three]


def test_somebody_speaks_for_himself_first():
    seats = {ANA: (DEPUTY, BETO), BETO: ()}
    assert voice_for(BETO, seats, ()) == Voice(BETO)
    assert voice_for(DEPUTY, seats, ()) == Voice(DEPUTY, ANA)
    assert voice_for(OTHER, seats, ()) is None


def test_a_seat_is_taken_once():
    seats = {ANA: (DEPUTY,), BETO: (DEPUTY, OTHER)}
    assert voice_for(ANA, seats, [Voice(DEPUTY, ANA)]) is None
    assert voice_for(DEPUTY, seats, [Voice(ANA)]) == Voice(DEPUTY, BETO)
    assert voice_for(OTHER, seats, [Voice(BETO)]) is None


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5)), max_size=8),
    st.dictionaries(st.integers(1, 5), st.sets(st.integers(1, 5)), max_size=5),
    st.integers(1, 5),
)
def test_a_voice_that_may_be_given_counts(voices, seats, user):
    given_before = [Voice(*v) for v in voices]
    voice = voice_for(user, seats, given_before)
    if voice:
        assert count([*given_before, voice]) == count(given_before) + 1


def test_as_many_people_share_a_step():
    one = replace(TWO, policy="pricing.margin", approvers_needed=1)
    assert [s.approvers_needed for s in plan([TWO, one])] == [1, 2]


def test_json_keeps_the_number_and_old_rows_need_one():
    data = TWO.to_json()
    assert Finding.from_json(data).approvers_needed == 2
    del data["approvers_needed"]
    assert Finding.from_json(data).approvers_needed == 1


def test_nobody_is_too_few():
    with pytest.raises(ValueError, match="approver"):
        replace(TWO, approvers_needed=0)
