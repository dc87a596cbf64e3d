from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import get_db_name, tagged

from odoo.addons.o2c_order_gate.tests.concurrency import RaceCase, Transaction


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestBillingRace(RaceCase):
    """Two workers bill one agreement at once, in two real transactions.

    An order of 1 000: 30 % in advance when confirmed, the rest on the same day.
    """

    def setUp(self):
        super().setUp()
        self.addCleanup(self._clean)
        with Transaction() as env:
            self.agreement_id, self.order_id = self._prepare(env)
            env.cr.commit()

    def _prepare(self, env):
        partner = env["res.partner"].create({"name": "Billed twice?"})
        product = env["product.product"].create(
            {
                "name": "Maintenance",
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
        )
        agreement = env["o2c.commercial.agreement"].create(
            {
                "title": "By milestones",
                "partner_id": partner.id,
                "billing": "milestone",
                "line_ids": [Command.create({"product_id": product.id, "price": 100})],
                "milestone_ids": [
                    Command.create({"name": "Advance", "percent": 30}),
                    Command.create({"name": "Rest", "trigger": "days", "final": True}),
                ],
            }
        )
        agreement._o2c_set({"state": "approved", "decided_on": agreement.create_date})
        line = Command.create({"product_id": product.id, "product_uom_qty": 10})
        order = env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [line]}
        )
        order.action_confirm()
        return agreement.id, order.id

    def _clean(self):
        with Transaction() as env:
            order = env["sale.order"].browse(self.order_id)
            agreement = env["o2c.commercial.agreement"].browse(self.agreement_id)
            partner, product = order.partner_id, agreement.line_ids.product_id
            order.invoice_ids.unlink()
            agreement.billing_ids.unlink()
            order._action_cancel()
            order.unlink()
            agreement._o2c_set({"state": "draft"})
            agreement.unlink()
            product.unlink()
            partner.unlink()
            env.cr.commit()

    def _bill_twice(self):
        def bill(env):
            agreement = env["o2c.commercial.agreement"].browse(self.agreement_id)
            env["o2c.commercial.agreement.billing"]._bill(agreement.sudo())

        return self._race((SUPERUSER_ID, bill), (SUPERUSER_ID, bill))

    def _billed(self):
        """[amount of each invoice], and how many billings are kept."""
        with Transaction() as env:
            agreement = env["o2c.commercial.agreement"].browse(self.agreement_id)
            invoices = env["sale.order"].browse(self.order_id).invoice_ids
            return sorted(invoices.mapped("amount_untaxed")), len(agreement.billing_ids)

    def test_each_milestone_is_invoiced_once(self):
        self.assertEqual(self._bill_twice(), "done")
        # 300 in advance, then 1 000 less the 300
        self.assertEqual(self._billed(), ([300, 700], 2))

    def test_nor_without_meeting_at_the_row(self):
        """Then order and unique index keep them apart, whoever comes first."""
        billing = Registry(get_db_name())["o2c.commercial.agreement.billing"]
        with patch.object(billing, "_serialise", lambda _self, _agreement: None):
            self._bill_twice()
        self.assertEqual(self._billed(), ([300, 700], 2))
