"""Order templates of the SRI's documents by root element and version."""

from __future__ import annotations

from ..xmlmap import AMOUNT, FINE, Record
from .guide import guide
from .notes import DEBIT_NOTE, credit_note
from .sales import invoice, liquidation
from .withholding import FLAT_WITHHOLDING, WITHHOLDING

# Versions x.0.0 have quantities and prices of two decimals, x.1.0 of six.
LAYOUTS: dict[tuple[str, str], Record] = {
    ("factura", "1.0.0"): invoice(AMOUNT, fuel=False, version_2=False),
    ("factura", "1.1.0"): invoice(FINE, fuel=True, version_2=False),
    ("factura", "2.0.0"): invoice(AMOUNT, fuel=False, version_2=True),
    ("factura", "2.1.0"): invoice(FINE, fuel=True, version_2=True),
    ("liquidacionCompra", "1.0.0"): liquidation(AMOUNT),
    ("liquidacionCompra", "1.1.0"): liquidation(FINE),
    ("notaCredito", "1.0.0"): credit_note(AMOUNT),
    ("notaCredito", "1.1.0"): credit_note(FINE),
    ("notaDebito", "1.0.0"): DEBIT_NOTE,
    ("guiaRemision", "1.0.0"): guide(AMOUNT),
    ("guiaRemision", "1.1.0"): guide(FINE),
    ("comprobanteRetencion", "1.0.0"): FLAT_WITHHOLDING,
    ("comprobanteRetencion", "2.0.0"): WITHHOLDING,
}
ISSUED = frozenset(
    {
        ("factura", "1.1.0"),
        ("factura", "2.1.0"),
        ("liquidacionCompra", "1.1.0"),
        ("notaCredito", "1.1.0"),
        ("notaDebito", "1.0.0"),
        ("guiaRemision", "1.1.0"),
        ("comprobanteRetencion", "2.0.0"),
    }
)
