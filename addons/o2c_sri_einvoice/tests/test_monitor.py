from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from .common import SimulatorCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestMonitor(SimulatorCommon):
    """One row a company says what waits, what failed, and for how long."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.responsible = new_test_user(
            cls.env,
            "sri_responsible",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
        )
        cls.company.o2c_sri_responsible_id = cls.responsible

    def _board(self, user=None):
        self.env.invalidate_all()
        return (
            self.env["o2c.sri.monitor"]
            .with_user(user or self.accountant)
            .search([("company_id", "=", self.company.id)])
        )

    def _age(self, move, hours):
        """Let a document be that old."""
        document = self._document(move)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE o2c_sri_document SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(hours=hours), document.id],
        )
        self.env.invalidate_all()
        return document

    def test_figures(self):
        board = self._board()
        before = {name: board[name] for name in ("waiting", "failed", "authorised_day")}
        authorised = self._invoice()
        self._run_outbox()
        self.assertEqual(self._document(authorised).state, "authorised")
        returned = self._invoice()
        self.sri.faults.add("refuse", code="2", service="reception", count=1)
        self._run_outbox()
        self.assertEqual(self._document(returned).state, "returned")
        self.sri.faults.add("html", service="reception")
        waiting = self._invoice()
        self._run_outbox()
        self._age(waiting, 3)

        board = self._board()
        self.assertEqual(board.waiting, before["waiting"] + 1)
        self.assertAlmostEqual(board.waiting_hours, 3, places=1)
        self.assertTrue(board.cause)
        self.assertEqual(board.failed, before["failed"] + 1)
        self.assertEqual(board.authorised_day, before["authorised_day"] + 1)
        self.assertGreaterEqual(board.authorised_hour, 1)
        self.assertGreater(board.seconds_to_authorise, 0)
        self.assertEqual(
            board.certificate_days, self.company.o2c_sri_certificate_id.days_left
        )
        [(hour, volume, latency)] = self.env["o2c.sri.document"]._read_group(
            [("move_id", "=", authorised.id), ("authorised_on", "!=", False)],
            ["authorised_on:hour"],
            ["__count", "seconds_to_authorise:avg"],
        )
        self.assertEqual((hour.minute, volume), (0, 1))
        self.assertGreater(latency, 0)
        by_hour = self.env.ref("o2c_sri_einvoice.o2c_sri_document_action_hours")
        self.assertEqual(
            [mode for _view, mode in by_hour.views][:3], ["graph", "pivot", "list"]
        )
        shown = self.env["o2c.sri.document"].search(board.action_waiting()["domain"])
        self.assertEqual(shown, self._document(waiting))
        shown = self.env["o2c.sri.document"].search(board.action_failed()["domain"])
        self.assertIn(self._document(returned), shown)

    def test_outage_is_said(self):
        self.sri.faults.add("down")
        for _ in range(6):
            self._invoice()
        self._run_outbox()
        self.assertTrue(self._board().silent_until)

    def test_alert_comes_once(self):
        self.sri.faults.add("html", service="reception")
        late = [self._invoice(), self._invoice()]
        self._run_outbox()
        documents = self.env["o2c.sri.document"]
        self.company.o2c_sri_alert_hours = 2
        documents._o2c_alert_waiting()
        partner = self.company.partner_id
        self.assertFalse(partner.activity_ids)
        for move in late:
            self._age(move, 2.5)
        for _ in range(2):
            documents._o2c_alert_waiting()
        self.assertEqual(len(partner.activity_ids), 1)
        self.assertEqual(partner.activity_ids.user_id, self.responsible)
        self.assertIn("2 electronic documents", partner.activity_ids.summary)
        mails = self.env["mail.message"].search(
            [("notified_partner_ids", "in", self.responsible.partner_id.ids)]
        )
        told = mails.filtered(lambda m: "2 electronic documents" in (m.subject or ""))
        self.assertEqual(len(told), 1)

    def test_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Otra"})
        stranger = new_test_user(
            self.env,
            "sri_stranger",
            groups="account.group_account_invoice",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertTrue(self._board())
        boards = self.env["o2c.sri.monitor"].with_user(stranger)
        self.assertFalse(boards.with_context(allowed_company_ids=other.ids).search([]))

    def test_no_figure_reads_the_whole_history(self):
        """With a million documents a sequential scan would be the end of the board."""
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.env["o2c.sri.monitor"]._table_query
        rows = self.env.execute_query(type(query)("EXPLAIN %s", query))
        plan = "\n".join(row[0] for row in rows)
        self.assertNotIn("Seq Scan on o2c_sri_document", plan)
