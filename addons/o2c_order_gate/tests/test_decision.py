from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import formatLang, mute_logger

from .common import PolicyCommon


@tagged("post_install", "-at_install")
class TestDecision(PolicyCommon):
    """A decision is bound to content, kept for good, and shows tampering."""

    def _decided(self, discount=15):
        order = self._quote({"discount": discount})
        self._approve(order)
        return order

    def test_approved_order_confirms(self):
        order = self._decided()
        self.assertEqual(order.o2c_gate_state, "approved")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_record_tells_everything(self):
        order = self._decided()
        decision = order.o2c_gate_decision_ids
        self.assertRecordValues(
            decision,
            [
                {
                    "decision": "accept",
                    "user_id": self.approver.id,
                    "reason": "Strategic customer",
                    "company_id": order.company_id.id,
                    "order_name": order.name,
                }
            ],
        )
        self.assertEqual(decision.findings[0]["measure"], "15.0")
        line = decision.facts["content"]["agreed"]["lines"][str(order.order_line.id)]
        # 100 less 15 %
        self.assertEqual(line["unit"], "85.000000")

    def test_figures_are_shown_as_they_were(self):
        order = self._decided()
        decision = order.o2c_gate_decision_ids
        self.goods.list_price = 500
        order.order_line.write({"price_unit": 500, "discount": 0})
        self.env.invalidate_all()
        # 10 drills at 100 less 15 %
        # as who reads it writes numbers
        for figure in ("Taladro", *(formatLang(self.env, n) for n in (100, 85, 850))):
            self.assertIn(f"<td>{figure}</td>", decision.facts_table)
        self.assertNotIn("500", decision.facts_table)

    def test_irrelevant_changes_keep_it(self):
        order = self._decided()
        order.write(
            {
                "note": "Leave at the gate",
                "client_order_ref": "OC-7",
                "tag_ids": [(0, 0, {"name": "October"})],
            }
        )
        order.order_line.write({"name": "Drill", "sequence": 7})
        self.assertEqual(order.o2c_gate_state, "approved")
        order.action_confirm()

    def test_nothing_but_the_agreement_reopens_it(self):
        """Whatever else is written on the order or its line."""
        order = self._decided().sudo()
        partner = self.env["res.partner"].create({"name": "Bodega Sur"})
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        header = {
            "note": "x",
            "client_order_ref": "x",
            "origin": "x",
            "reference": "x",
            "validity_date": tomorrow.date(),
            "commitment_date": tomorrow,
            "date_order": tomorrow,
            "require_signature": True,
            "require_payment": True,
            "prepayment_percent": 0.5,
            "partner_shipping_id": partner.id,
            "user_id": self.colleague.id,
            "team_id": False,
            "tag_ids": [(0, 0, {"name": "Urgent"})],
            "picking_policy": "one",
        }
        line = {"name": "x", "sequence": 5, "customer_lead": 3}
        for record, values in ((order, header), (order.order_line, line)):
            for name, value in values.items():
                with self.subTest(name):
                    record.write({name: value})
                    self.env.invalidate_all()
                    self.assertEqual(order.o2c_gate_state, "approved")
        self.assertEqual(order.order_line.discount, 15)

    def test_recalculation_keeps_it(self):
        order = self._decided()
        order.order_line.modified(["price_unit", "product_uom_qty"])
        self.env.flush_all()
        order.order_line.write({"discount": 15.0})
        order.order_line._compute_amount()
        self.env.invalidate_all()
        self.assertEqual(order.o2c_gate_state, "approved")

    def test_relevant_changes_reopen_it(self):
        other = self.env["res.partner"].create({"name": "Otro"})
        term = self.env["account.payment.term"].create({"name": "90 days"})
        changes = {
            "discount": lambda o: o.order_line.write({"discount": 16}),
            "smaller discount": lambda o: o.order_line.write({"discount": 14}),
            "price": lambda o: o.order_line.write({"price_unit": 99}),
            "quantity": lambda o: o.order_line.write({"product_uom_qty": 11}),
            "customer": lambda o: o.write({"partner_id": other.id}),
            "invoiced customer": lambda o: o.write({"partner_invoice_id": other.id}),
            "terms": lambda o: o.write({"payment_term_id": term.id}),
            "line": lambda o: o.order_line.copy({"order_id": o.id}),
        }
        for name, change in changes.items():
            with self.subTest(name):
                order = self._decided()
                change(order)
                self.assertNotEqual(order.o2c_gate_state, "approved")
                with self.assertRaises(UserError):
                    order.action_confirm()

    def test_change_and_change_back_is_no_change(self):
        order = self._decided()
        order.order_line.write({"discount": 30})
        order.order_line.write({"discount": 15})
        self.assertEqual(order.o2c_gate_state, "approved")

    def test_it_ends(self):
        order = self._quote({"discount": 15})
        today = self.env["o2c.gate.decision"]._today()
        self._approve(order, valid_until=today)
        self.assertEqual(order.o2c_gate_state, "approved")
        self.patch(
            self.env.registry["o2c.gate.decision"],
            "_today",
            lambda decisions: today + timedelta(days=1),
        )
        self.env.invalidate_all()
        self.assertEqual(order.o2c_gate_state, "blocked")
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_copies_are_not_approved(self):
        order = self._decided()
        self.assertFalse(order.copy().o2c_gate_decision_ids)

    def test_append_only(self):
        decision = self._decided().o2c_gate_decision_ids
        for rows in (decision, decision.sudo()):
            with self.assertRaises(UserError):
                rows.write({"reason": "Something else"})
            with self.assertRaises(UserError):
                rows.unlink()
            with self.assertRaises(UserError):
                rows.copy()
            with self.assertRaises(UserError):
                rows.create(decision.read(load=None)[0])

    def test_decided_order_is_not_deleted(self):
        order = self._decided()
        with self.assertRaises(UserError):
            order.sudo().unlink()

    def _verify(self, order):
        chain = self.env["o2c.gate.chain"]._of(order.company_id)
        chain.with_user(self.manager).action_verify()
        return chain

    def test_intact_log(self):
        order = self._decided()
        self._decided(20)
        chain = self._verify(order)
        self.assertEqual(chain.state, "intact")
        self.assertTrue(chain.checked_on)

    def _tamper(self, query, decision):
        self.env.flush_all()
        self.env.cr.execute(query, [decision.id])
        self.env.invalidate_all()

    def test_tampering_shows(self):
        table = "o2c_gate_decision"
        cases = {
            "reason": f"UPDATE {table} SET reason = 'x' WHERE id = %s",
            "who": f"UPDATE {table} SET user_id = 1 WHERE id = %s",
            "findings": f"UPDATE {table} SET findings = '[]' WHERE id = %s",
            "end": f"UPDATE {table} SET valid_until = '2099-01-01' WHERE id = %s",
            "removed": f"DELETE FROM {table} WHERE id = %s",
        }
        for name, query in cases.items():
            with self.subTest(name), self.env.cr.savepoint() as point:
                order = self._decided()
                decision = order.o2c_gate_decision_ids
                self._decided(20)
                number = decision.sequence
                self._tamper(query, decision)
                chain = self._verify(order)
                self.assertEqual(chain.state, "broken")
                self.assertIn(str(number), chain.report)
                point.rollback()

    def test_cut_end_shows(self):
        order = self._decided()
        decision = order.o2c_gate_decision_ids
        self._tamper("DELETE FROM o2c_gate_decision WHERE id = %s", decision)
        self.assertEqual(self._verify(order).state, "broken")

    @mute_logger("odoo.addons.base.models.ir_cron")
    def test_cron_alerts_the_managers_once(self):
        order = self._decided()
        self._tamper(
            "UPDATE o2c_gate_decision SET reason = 'x' WHERE id = %s",
            order.o2c_gate_decision_ids,
        )
        for _run in range(2):
            self.env["o2c.gate.chain"]._cron_verify()
        chain = self.env["o2c.gate.chain"]._of(order.company_id)
        told = chain.activity_ids.filtered(lambda a: a.user_id == self.manager)
        self.assertEqual(len(told), 1)

    def test_salesperson_may_not_verify(self):
        order = self._decided()
        chain = self.env["o2c.gate.chain"]._of(order.company_id)
        with self.assertRaises(UserError):
            chain.with_user(self.seller).action_verify()
