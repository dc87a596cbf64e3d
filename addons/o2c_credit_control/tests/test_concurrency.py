import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """Two confirmations in two real transactions, both within the limit alone."""

    def setUp(self):
        super().setUp()
        # the thread that runs the tests holds the lock of the registries
        self.patch(Registry, "_lock", DummyRLock())
        self.addCleanup(self._clean)
        with self._transaction() as env:
            self.partner_id, self.order_ids = self._prepare(env)
            env.cr.commit()

    def _transaction(self):
        return _Transaction()

    def _prepare(self, env):
        partner = env["res.partner"].create({"name": "Two at once", "is_company": True})
        partner.credit_limit = 1000
        product = env["product.product"].create(
            {"name": "Service", "type": "service", "taxes_id": [(5,)]}
        )
        line = {"product_id": product.id, "product_uom_qty": 6, "price_unit": 100}
        orders = env["sale.order"].create(
            [{"partner_id": partner.id, "order_line": [(0, 0, line)]} for _n in "ab"]
        )
        return partner.id, orders.ids

    def _clean(self):
        with self._transaction() as env:
            orders = env["sale.order"].browse(self.order_ids)
            products = orders.order_line.product_id
            orders._action_cancel()
            orders.unlink()
            products.unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            env.cr.commit()

    def test_both_cannot_use_the_same_credit(self):
        """600 + 600 against a limit of 1 000: one confirms, the other is refused."""
        started, outcome = threading.Event(), []
        first, second = self.order_ids

        def confirm_second():
            with self._transaction() as env:
                order = env["sale.order"].browse(second)

                def confirm():
                    # the snapshot of this transaction is from before the other commits
                    env.cr.execute("SELECT 1 FROM sale_order LIMIT 1")
                    started.set()
                    order.action_confirm()

                try:
                    retrying(confirm, env)
                    outcome.append("confirmed")
                except UserError as error:
                    outcome.append(str(error))

        with (
            self._transaction() as env,
            mute_logger("odoo.sql_db"),
            patch("odoo.service.model.time.sleep"),
        ):
            env["sale.order"].browse(first).action_confirm()
            thread = threading.Thread(target=confirm_second)
            thread.start()
            self.assertTrue(started.wait(30))
            env.cr.commit()
            thread.join(60)
        self.assertEqual(len(outcome), 1)
        self.assertIn("Credit limit", outcome[0])
        with self._transaction() as env:
            orders = env["sale.order"].browse(self.order_ids)
            self.assertEqual(sorted(orders.mapped("state")), ["draft", "sale"])


class _Transaction:
    """A real cursor of its own, unlike those that the registry gives to tests."""

    def __enter__(self):
        self.cr = db_connect(get_db_name()).cursor()
        return api.Environment(self.cr, SUPERUSER_ID, {})

    def __exit__(self, *_error):
        self.cr.rollback()
        self.cr.close()
