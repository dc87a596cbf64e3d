"""The table of refusals: complete, in two languages, with one reaction each."""

import re

import pytest
from sri_core import codes, texts
from sri_core.errors import REFUSALS, Message, Reaction

# Every identifier of SPEC 6.2.
IDENTIFIERS = (
    "2 10 26 27 28 34 35 36 37 39 40 42 43 45 46 47 48 49 50 52 56 57 58 59 60 62 63 "
    "64 65 67 68 69 70 80 82 90 92 99"
).split()


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_every_identifier_says_what_to_do(identifier):
    remedy = codes.REMEDIES[identifier]
    assert remedy.text("es_EC") == remedy.es != remedy.en == remedy.text("en_US")
    assert remedy.es.endswith(".")
    assert len(remedy.es) > 20


def test_the_table_has_nothing_else():
    assert set(codes.REMEDIES) == set(IDENTIFIERS)


def test_refunds_share_a_remedy():
    assert codes.remedy("2000") == codes.remedy("7000") == codes.remedy("92")
    assert codes.remedy("7001") == codes.UNKNOWN_REMEDY


def test_only_what_changes_date_ruc_or_number_needs_a_new_key():
    assert {i for i, r in codes.REMEDIES.items() if r.new_key} == {"45", "46", "65"}


def test_explanations_carry_the_sris_words_and_ours():
    message = Message("65", "FECHA EMISIÓN EXTEMPORANEA", "2026-03-01")
    (text,) = codes.explain([message], "es_EC")
    assert text.startswith("[65] FECHA EMISIÓN EXTEMPORANEA: 2026-03-01 → ")
    assert text.endswith(codes.REMEDIES["65"].es)


def test_without_an_error_a_person_looks():
    assert codes.reaction([]) is Reaction.STOP
    warning = Message("50", "x", kind="ADVERTENCIA")
    assert codes.reaction([warning]) is Reaction.STOP


def test_there_is_a_refusal_for_each_reaction():
    assert set(REFUSALS) == set(Reaction)
    for reaction, error in REFUSALS.items():
        assert error.reaction is reaction


def test_own_texts_have_the_same_facts_in_both_languages():
    for code, (english, spanish) in texts._TEXTS.items():
        facts = [set(re.findall(r"{(\w+)}", text)) for text in (english, spanish)]
        assert facts[0] == facts[1], code
        assert english != spanish
