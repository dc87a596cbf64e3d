"""Access key (clave de acceso): 49 digits that identify a comprobante for ever.

>>> is_valid("0211202401050306179800120010020000000677300995216")
True
>>> check_digit("021120240105030617980012001002000000067730099521")
'6'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LENGTH = 49


@dataclass(frozen=True, slots=True)
class KeyParts:
    """The fields of an access key; ``sequential`` and codes keep their zeros."""

    issue_date: date
    document_type: str
    ruc: str
    environment: str
    establishment: str
    emission_point: str
    sequential: str
    numeric_code: str
    emission_type: str = "1"


def check_digit(digits: str) -> str:
    """Return the check digit for the first 48 digits.

    Modulo 11 with weights 2 to 7 from the right; 11 gives 0 and 10 gives 1
    (ficha técnica, access key section).
    """
    total = sum(int(d) * (2 + i % 6) for i, d in enumerate(reversed(digits)))
    rest = 11 - total % 11
    return {11: "0", 10: "1"}.get(rest, str(rest))


def build(
    issue_date: date,
    document_type: str,
    ruc: str,
    environment: str,
    establishment: str,
    emission_point: str,
    sequential: int | str,
    numeric_code: int | str,
) -> str:
    """Return the access key.

    :param issue_date: date in Ecuador (America/Guayaquil), not UTC.
    :param sequential: 1 to 999999999, padded here.
    :param numeric_code: 8 free digits: chosen once per document and stored.
    :raise ValueError: a part does not fit its place.
    """
    body = "".join(
        (
            f"{issue_date:%d%m%Y}",
            _digits("document_type", document_type, 2),
            _digits("ruc", ruc, 13),
            _digits("environment", environment, 1),
            _digits("establishment", establishment, 3),
            _digits("emission_point", emission_point, 3),
            _digits("sequential", f"{sequential:0>9}", 9),
            _digits("numeric_code", f"{numeric_code:0>8}", 8),
            # Offline there are no contingency keys: the emission type is always 1.
            "1",
        )
    )
    return body + check_digit(body)


def is_valid(key: str) -> bool:
    """Whether ``key`` has 49 digits, a real date and the right check digit."""
    try:
        parse(key)
    except ValueError:
        return False
    return True


def parse(key: str) -> KeyParts:
    """Take an access key apart.

    :raise ValueError: wrong length, characters, check digit or date.
    """
    if len(key) != LENGTH or not (key.isascii() and key.isdigit()):
        raise ValueError(f"An access key has {LENGTH} digits: {key!r}")
    if check_digit(key[:-1]) != key[-1]:
        raise ValueError(f"The check digit of the access key is wrong: {key}")
    return KeyParts(
        issue_date=date(int(key[4:8]), int(key[2:4]), int(key[:2])),
        document_type=key[8:10],
        ruc=key[10:23],
        environment=key[23],
        establishment=key[24:27],
        emission_point=key[27:30],
        sequential=key[30:39],
        numeric_code=key[39:47],
        emission_type=key[47],
    )


def _digits(name: str, value: str, length: int) -> str:
    if len(value) != length or not (value.isascii() and value.isdigit()):
        raise ValueError(f"{name} must have {length} digits: {value!r}")
    return value
