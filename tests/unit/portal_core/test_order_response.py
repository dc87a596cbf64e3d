"""The supplier's UBL answers: Peppol BIS Ordering 3, transaction T76."""

from datetime import date
from decimal import Decimal

import pytest
from lxml import etree
from portal_core import order_response

ASKED = {1: Decimal(12), 2: Decimal(5)}
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"


def _response(code, *lines, order="REP/7", note="", promised="2026-12-01"):
    period = f"""
        <cac:Delivery><cac:PromisedDeliveryPeriod>
          <cbc:StartDate>2026-11-30</cbc:StartDate><cbc:EndDate>{promised}</cbc:EndDate>
        </cac:PromisedDeliveryPeriod></cac:Delivery>"""
    return etree.fromstring(
        f"""<OrderResponse xmlns="{UBL}OrderResponse-2"
              xmlns:cac="{UBL}CommonAggregateComponents-2"
              xmlns:cbc="{UBL}CommonBasicComponents-2">
          <cbc:ID>R1</cbc:ID><cbc:OrderResponseCode>{code}</cbc:OrderResponseCode>
          <cbc:Note>{note}</cbc:Note>
          <cac:OrderReference><cbc:ID>{order}</cbc:ID></cac:OrderReference>
          {period if promised else ""}{"".join(lines)}
        </OrderResponse>"""
    )


def _line(number, status, quantity="", note=""):
    amount = f"<cbc:Quantity unitCode='C62'>{quantity}</cbc:Quantity>"
    return f"""<cac:OrderLine>
      <cac:LineItem><cbc:ID>1</cbc:ID><cbc:Note>{note}</cbc:Note>
        <cbc:LineStatusCode>{status}</cbc:LineStatusCode>{amount if quantity else ""}
      </cac:LineItem>
      <cac:OrderLineReference><cbc:LineID>{number}</cbc:LineID></cac:OrderLineReference>
    </cac:OrderLine>"""


def _read(*arguments, **options):
    return order_response.read(_response(*arguments, **options), "REP/7", ASKED)


def _problems(*arguments, **options):
    with pytest.raises(order_response.Unusable) as caught:
        _read(*arguments, **options)
    return [problem.code for problem in caught.value.problems]


def test_accepted_brings_what_was_asked():
    answer = _read("AP")
    assert [answer.quantities[n][0] for n in (1, 2)] == [12, 5]
    assert answer.day == date(2026, 12, 1)


def test_changed_line_by_line():
    """12 asked: 8 come, with the line's reason; line 2 is not named: as asked."""
    answer = _read("CA", _line(1, "3", "8", "Cosecha corta"))
    assert answer.quantities == {1: (Decimal(8), "Cosecha corta"), 2: (Decimal(5), "")}


def test_a_line_refused_takes_the_note_of_the_whole():
    answer = _read("CA", _line(2, "7"), _line(1, "5"), note="Sin fruta")
    assert answer.quantities[2] == (Decimal(0), "Sin fruta")
    assert answer.quantities[1][0] == 12


def test_refused_brings_nothing_and_needs_no_day():
    answer = _read("RE", note="Cerramos", promised="")
    assert set(answer.quantities.values()) == {(Decimal(0), "Cerramos")}
    assert answer.day is None


@pytest.mark.parametrize(
    ("arguments", "options", "expected"),
    [
        (("AB",), {}, ["no_answer"]),
        (("AP",), {"order": "REP/8"}, ["other_order"]),
        (("CA", _line(3, "5")), {}, ["line_unknown"]),
        (("CA", _line("٣", "5")), {}, ["line_unknown"]),
        (("CA", _line(1, "5"), _line(1, "5")), {}, ["line_twice"]),
        (("CA", _line(1, "1")), {}, ["line_status"]),
        (("CA", _line(1, "3")), {}, ["quantity"]),
        (("CA", _line(1, "3", "NaN")), {}, ["quantity"]),
        (("CA", _line(1, "3", "-1")), {}, ["quantity"]),
        (("CA", _line(1, "3", "1e99")), {}, ["quantity"]),
        (("AP", _line(1, "3", "8")), {}, ["contradiction"]),
        (("RE", _line(1, "5")), {}, ["contradiction"]),
        (("AP",), {"promised": "mañana"}, ["day"]),
        (
            ("", _line(9, "5"), _line(1, "3", "x")),
            {"order": "", "promised": "2026-13-01"},
            ["no_answer", "other_order", "line_unknown", "quantity", "day"],
        ),
    ],
)
def test_all_that_is_wrong_is_said_at_once(arguments, options, expected):
    assert _problems(*arguments, **options) == expected


def test_another_document_is_none():
    with pytest.raises(order_response.Unusable) as caught:
        order_response.read(etree.fromstring("<factura/>"), "REP/7", ASKED)
    assert [p.code for p in caught.value.problems] == ["not_a_response"]
