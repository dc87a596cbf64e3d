"""Reads what people hand over with documents of others: XML, ZIP, TXT, pasted keys.

Nothing of it is trusted but the access key: the SRI's own copy is fetched by it. The
content of an XML is kept, so that a copy that says something else is noticed.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass

from . import access_key, parser, received_report, secure_xml
from .documents import Document
from .errors import Message, ParseError
from .texts import message

MAX_FILES = 1000
# Sum of what a ZIP unpacks to; the directory of a bomb says less than it holds.
MAX_UNPACKED = 20_000_000
_ZIP = b"PK\x03\x04"
_TEXT = (".txt", ".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Found:
    """A document that a file names.

    :param source: file in which it was found.
    :param document: its content, when the file was the document itself.
    """

    access_key: str
    source: str
    xml: bytes | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What files name, each key once, and all that could not be used."""

    found: tuple[Found, ...]
    problems: tuple[tuple[str, Message], ...]


def read(files) -> Reading:
    """Read files of any of the kinds.

    :param files: iterable of (name, bytes).
    """
    found: dict[str, Found] = {}
    problems: list[tuple[str, Message]] = []
    for name, data in files:
        for each in _read_one(name, data, problems):
            known = found.get(each.access_key)
            # The XML tells more than a line of a report.
            if known is None or (known.document is None and each.document):
                found[each.access_key] = each
    return Reading(tuple(found.values()), tuple(problems))


def is_readable(name: str) -> bool:
    """Whether a file of this name may name documents; a RIDE in PDF does not."""
    return name.lower().endswith((".xml", ".zip", *_TEXT))


def _read_one(name, data, problems):
    try:
        if data.startswith(_ZIP):
            return _read_zip(name, data, problems)
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return [_read_xml(name, data)]
        return _read_text(name, data, problems)
    except ParseError as error:
        problems += [(name, each) for each in error.messages]
        return []


def _read_xml(name: str, data: bytes) -> Found:
    parsed = parser.parse(data.removeprefix(b"\xef\xbb\xbf"))
    if not access_key.is_valid(parsed.access_key):
        raise ParseError(message("key_invalid", key=parsed.access_key))
    return Found(parsed.access_key, name, parsed.xml, parsed.document)


def _read_text(name: str, data: bytes, problems) -> list[Found]:
    report = received_report.read(data)
    problems += [(name, each) for each in report.problems]
    return [Found(row.access_key, name) for row in report.rows]


def _read_zip(name: str, data: bytes, problems) -> list[Found]:
    found: list[Found] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner, content in _unpack(archive):
                found += _read_one(f"{name}/{inner}", content, problems)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        # RuntimeError is how zipfile says that a file needs a password.
        raise ParseError(message("bad_zip", detail=error)) from error
    if not found and not problems:
        raise ParseError(message("no_keys"))
    return found


def _unpack(archive: zipfile.ZipFile):
    """Yield (name, content) of the readable files; a ZIP inside a ZIP is not opened."""
    members = [
        m
        for m in archive.infolist()
        if not m.is_dir()
        and is_readable(m.filename)
        and not m.filename.lower().endswith(".zip")
        and not m.filename.startswith("__MACOSX/")
    ]
    if len(members) > MAX_FILES:
        raise ParseError(message("too_many_files", limit=MAX_FILES))
    left = MAX_UNPACKED
    for member in members:
        is_xml = member.filename.lower().endswith(".xml")
        limit = secure_xml.MAX_BYTES if is_xml else received_report.MAX_BYTES
        with archive.open(member) as stream:
            content = stream.read(min(limit, left) + 1)
        left -= len(content)
        if left < 0:
            raise ParseError(
                message("input_too_big", size=MAX_UNPACKED - left, limit=MAX_UNPACKED)
            )
        yield member.filename, content
