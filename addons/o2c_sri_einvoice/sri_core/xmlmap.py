"""Writes dataclasses as XML and reads them back, by an order template.

A template is plain data (see ``layouts``) and the only place that knows tag names
and their order, so that writing and reading cannot drift apart. Paths with dots
(``issuer.ruc``) reach into nested dataclasses, because the SRI scatters the fields
of one thing over several elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from lxml import etree

from .errors import Message
from .texts import message

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile(r"[\t\n\r]+")
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,20})?|\.\d{1,20})", re.ASCII)
_DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)


def clean(text: str, limit: int | None = None) -> str:
    """Return one line of legal XML text: accents stay, control characters go.

    The SRI refuses line breaks (error 35); longer free text is cut at ``limit``.
    """
    if not text.isprintable():
        text = _BREAKS.sub(" ", _NOT_XML.sub("", text))
    text = text.strip()
    return text[:limit].rstrip() if limit else text


class _Bad(Exception):
    """A value that its kind cannot write or read; args: code and its facts."""

    def __init__(self, code: str, **facts: object):
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Kind:
    """How a leaf's value becomes text and back."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def text(limit: int | None = None) -> Kind:
    def write(value: str) -> str:
        if not isinstance(value, str):
            raise _Bad("wrong_type", value=repr(value))
        return clean(value, limit)

    return Kind(write, str)


def decimal(digits: int) -> Kind:
    zero = Decimal(0).scaleb(-digits)

    def write(value: Decimal) -> str:
        # A float here would carry binary noise into a legal amount.
        if not isinstance(value, Decimal) or not value.is_finite():
            raise _Bad("wrong_type", value=repr(value))
        rounded = round(value, digits)
        if rounded != value:
            raise _Bad("decimals", value=value, digits=digits)
        # "-0.00" is what rounding leaves of nothing; the SRI wants plain zero.
        return f"{rounded or zero:f}"

    def read(value: str) -> Decimal:
        if not _NUMBER.fullmatch(value):
            raise _Bad("not_number", value=value[:40])
        return Decimal(value)

    return Kind(write, read)


def _write_date(value: date) -> str:
    if not isinstance(value, date):
        raise _Bad("wrong_type", value=repr(value))
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def _read_date(value: str) -> date:
    match = _DATE.fullmatch(value)
    try:
        day, month, year = map(int, match.groups())
        return date(year, month, day)
    except (AttributeError, ValueError) as e:
        raise _Bad("not_date", value=value[:40]) from e


def _read_yes_no(value: str) -> bool:
    if value not in ("SI", "NO"):
        raise _Bad("not_yes_no", value=value[:40])
    return value == "SI"


CODE = text()
FREE = text(300)
AMOUNT = decimal(2)
FINE = decimal(6)
WHOLE = decimal(0)
DATE = Kind(_write_date, _read_date)
YES_NO = Kind(lambda value: "SI" if value else "NO", _read_yes_no)


def getter(path: str) -> Callable[[Any], Any]:
    """Like attrgetter, but None anywhere on the way gives None."""
    if "." not in path:
        return attrgetter(path)
    names = path.split(".")

    def get(obj):
        for name in names:
            if obj is None:
                return None
            obj = getattr(obj, name)
        return obj

    return get


def _children(element) -> dict[str, Any]:
    """First child of each name; foreign namespaces keep their Clark name."""
    found: dict[str, Any] = {}
    for child in element.iterchildren(tag=etree.Element):
        found.setdefault(child.tag, child)
    return found


@dataclass(frozen=True)
class Leaf:
    """``<tag>text</tag>`` for the value at ``path``."""

    tag: str
    path: str
    kind: Kind = CODE
    optional: bool = False
    default: Any = None

    def __post_init__(self):
        object.__setattr__(self, "get", getter(self.path))

    def write(self, parent, obj, problems: list[Message]) -> None:
        value = self.get(obj)
        if value is None:
            written = ""
        else:
            try:
                written = self.kind.write(value)
            except _Bad as bad:
                problems.append(_problem(bad, parent, self.tag))
                return
        if written:
            etree.SubElement(parent, self.tag).text = written
        elif not self.optional:
            problems.append(message("missing", where=_where(parent, self.tag)))

    def read(self, parent, children, values: dict, problems: list[Message]) -> None:
        element = children.get(self.tag)
        raw = (element.text or "").strip() if element is not None else ""
        values[self.path] = self.default
        if not raw:
            if not self.optional:
                problems.append(message("missing", where=_where(parent, self.tag)))
            return
        try:
            values[self.path] = self.kind.read(raw)
        except _Bad as bad:
            problems.append(_problem(bad, parent, self.tag))


@dataclass(frozen=True)
class Constant:
    """Always the same text; not part of the dataclass."""

    tag: str
    text: str

    def write(self, parent, obj, problems) -> None:
        etree.SubElement(parent, self.tag).text = self.text

    def read(self, parent, children, values, problems) -> None:
        pass


