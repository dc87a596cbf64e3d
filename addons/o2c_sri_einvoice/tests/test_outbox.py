from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..outbox import courier
from ..outbox.courier import Report, Result
from .common import SimulatorCommon


@tagged("post_install", "-at_install")
class TestOutbox(SimulatorCommon):
    def _accepted(self):
        """Return how many documents the SRI holds, and assert that none is double."""
        state = self.sri.state()
        self.assertEqual(state["accepted_twice"], [])
        return state

    def test_timeout_after_accepting_is_not_sent_twice(self):
        self.sri.faults.add("timeout", service="reception", count=1, seconds=3)
        document = self._document(self._invoice())
        self._run_outbox()
        self.assertEqual(document.state, "sent")
        self.assertGreater(document.next_try, fields.Datetime.now())

        self._run_outbox(document)
        self.assertEqual(document.state, "authorised")
        self._accepted()
        self.assertEqual(len(self._requests("reception")), 1)

    def _requests(self, service):
        return self.sri.store.requests(service=service)

    def test_killed_worker_asks_before_sending(self):
        """The lease is committed, the process dies: the next one asks first."""
        document = self._document(self._invoice())
        self.sri.register(document._o2c_signed_bytes())  # it had arrived
        document._o2c_take()
        self.assertEqual(document.state, "sent")
        self._run_outbox(document)
        self.assertEqual(document.state, "authorised")
        self._accepted()
        self.assertFalse(self._requests("reception"))

    def test_sri_down_posting_works_and_is_sent_later(self):
        self.sri.faults.add("down")
        documents = self._document(self._invoice()) | self._document(self._invoice())
        self._run_outbox()
        self.assertEqual(set(documents.mapped("state")), {"sent"})
        self.assertEqual(documents.mapped("unanswered"), [1, 1])
        self.sri.faults.clear()
        self._run_outbox(documents)
        self.assertEqual(set(documents.mapped("state")), {"authorised"})
        self._accepted()

    def test_slow_decision_is_asked_for_and_never_resent(self):
        self.sri.settings.processing_queries = 3
        self.addCleanup(setattr, self.sri.settings, "processing_queries", 0)
        document = self._document(self._invoice())
        self._run_outbox()
        self.assertEqual(document.state, "received")
        self._run_outbox(document)
        self.assertEqual(document.state, "received")
        self._run_outbox(document)
        self.assertEqual(document.state, "authorised")
        self.assertEqual(len(self._requests("reception")), 1)

    def test_returned_is_corrected_with_the_same_key_and_number(self):
        self.sri.faults.add(
            "refuse", service="reception", code="35", info="telefono", when="before"
        )
        move = self._invoice()
        document = self._document(move)
        key, number = document.access_key, move.name
        self._run_outbox()
        self.assertEqual(document.state, "returned")
        self.assertIn("telefono", document.note_ids[0].additional)
        self.assertTrue(document.note_ids[0].remedy)
        self.assertFalse(document.next_try)

        self.sri.faults.clear()
        self.customer.name = "Tienda Corregida"
        document.with_user(self.accountant).action_correct()
        self.assertRecordValues(document, [{"state": "signed", "access_key": key}])
        self._run_outbox(document)
        self.assertEqual(document.state, "authorised")
        self.assertEqual(move.name, number)
        self.assertEqual(document._o2c_comprobante().buyer.name, "Tienda Corregida")

    def test_not_authorised_is_corrected_with_the_same_key(self):
        self.sri.settings.unknown_receivers = [self.customer.vat]
        self.addCleanup(setattr, self.sri.settings, "unknown_receivers", [])
        move = self._invoice()
        document = self._document(move)
        key = document.access_key
        self._run_outbox()
        self.assertEqual(document.state, "rejected")
        self.assertEqual(document.note_ids[-1].identifier, "69")

        move.button_draft()
        self.assertEqual(document.state, "draft")
        self.customer.vat = "1791234562001"
        move.action_post()
        self.assertEqual(document.access_key, key)
        self._run_outbox(document)
        self.assertEqual(document.state, "authorised")

    def test_answer_of_a_try_taken_over_is_dropped(self):
        document = self._document(self._invoice())
        errands = document._o2c_take()
        document._o2c_take()
        late = Report(errands[0][1], Result.RETURNED)
        document._o2c_apply(late)
        self.assertEqual(document.state, "sent")

    def test_circuit_opens_and_closes(self):
        self.sri.faults.add("down")
        documents = self.env["o2c.sri.document"]
        for _i in range(5):
            documents |= self._document(self._invoice())
        self._run_outbox()
        circuit = self.env["o2c.sri.circuit"].sudo().search([])
        self.assertEqual(circuit.failures, 5)
        self.assertTrue(circuit.open_until)
        self._make_due(documents)
        self.assertFalse(documents._o2c_due(), "the pause is kept")

        self.sri.faults.clear()
        circuit.open_until = fields.Datetime.now() - timedelta(seconds=1)
        self._make_due(documents)
        self.assertEqual(len(documents._o2c_due()), 4, "a few probe it")
        self._run_outbox()
        self.assertEqual(set(documents.mapped("state")), {"authorised"})
        self.assertFalse(circuit.failures)

    def test_send_now_is_for_accountants(self):
        document = self._document(self._invoice())
        document.with_user(self.accountant).action_send_now()
        self.assertEqual(document.state, "authorised")
        with self.assertRaisesRegex(UserError, "Nothing is waiting"):
            document.with_user(self.accountant).action_send_now()

    @mute_logger("odoo.addons.o2c_sri_einvoice.models.o2c_sri_outbox")
    def test_answer_that_cannot_be_stored_leaves_the_others(self):
        """The spoiled one is asked for again when its lease ends."""
        documents = self._document(self._invoice()) | self._document(self._invoice())
        errands = documents._o2c_take()
        client = self.company._o2c_sri_client("1")
        reports = [courier.deliver(client, errand) for _group, errand in errands]
        cls = type(documents)
        original = cls._o2c_authorise

        def spoiled(record, authorisation):
            if record == documents[0]:
                raise ValueError("spoiled")
            return original(record, authorisation)

        with patch.object(cls, "_o2c_authorise", spoiled):
            for report in reports:
                documents._o2c_settle(report.errand, lambda r=report: r)
        self.assertEqual(documents.mapped("state"), ["sent", "authorised"])
