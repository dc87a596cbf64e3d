from odoo.tests import tagged

from .invariants_checks import Invariants


@tagged("post_install", "-at_install")
class TestInvariants(Invariants):
    def test_a_few_operations_in_any_order(self):
        self._play_all(seeds=[20260101], steps=12)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestInvariantsLong(Invariants):
    def test_many_operations_in_any_order(self):
        done = self._play_all(seeds=[1, 2, 3], steps=60)
        never = {f.__name__ for f, _weight in self.operations} - set(done)
        self.assertFalse(never, "could never be done")
