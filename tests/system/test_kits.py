"""Kits of consigned goods: tests of an addon that need a module it does not need."""

from functools import partial

from o2c_cli import database

from .neighbours import play


def test_kits_of_consigned_goods():
    template = partial(database.addon_template, "o2c_consignment")
    played, _log = play(template, ["mrp"], "o2c_kits/o2c_consignment")
    assert played
