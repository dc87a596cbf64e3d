import os
import stat
import tempfile
from decimal import Decimal as D
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..outbox import backoff
from ..tools import secret_box
from ..tools.amounts import DraftLine, decimal, fold_negatives, price_and_discount


def line(quantity, price, subtotal, taxes="iva15"):
    return DraftLine(D(quantity), D(price), D(subtotal), taxes)


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    def test_the_sri_gets_the_posted_subtotal(self):
        """round2(quantity × price − discount) is what was posted, whatever it was."""
        for given in (
            line("3", "10", "27.00"),
            line("7", "0.333333", "2.33"),
            line("2.5", "1.99", "4.98"),
            line("3", "1.005", "3.02"),
            line("12.12", "12.12", "146.90"),
            line("3", "3.333333", "10.01"),
            line("1", "99.99", "0.00"),
        ):
            price, discount = price_and_discount(given)
            self.assertGreaterEqual(discount, 0)
            total = (given.quantity * price - discount).quantize(
                D("0.01"), rounding="ROUND_HALF_UP"
            )
            self.assertEqual(total, given.subtotal, given)

    def test_negative_lines_lower_lines_with_the_same_taxes(self):
        """−10.00 over 30.00 and 60.00: 3.33 and 6.67; the 0 % line stays."""
        lines = [
            line("1", "30", "30.00"),
            line("1", "60", "60.00"),
            line("1", "5", "5.00", "iva0"),
            line("1", "10", "-10.00"),
        ]
        kept, left = fold_negatives(lines)
        self.assertEqual(
            [each.subtotal for each in kept], [D("26.67"), D("53.33"), D("5.00")]
        )
        self.assertFalse(left)

    def test_negative_line_without_room_is_left(self):
        lines = [line("1", "5", "5.00", "iva0"), line("1", "10", "-10.00")]
        kept, left = fold_negatives(lines)
        self.assertEqual((kept, left), (lines[:1], lines[1:]))

    def test_floats_become_what_they_stand_for(self):
        self.assertEqual(decimal(0.1 + 0.2), D("0.30"))
        self.assertEqual(decimal(2.675), D("2.68"))


@tagged("post_install", "-at_install")
class TestBackoff(BaseCase):
    def test_pauses_grow_and_end(self):
        self.assertEqual([backoff.until_poll(n) for n in (0, 1, 5, 50)], [
            2, 5, 1800, 1800,
        ])  # fmt: skip
        self.assertEqual(backoff.until_retry(1, 0.5), 5)
        self.assertEqual(backoff.until_retry(3, 0.5), 20)
        self.assertEqual(backoff.until_retry(99, 0.5), 1800)
        self.assertLess(backoff.until_retry(3, 0), backoff.until_retry(3, 1))


@tagged("post_install", "-at_install")
class TestSecretBox(BaseCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "deep" / "o2c.key"
        values = patch.dict(os.environ, {secret_box.KEY_VARIABLE: str(self.path)})
        values.start()
        self.addCleanup(values.stop)

    def test_key_is_made_once_and_for_its_owner_only(self):
        token = secret_box.encrypt(b"secreto")
        self.assertNotIn(b"secreto", token)
        self.assertEqual(secret_box.decrypt(token), b"secreto")
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)
        self.assertEqual(len(list(self.path.parent.iterdir())), 1)

    def test_lost_key_is_said(self):
        token = secret_box.encrypt(b"secreto")
        self.path.unlink()
        with self.assertRaises(secret_box.SecretLost):
            secret_box.decrypt(token)
