"""What reads other people's bytes, under libFuzzer: `python -m fuzz TARGET … FOLDER`.

Whatever the bytes are, a reader answers or refuses with its own error; anything else
that it raises is a finding. `python -m fuzz seeds FOLDER` writes real documents to
start from. `./o2c test fuzz` plays all of it.
"""

import sys
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sri_core"]):
    from sri_core import builders, parser, received_files, received_report, verifier
    from sri_core.errors import ParseError

from unit.sri_core import samples

REPORT = (
    "COMPROBANTE\tSERIE_COMPROBANTE\tRUC_EMISOR\tRAZON_SOCIAL_EMISOR\tFECHA_EMISION\t"
    "FECHA_AUTORIZACION\tTIPO_EMISION\tIDENTIFICACION_RECEPTOR\tCLAVE_ACCESO\t"
    "NUMERO_AUTORIZACION\tIMPORTE_TOTAL\n"
)


def read_xml(data):
    with suppress(ParseError):
        parser.parse(data)


def read_report(data):
    with suppress(ParseError):
        received_report.read(data)


def read_files(data):
    received_files.read([(f"sent.{kind}", data) for kind in ("xml", "txt", "zip")])


def read_signature(data):
    with suppress(ParseError):
        verifier.verify(data)


TARGETS = {
    "xml": read_xml,
    "report": read_report,
    "files": read_files,
    "signature": read_signature,
}


def write_seeds(folder):
    """Write documents of several types, and a report of the SRI's portal."""
    makers = (
        samples.invoice,
        samples.liquidation,
        samples.credit_note,
        samples.debit_note,
        samples.guide,
        samples.withholding,
    )
    for make in makers:
        Path(folder, f"{make.__name__}.xml").write_bytes(builders.build(make()))
    Path(folder, "report.txt").write_bytes(REPORT.encode("latin-1"))


if __name__ == "__main__":
    target = sys.argv.pop(1)
    if target == "seeds":
        write_seeds(sys.argv[1])
    else:
        atheris.Setup(sys.argv, TARGETS[target])
        atheris.Fuzz()
