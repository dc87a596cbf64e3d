"""Sums of a comprobante, worked out here again on purpose (SPEC §1.2, error 52).

Nothing is shared with the product's own arithmetic: two authors who misread the
rule in the same way are less likely than one.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree

from .comprobante import INFO, Comprobante

CENT = Decimal("0.01")
# Authorised samples differ by one cent between lines and header (SPEC §1.2).
SLACK = CENT
# IVA rate of each codigoPorcentaje (ficha, table 17); 8 varies by dated windows.
IVA_RATES = {"0": 0, "2": 12, "3": 14, "4": 15, "5": 5, "6": 0, "7": 0, "10": 13}


def check(comprobante: Comprobante) -> list[str]:
    """Return every difference found, as text for ``informacionAdicional``."""
    checker = _CHECKERS.get(comprobante.doc_type)
    if checker is None:
        return []
    try:
        return checker(comprobante.root)
    except InvalidOperation:
        return ["Un valor no es un número"]


def _number(parent: etree._Element, path: str) -> Decimal:
    text = (parent.findtext(path) or "").strip()
    return Decimal(text) if text else Decimal(0)


def _sum(parent: etree._Element, path: str) -> Decimal:
    texts = (item.text or "0" for item in parent.findall(path))
    return sum((Decimal(text.strip()) for text in texts), Decimal(0))


def _round(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def _compare(what: str, written: Decimal, expected: Decimal, slack=SLACK) -> list[str]:
    if abs(written - expected) <= slack:
        return []
    return [f"{what}: dice {written}, se calcula {_round(expected)}"]


def _rate(tax: etree._Element) -> Decimal | None:
    """Rate of a tax in percent: written, else by the IVA table, else unknown."""
    if (tax.findtext("tarifa") or "").strip():
        return _number(tax, "tarifa")
    if (tax.findtext("codigo") or "").strip() == "2":
        known = IVA_RATES.get((tax.findtext("codigoPorcentaje") or "").strip())
        return None if known is None else Decimal(known)
    return None


def _check_tax(where: str, tax: etree._Element, value="valor") -> list[str]:
    rate = _rate(tax)
    if rate is None:
        return []
    problems = []
    code = (tax.findtext("codigoPorcentaje") or "").strip()
    if (tax.findtext("codigo") or "").strip() == "2" and code in IVA_RATES:
        problems += _compare(
            f"{where}, tarifa del código {code}", rate, Decimal(IVA_RATES[code]), 0
        )
    # A specific ICE or IRBPNR is an amount per unit, not a percentage of the base.
    if (tax.findtext("codigo") or "").strip() == "2":
        expected = _round(_number(tax, "baseImponible") * rate / 100)
        problems += _compare(f"{where}, valor", _number(tax, value), expected)
    return problems


def _check_lines(root: etree._Element) -> list[str]:
    problems = []
    for index, line in enumerate(root.findall("detalles/detalle"), 1):
        where = f"Línea {index}"
        gross = _number(line, "cantidad") * _number(line, "precioUnitario")
        net = _number(line, "precioTotalSinImpuesto")
        expected = _round(gross - _number(line, "descuento"))
        problems += _compare(f"{where}, precioTotalSinImpuesto", net, expected)
        excise = Decimal(0)
        for tax in line.findall("impuestos/impuesto"):
            if (tax.findtext("codigo") or "").strip() == "3":
                excise += _number(tax, "valor")
        for tax in line.findall("impuestos/impuesto"):
            problems += _check_tax(where, tax)
            if (tax.findtext("codigo") or "").strip() == "2":
                base = _number(tax, "baseImponible")
                problems += _compare(f"{where}, base del IVA", base, net + excise)
    return problems


def _tax_key(tax: etree._Element) -> tuple[str, str]:
    return (
        (tax.findtext("codigo") or "").strip(),
        (tax.findtext("codigoPorcentaje") or "").strip(),
    )


def _check_header_taxes(root: etree._Element, info: etree._Element) -> list[str]:
    """Compare each (codigo, codigoPorcentaje) of the header with its lines."""
    bases: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for tax in root.findall("detalles/detalle/impuestos/impuesto"):
        bases[_tax_key(tax)] += _number(tax, "baseImponible")
    problems = []
    written = {}
    for tax in info.findall("totalConImpuestos/totalImpuesto"):
        key = _tax_key(tax)
        where = f"Impuesto {key[0]}/{key[1]}"
        base = _number(tax, "baseImponible")
        written[key] = base
        expected = bases.get(key, Decimal(0)) - _number(tax, "descuentoAdicional")
        problems += _compare(f"{where}, baseImponible", base, expected)
        problems += _check_tax(where, tax)
    for key in sorted(set(bases) - set(written)):
        problems.append(f"Impuesto {key[0]}/{key[1]}: falta en totalConImpuestos")
    return problems


def _check_goods(root: etree._Element, info: etree._Element) -> list[str]:
    """Lines, discount and taxes of the documents that have detalles."""
    lines = _sum(root, "detalles/detalle/precioTotalSinImpuesto")
    problems = _check_lines(root)
    problems += _compare("totalSinImpuestos", _number(info, "totalSinImpuestos"), lines)
    if info.find("totalDescuento") is not None:
        discount = _sum(root, "detalles/detalle/descuento")
        problems += _compare(
            "totalDescuento", _number(info, "totalDescuento"), discount
        )
    return problems + _check_header_taxes(root, info)


def _check_payments(info: etree._Element, total: Decimal) -> list[str]:
    if info.find("pagos/pago") is None:
        return []
    return _compare("Suma de pagos", _sum(info, "pagos/pago/total"), total, 0)


def _check_sale(root: etree._Element) -> list[str]:
    info = root.find(INFO["01"])
    if info is None:
        info = root.find(INFO["03"])
    problems = _check_goods(root, info)
    total = _number(info, "importeTotal")
    extras = ("propina", "fleteInternacional", "seguroInternacional")
    extras += ("gastosAduaneros", "gastosTransporteOtros")
    expected = _number(info, "totalSinImpuestos")
    expected += _sum(info, "totalConImpuestos/totalImpuesto/valor")
    expected -= _sum(info, "totalConImpuestos/totalImpuesto/valorDevolucionIva")
    expected += sum((_number(info, name) for name in extras), Decimal(0))
    expected += _sum(root, "otrosRubrosTerceros/rubro/total")
    # Header figures have two decimals already: nothing is left to round.
    problems += _compare("importeTotal", total, expected, 0)
    return problems + _check_payments(info, total)


def _check_credit_note(root: etree._Element) -> list[str]:
    info = root.find(INFO["04"])
    problems = _check_goods(root, info)
    expected = _number(info, "totalSinImpuestos")
    expected += _sum(info, "totalConImpuestos/totalImpuesto/valor")
    total = _number(info, "valorModificacion")
    return problems + _compare("valorModificacion", total, expected, 0)


def _check_debit_note(root: etree._Element) -> list[str]:
    info = root.find(INFO["05"])
    base = _number(info, "totalSinImpuestos")
    problems = _compare("totalSinImpuestos", base, _sum(root, "motivos/motivo/valor"))
    for tax in info.findall("impuestos/impuesto"):
        problems += _check_tax("Impuesto", tax)
    expected = base + _sum(info, "impuestos/impuesto/valor")
    total = _number(info, "valorTotal")
    problems += _compare("valorTotal", total, expected, 0)
    return problems + _check_payments(info, total)


def _check_withholding(root: etree._Element) -> list[str]:
    problems = []
    for row in root.findall("impuestos/impuesto"):
        problems += _check_withheld(row)
    for index, support in enumerate(root.findall("docsSustento/docSustento"), 1):
        where = f"Sustento {index}"
        for tax in support.findall("impuestosDocSustento/impuestoDocSustento"):
            expected = _number(tax, "baseImponible") * _number(tax, "tarifa") / 100
            if (tax.findtext("codImpuestoDocSustento") or "").strip() == "2":
                written = _number(tax, "valorImpuesto")
                problems += _compare(f"{where}, impuesto", written, _round(expected))
        for row in support.findall("retenciones/retencion"):
            problems += _check_withheld(row)
        total = _number(support, "importeTotal")
        taxes = "impuestosDocSustento/impuestoDocSustento/valorImpuesto"
        expected = _number(support, "totalSinImpuestos") + _sum(support, taxes)
        problems += _compare(f"{where}, importeTotal", total, expected)
    return problems


def _check_withheld(row: etree._Element) -> list[str]:
    expected = _number(row, "baseImponible") * _number(row, "porcentajeRetener") / 100
    what = f"valorRetenido {(row.findtext('codigoRetencion') or '').strip()}"
    return _compare(what, _number(row, "valorRetenido"), _round(expected))


_CHECKERS = {
    "01": _check_sale,
    "03": _check_sale,
    "04": _check_credit_note,
    "05": _check_debit_note,
    "07": _check_withholding,
}
