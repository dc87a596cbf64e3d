"""Top of every RIDE: the issuer with his legends, and the document's identity."""

from __future__ import annotations

from io import BytesIO

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Image, Spacer

from .. import codes
from ..authorisation import ECUADOR, Authorisation
from ..documents import Document, Issuer
from ..errors import DocumentError
from ..texts import message
from .page import (
    BODY,
    GAP,
    NAME,
    STRONG,
    TITLE,
    WIDTH,
    box,
    labelled,
    side_by_side,
    text,
)

_LEFT = WIDTH * 0.47
_RIGHT = WIDTH - _LEFT - GAP
_LOGO = (_LEFT, 26 * mm)
_BARCODE_HEIGHT = 11 * mm


def heading(
    document: Document, authorisation: Authorisation | None, logo: bytes | None
) -> list:
    """Return the two boxes at the top."""
    left = [*_logo(logo), _issuer_box(document.issuer)]
    right = [_identity_box(document, authorisation)]
    return [side_by_side(left, right, _LEFT), Spacer(0, GAP)]


def _logo(logo: bytes | None) -> list:
    if not logo:
        return []
    try:
        width, height = ImageReader(BytesIO(logo)).getSize()
    # reportlab hands on whatever Pillow raises, and plain OSError from itself.
    except (OSError, ValueError, TypeError) as e:
        raise DocumentError(message("bad_logo", detail=e)) from e
    scale = min(_LOGO[0] / width, _LOGO[1] / height)
    image = Image(BytesIO(logo), width * scale, height * scale, hAlign="LEFT")
    return [image, Spacer(0, GAP)]


def _issuer_box(issuer: Issuer):
    rows = [text(issuer.legal_name, NAME)]
    if issuer.trade_name and issuer.trade_name != issuer.legal_name:
        rows.append(text(issuer.trade_name, STRONG))
    rows.append(labelled("Dirección matriz", issuer.main_address))
    if issuer.establishment_address:
        rows.append(labelled("Dirección sucursal", issuer.establishment_address))
    if issuer.special_taxpayer:
        rows.append(labelled("Contribuyente especial Nro.", issuer.special_taxpayer))
    if issuer.keeps_accounts is not None:
        answer = "SI" if issuer.keeps_accounts else "NO"
        rows.append(labelled("Obligado a llevar contabilidad", answer))
    if issuer.withholding_agent:
        rows.append(
            labelled("Agente de retención, resolución Nro.", issuer.withholding_agent)
        )
    rows += [text(legend, STRONG) for legend in (issuer.rimpe, issuer.rise) if legend]
    return box([[row] for row in rows], [_LEFT])


def _identity_box(document: Document, authorisation: Authorisation | None):
    number = (authorisation and authorisation.number) or document.access_key
    rows = [
        labelled("R.U.C.", document.issuer.ruc, NAME),
        text(codes.DOCUMENT_NAMES[document.CODE], TITLE),
        labelled("No.", document.number, NAME),
        text("NÚMERO DE AUTORIZACIÓN", STRONG),
        text(number, BODY),
    ]
    date = authorisation and authorisation.date
    if date:
        local = f"{date.astimezone(ECUADOR):%d/%m/%Y %H:%M:%S}"
        rows.append(labelled("FECHA Y HORA DE AUTORIZACIÓN", local))
    environment = codes.ENVIRONMENTS.get(document.environment, document.environment)
    rows += [
        labelled("AMBIENTE", environment),
        labelled("EMISIÓN", "NORMAL"),
        text("CLAVE DE ACCESO", STRONG),
        _barcode(document.access_key),
        text(document.access_key, BODY),
    ]
    return box([[row] for row in rows], [_RIGHT])


def _barcode(key: str) -> Code128:
    """Code 128 over the whole box: the key has 49 digits, so every point counts."""
    modules = Code128(key, barWidth=1, quiet=0).width
    return Code128(
        key, barWidth=(_RIGHT - 8) / modules, barHeight=_BARCODE_HEIGHT, quiet=0
    )
