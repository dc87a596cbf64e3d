"""RIDE: the printed form of a comprobante, drawn from its XML (ficha, annex 2).

``render`` reads the stored, authorised XML and nothing else, so that paper and file
cannot differ. It is in Spanish by law.
"""

from __future__ import annotations

from .. import documents as doc
from .. import parser
from . import guide, sales, withholding
from .heading import heading
from .page import make_pdf

_BODIES = {
    doc.Invoice: sales.invoice,
    doc.PurchaseLiquidation: sales.liquidation,
    doc.CreditNote: sales.credit_note,
    doc.DebitNote: sales.debit_note,
    doc.DeliveryGuide: guide.guide,
    doc.Withholding: withholding.withholding,
    doc.FlatWithholding: withholding.withholding,
}


def render(xml: bytes, logo: bytes | None = None) -> bytes:
    """Return the PDF of a comprobante of any type.

    :param xml: the authorised XML as stored; a bare one prints without the date of
        authorisation.
    :param logo: image file of the issuer (PNG, JPEG, GIF); an unreadable one is an
        error, not a gap.
    :raise ParseError: not a comprobante.
    :raise DocumentError: the logo is not an image.
    """
    parsed = parser.parse(xml)
    document = parsed.document
    story = heading(document, parsed.authorisation, logo)
    story += _BODIES[type(document)](document)
    return make_pdf(story, document, parsed.authorisation)