@dataclass(frozen=True)
class Group:
    """An element that only holds other nodes; left out when ``when`` is None."""

    tag: str
    nodes: tuple[Any, ...]
    when: str | None = None

    def __post_init__(self):
        object.__setattr__(self, "present", self.when and getter(self.when))

    def write(self, parent, obj, problems) -> None:
        if self.present and self.present(obj) is None:
            return
        element = etree.SubElement(parent, self.tag)
        for node in self.nodes:
            node.write(element, obj, problems)

    def read(self, parent, children, values, problems) -> None:
        element = children.get(self.tag)
        if element is None:
            if not self.when:
                problems.append(message("missing", where=_where(parent, self.tag)))
            return
        inner = _children(element)
        for node in self.nodes:
            node.read(element, inner, values, problems)


@dataclass(frozen=True)
class Record:
    """Template of a dataclass; ``nested`` says which class sits at which path."""

    cls: type
    nodes: tuple[Any, ...]
    nested: dict[str, type] = field(default_factory=dict)

    def write(self, element, obj, problems) -> None:
        for node in self.nodes:
            node.write(element, obj, problems)

    def read(self, element, problems, **given) -> Any:
        values: dict[str, Any] = dict(given)
        children = _children(element)
        for node in self.nodes:
            node.read(element, children, values, problems)
        return None if problems else self._assemble(values)

    def _assemble(self, values: dict[str, Any]) -> Any:
        # Deepest paths first, so that inner objects exist when outer ones are made.
        for path in sorted(self.nested, key=lambda p: -p.count(".")):
            prefix = path + "."
            parts = {
                key.removeprefix(prefix): values.pop(key)
                for key in [k for k in values if k.startswith(prefix)]
            }
            empty = all(v is None or v == () for v in parts.values())
            values[path] = None if empty else self.nested[path](**parts)
        return self.cls(**values)


@dataclass(frozen=True)
class Many:
    """``<wrapper><tag>…</tag>*</wrapper>`` for a tuple of dataclasses."""

    wrapper: str
    tag: str
    path: str
    record: Record
    optional: bool = False

    def __post_init__(self):
        object.__setattr__(self, "get", getter(self.path))

    def write(self, parent, obj, problems) -> None:
        entries = self.get(obj)
        if not entries:
            if not self.optional:
                problems.append(
                    message("empty_list", where=_where(parent, self.wrapper))
                )
            return
        wrapper = etree.SubElement(parent, self.wrapper)
        for entry in entries:
            self.record.write(etree.SubElement(wrapper, self.tag), entry, problems)

    def read(self, parent, children, values, problems) -> None:
        wrapper = children.get(self.wrapper)
        values[self.path] = ()
        if wrapper is not None:
            values[self.path] = tuple(
                self.record.read(entry, problems)
                for entry in wrapper.iterchildren(self.tag)
            )
        if not values[self.path] and not self.optional:
            problems.append(message("empty_list", where=_where(parent, self.wrapper)))


@dataclass(frozen=True)
class Pairs:
    """Name and value entries; the value is an attribute or the element's text.

    Entries without name or text are left out: the schema refuses them (error 35)
    and they carry nothing.
    """

    wrapper: str
    tag: str
    path: str
    pair: type
    value_attribute: str | None = None

    def write(self, parent, obj, problems) -> None:
        pairs = [(clean(p.name, 300), clean(p.value, 300)) for p in self._get(obj)]
        pairs = [(name, value) for name, value in pairs if name and value]
        if not pairs:
            return
        wrapper = etree.SubElement(parent, self.wrapper)
        for name, value in pairs:
            element = etree.SubElement(wrapper, self.tag, nombre=name)
            if self.value_attribute:
                element.set(self.value_attribute, value)
            else:
                element.text = value

    def _get(self, obj) -> Iterable[Any]:
        return getattr(obj, self.path)

    def read(self, parent, children, values, problems) -> None:
        wrapper = children.get(self.wrapper)
        found = () if wrapper is None else wrapper.iterchildren(self.tag)
        values[self.path] = tuple(
            self.pair(
                name=element.get("nombre", ""),
                value=(
                    element.get(self.value_attribute, "")
                    if self.value_attribute
                    else (element.text or "").strip()
                ),
            )
            for element in found
        )


def _where(parent, tag: str) -> str:
    """Path for people: names from below the root, lines numbered."""
    names = [tag]
    while parent is not None and parent.getparent() is not None:
        name = parent.tag
        same = parent.getparent().findall(name)
        if len(same) > 1:
            name = f"{name}[{same.index(parent) + 1}]"
        names.append(name)
        parent = parent.getparent()
    return "/".join(reversed(names))


def _problem(bad: _Bad, parent, tag: str) -> Message:
    return message(bad.code, where=_where(parent, tag), **bad.facts)
