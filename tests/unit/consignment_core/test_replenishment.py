from decimal import Decimal as D

import pytest
from consignment_core import reorder_quantity


@pytest.mark.parametrize(
    ("on_hand", "expected", "minimum", "maximum", "ordered"),
    [
        (3, 0, 5, 20, 17),
        (5, 0, 5, 20, 0),  # at the minimum nothing is low
        (3, 2, 5, 20, 0),  # what is on its way counts
        (3, 0, 5, 0, 2),  # no maximum: up to the minimum
        (0, 0, 0, 20, 0),  # no minimum: nobody asked for any
        (D("1.5"), 0, 2, 4, D("2.5")),
    ],
)
def test_fills_up_to_the_maximum(on_hand, expected, minimum, maximum, ordered):
    found = reorder_quantity(D(on_hand), D(expected), D(minimum), D(maximum))
    assert found == ordered
