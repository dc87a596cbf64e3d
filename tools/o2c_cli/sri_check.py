"""``./o2c sri check``: what any comprobante says and whether it holds together.

One JSON object a line, see DESIGN 5. Needs the project's Python, but not Odoo.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ADDON = Path(__file__).resolve().parents[2] / "addons" / "o2c_sri_einvoice"
if str(ADDON) not in sys.path:
    sys.path.insert(0, str(ADDON))

from sri_core import (  # noqa: E402 - the path above makes it importable
    access_key,
    arithmetic,
    parser,
    schema,
    secure_xml,
    signer,
)
from sri_core.errors import ParseError  # noqa: E402


def main(files: list[str]) -> int:
    """Print one JSON line per file.

    :return: 0 when every file is well-formed XML, else 2.
    """
    reports = [check(Path(name)) for name in files]
    for report in reports:
        print(json.dumps(report, ensure_ascii=False))
    return 2 if any("error" in r for r in reports) or not files else 0


def check(path: Path) -> dict:
    """Return the report of one file; ``error`` is set when it is not XML."""
    report = {
        "file": str(path),
        "type": None,
        "version": None,
        "access_key": None,
        "access_key_valid": False,
        "schema_errors": [],
        "arithmetic_errors": [],
        "signature": "none",
        "signature_error": None,
        "authorisation": None,
    }
    try:
        data = path.read_bytes()
        secure_xml.parse(data.lstrip())
    except OSError as e:
        return {**report, "error": f"{path}: {e.strerror}"}
    except ParseError as e:
        return {**report, "error": str(e)}
    try:
        return {**report, **_content(parser.unwrap(data))}
    except ParseError as e:
        # Well-formed, but no comprobante in it.
        return {**report, "schema_errors": [m.text for m in e.messages]}


def _content(found: parser.Unwrapped) -> dict:
    signature = signer.verify(found.xml)
    return {
        "type": found.document_type,
        "version": found.version,
        "access_key": found.access_key or None,
        "access_key_valid": access_key.is_valid(found.access_key),
        "schema_errors": schema.validate_element(found.root),
        "arithmetic_errors": _amounts(found),
        "signature": signature.state,
        "signature_error": signature.error or None,
        "authorisation": _authorisation(found),
    }


def _amounts(found: parser.Unwrapped) -> list[str]:
    """Differences of the amounts; what cannot be read is a matter of schema."""
    try:
        return arithmetic.check(parser.read(found).document)
    except ParseError as e:
        return [f"not checked: {m.text}" for m in e.messages]


def _authorisation(found: parser.Unwrapped) -> dict | None:
    authorisation = found.authorisation
    if authorisation is None:
        return None
    date = authorisation.date
    return {
        "state": authorisation.state,
        "number": authorisation.number,
        "date": date.isoformat() if date else None,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
