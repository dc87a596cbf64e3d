"""``./o2c sri check``: one JSON line a file, by the contract of DESIGN 5."""

import json

import pytest
from sri_core import builders, issue
from sri_core.signer import SignatureIds
from unit.sri_core import samples

from o2c_cli import sri_check

FIELDS = [
    "file",
    "type",
    "version",
    "access_key",
    "access_key_valid",
    "schema_errors",
    "arithmetic_errors",
    "signature",
    "signature_error",
    "authorisation",
]


@pytest.fixture(scope="module")
def signed(credential):
    return issue.prepare(
        samples.invoice(), credential, samples.NOW, SignatureIds(1)
    ).xml


@pytest.fixture
def check(tmp_path, capsys):
    def run(*contents):
        files = []
        for number, content in enumerate(contents):
            files.append(tmp_path / f"{number}.xml")
            files[-1].write_bytes(content)
        code = sri_check.main([str(f) for f in files])
        return code, [json.loads(x) for x in capsys.readouterr().out.splitlines()]

    return run


def test_a_signed_comprobante(check, signed):
    code, (report,) = check(signed)
    assert code == 0
    assert list(report) == FIELDS
    assert report["file"].endswith("0.xml")
    assert (report["type"], report["version"]) == ("01", "1.1.0")
    assert report["access_key"] == samples.invoice().access_key
    assert report["access_key_valid"] is True
    assert report["schema_errors"] == report["arithmetic_errors"] == []
    assert (report["signature"], report["signature_error"]) == ("valid", None)
    assert report["authorisation"] is None


def test_in_its_wrapper(check, signed):
    code, (report,) = check(samples.wrap(signed))
    assert code == 0
    assert report["signature"] == "valid"
    assert report["authorisation"] == {
        "state": "AUTORIZADO",
        "number": samples.invoice().access_key,
        "date": "2026-03-10T19:31:05-05:00",
    }


@pytest.mark.parametrize("name", samples.ISSUED)
def test_every_type(check, name):
    code, (report,) = check(builders.build(samples.ISSUED[name]()))
    assert code == 0
    assert report["signature"] == "none"
    assert report["schema_errors"] == report["arithmetic_errors"] == []


def test_everything_that_is_wrong_is_said(check, signed):
    changed = signed.replace(b">378.31<", b">400.00<").replace(
        b"001-002-0000000", b"1-2-"
    )
    code, (report,) = check(changed)
    assert code == 0
    assert "guiaRemision" in report["schema_errors"][0]
    assert "378.31" in report["arithmetic_errors"][0]
    assert report["signature"] == "invalid"
    assert "#comprobante was changed" in report["signature_error"]


def test_an_invalid_key(check):
    key = samples.invoice().access_key.encode()
    code, (report,) = check(builders.build(samples.invoice()).replace(key, b"1" * 49))
    assert code == 0
    assert report["access_key"] == "1" * 49
    assert report["access_key_valid"] is False


def test_well_formed_but_something_else(check):
    code, (report,) = check(b"<html/>")
    assert code == 0
    assert report["type"] is None
    assert "not one of the SRI's documents" in report["schema_errors"][0]


def test_not_xml(check, signed):
    code, reports = check(b"hola", signed)
    assert code == 2
    assert "error" in reports[0]
    assert reports[1]["signature"] == "valid"


def test_a_missing_file(capsys):
    assert sri_check.main(["/no/such/file.xml"]) == 2
    assert "No such file" in json.loads(capsys.readouterr().out)["error"]


def test_no_file_at_all():
    assert sri_check.main([]) == 2
