"""What our schemas accept, the SRI's accept; what theirs refuse, ours refuse.

Over generated documents of every type and random mutations of them.
"""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sri_core import builders, layouts, schema
from unit import official
from unit.sri_core import samples, strategies

FOLDERS = official.schemas()
MUTATIONS_PER_SAMPLE = 150

# Values at and beyond the edges of the types; most break some element.
VALUES = [
    "", " ", "0", "-1", "-0.01", "1.234", "1.2345678", "12.25", "100.00", "0.1234567",
    "123456789012.34", "1234567890123.45", "999999999999999999", "1e3", "NaN", "INF",
    "1", "2", "3", "4", "9", "00", "01", "03", "07", "08", "09", "21", "22", "SI",
    "si", "NO", "x", "X" * 10, "X" * 11, "X" * 20, "X" * 21, "X" * 25, "X" * 26,
    "X" * 30, "X" * 50, "X" * 51, "X" * 100, "X" * 300, "X" * 301, "línea\nrota",
    "tab\taquí", "32/01/2026", "31/12/1999", "31/12/2026", "2026-12-31", "13/2026",
    "12/2026", "99/2026", "001-002-000000003", "001002000000003", "001-002-3",
    "1790012345001", "1790012345002", "179001234500", "A" * 13, "A" * 14, "ABC",
    "AB", "12", "123", "1234", "12345", "123456789", "1234567890", "1" * 49, "1" * 50,
    "EXPORTADOR", "DOLAR", samples.ISSUER.rimpe,
    "CONTRIBUYENTE NEGOCIO POPULAR - RÉGIMEN RIMPE", "RIMPE", "٣", "1.0.0", "1.1.0",
]  # fmt: skip


def written(document):
    return builders.write(document)


def verdicts(root):
    """Return our verdict and that of each official schema."""
    key = (root.tag, root.get("version", ""))
    ours = not schema.validate_element(root)
    theirs = {
        name: official.schema(folder, *key)(root) for name, folder in FOLDERS.items()
    }
    return ours, theirs


def mutate(root, chance: random.Random):
    """Change one thing: a text, an attribute, an element's place or presence."""
    elements = [e for e in root.iter(etree.Element) if e is not root]
    victim = chance.choice(elements)
    kind = chance.choice(["text", "text", "text", "drop", "twice", "swap", "extra"])
    if kind == "text":
        leaf = chance.choice([e for e in elements if not len(e)])
        target = chance.choice([*leaf.attrib, None])
        if target:
            leaf.set(target, chance.choice(VALUES))
        else:
            leaf.text = chance.choice(VALUES)
    elif kind == "drop":
        victim.getparent().remove(victim)
    elif kind == "twice":
        copy = etree.fromstring(etree.tostring(victim, with_tail=False))
        victim.addnext(copy)
    elif kind == "swap":
        follower = victim.getnext()
        if follower is not None:
            victim.addprevious(follower)
    else:
        etree.SubElement(victim, chance.choice(["extra", victim.tag]))
    return kind


@given(strategies.documents)
def test_what_we_generate_the_sri_accepts(document):
    ours, theirs = verdicts(written(document))
    assert ours
    assert all(theirs.values()), theirs


@pytest.mark.parametrize("name", [*samples.ISSUED, "retención 1.0.0"])
def test_whatever_our_schema_accepts_the_sri_accepts(name):
    make = {**samples.ISSUED, "retención 1.0.0": samples.flat_withholding}[name]
    chance = random.Random(name)
    found = Counter()
    for _ in range(MUTATIONS_PER_SAMPLE):
        root = written(make())
        kind = mutate(root, chance)
        ours, theirs = verdicts(root)
        for source, accepted in theirs.items():
            assert accepted or not ours, (source, kind, etree.tostring(root).decode())
        found[ours] += 1
    # The test says something only when mutations fall on both sides.
    assert found[True] > 5
    assert found[False] > 50


def all_values(root):
    """Set every leaf and attribute to every value in turn."""
    for element in root.iter(etree.Element):
        for name in element.attrib if element is not root else ():
            before = element.get(name)
            for value in VALUES:
                element.set(name, value)
                yield f"{element.tag}@{name}", value
            element.set(name, before)
        if not len(element) and element.text:
            before = element.text
            for value in VALUES:
                element.text = value
                yield element.tag, value
            element.text = before


@pytest.mark.parametrize("name", samples.RICH)
def test_every_value_that_we_accept_in_every_place_the_sri_accepts(name):
    root = written(samples.RICH[name]())
    assert schema.validate_element(root) == []
    key = (root.tag, root.get("version"))
    ours = schema._compiled(*key)
    theirs = {n: official.schema(f, *key) for n, f in FOLDERS.items()}
    for place, value in all_values(root):
        if ours(root):
            for source, accepts in theirs.items():
                assert accepts(root), (source, place, value)


@pytest.mark.parametrize("name", samples.RICH)
def test_we_are_stricter_only_where_we_mean_it(name):
    root = written(samples.RICH[name]())
    key = (root.tag, root.get("version"))
    ours = schema._compiled(*key)
    theirs = official.schema(FOLDERS["addon"], *key)
    places = {place for place, _ in all_values(root) if theirs(root) and not ours(root)}
    # Each of our schemas knows its own document code.
    assert places <= {"codDoc"}


@given(strategies.documents, st.randoms(use_true_random=False))
def test_mutated_documents_that_we_accept_the_sri_accepts(document, chance):
    root = written(document)
    mutate(root, chance)
    ours, theirs = verdicts(root)
    assert all(theirs.values()) or not ours


@pytest.mark.parametrize(("root", "version"), list(layouts.LAYOUTS))
def test_there_is_an_official_schema_for_each_of_ours(root, version):
    for folder in FOLDERS.values():
        assert official.schema(folder, root, version) is not None


@pytest.mark.parametrize("legend", ["RIMPE", "CONTRIBUYENTE REGIMEN RIMPE"])
def test_other_legends_are_refused(legend):
    root = written(samples.invoice())
    root.find("infoTributaria/contribuyenteRimpe").text = legend
    (error,) = schema.validate_element(root)
    assert "contribuyenteRimpe" in error


def test_negocio_popular_is_accepted():
    root = written(samples.invoice())
    legend = "CONTRIBUYENTE NEGOCIO POPULAR - RÉGIMEN RIMPE"
    root.find("infoTributaria/contribuyenteRimpe").text = legend
    assert schema.validate_element(root) == []


def test_a_missing_element_is_named():
    root = written(samples.invoice())
    info = root.find("infoFactura")
    info.remove(info.find("importeTotal"))
    errors = schema.validate_element(root)
    assert any("importeTotal" in e for e in errors)


def test_an_unknown_version_is_an_error_not_a_crash():
    root = written(samples.invoice())
    root.set("version", "9.9.9")
    assert schema.validate_element(root) == ["factura version “9.9.9” is unknown."]


def test_signed_documents_are_valid(credential):
    from sri_core import issue
    from sri_core.signer import SignatureIds

    for make in samples.ISSUED.values():
        signed = issue.prepare(make(), credential, samples.NOW, SignatureIds(1))
        assert schema.validate(signed.xml) == []
        root = etree.fromstring(signed.xml)
        for name, folder in FOLDERS.items():
            # The addon's copies have no place for the signature.
            if name != "addon":
                assert official.schema(folder, root.tag, root.get("version"))(root)
