"""What Odoo without our addons says of goods that are somebody else's.

These are the wrong numbers for which `o2c_consignment` exists; the right ones are its
own tests (`test_stock_odoo_numbers.py`). Where one of these fails after another build
of Odoo was pinned, Odoo has changed there, and ours may have become too much.
"""

import json
import os
from pathlib import Path

import pytest

from o2c_cli import database, odoo_server

SCRIPT = Path(__file__).parent / "odoo_alone" / "script.py"


@pytest.fixture(scope="module")
def figures():
    name = f"odoo_alone_{os.getpid()}"
    try:
        database.clone(database.core_template(), name)
        return json.loads(odoo_server.shell(name, SCRIPT.read_text()).splitlines()[-1])
    finally:
        database.drop(name)


# ours are 10 @ 60 = 600, whatever the method; his are 30 @ 50
@pytest.mark.parametrize(
    ("method", "value", "own_quant"),
    [
        ("standard", 600, 150),  # 600 shared among forty, of which ten are ours
        ("average", 600, 150),
        ("fifo", 2400, 600),  # forty @ 60
    ],
)
def test_value_of_stock(figures, method, value, own_quant):
    assert figures[method]["value"] == value
    assert figures[method]["own_quant"] == own_quant


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_cost_of_his_goods_counts_as_of_ours(figures, method):
    assert figures[method]["his_sold"] == 5
    assert figures[method]["cost_of_sales"] == 900  # 15 × 60; right: 10 × 60


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_his_bill_is_booked_as_stock_of_ours(figures, method):
    assert figures[method]["valued_by_his_bill"] == 1500  # 30 × 50; right: nothing


def test_his_goods_are_billable_before_any_is_sold(figures):
    assert figures["standard"]["to_bill"] == 30  # right: nothing yet
