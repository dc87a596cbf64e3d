"""Whatever may be issued is accepted by the schema and reads back the same."""

import pytest
from hypothesis import given
from sri_core import arithmetic, builders, issue, parser, schema
from unit.sri_core import samples, strategies


@pytest.mark.parametrize("name", samples.ISSUED)
def test_samples_may_be_issued_and_read_back(name):
    document = samples.ISSUED[name]()
    assert issue.problems(document) == []
    assert parser.parse(builders.build(document)).document == document


@pytest.mark.parametrize("name", samples.RICH)
def test_every_field_reads_back(name):
    document = samples.RICH[name]()
    xml = builders.serialise(builders.write(document))
    assert schema.validate(xml) == []
    assert parser.parse(xml).document == document


@given(strategies.documents)
def test_generated_documents_may_be_issued_and_read_back(document):
    assert [str(problem) for problem in issue.problems(document)] == []
    xml = builders.build(document)
    assert schema.validate(xml) == []
    assert parser.parse(xml).document == document
    assert arithmetic.check(document) == []


def test_a_received_retention_of_the_old_version_reads_back():
    document = samples.flat_withholding()
    xml = builders.serialise(builders.write(document))
    assert schema.validate(xml) == []
    parsed = parser.parse(xml)
    assert parsed.document == document
    # Two rows of one bill: one support document with both retentions.
    (support,) = parsed.document.support_documents
    assert support.number == "001001000004567"
    assert [r.retention_code for r in support.retentions] == ["312", "1"]


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_old_invoice_versions_read_back(version):
    document = samples.invoice(count=1, version=version, guide_number=None)
    xml = builders.serialise(builders.write(document))
    assert schema.validate(xml) == []
    assert parser.parse(xml).document == document
