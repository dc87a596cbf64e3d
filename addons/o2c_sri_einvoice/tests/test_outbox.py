import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import o2c_sri_outbox
from ..outbox import courier
from ..outbox.courier import Report, Result
from .common import SimulatorCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestOutbox(SimulatorCommon):
    def _accepted(self):
        """Return how many documents the SRI holds, and assert that none is double."""
        state = self.sri.state()
        self.assertEqual(state["accepted_twice"], [])
        return state

    def test_timeout_after_accepting_is_not_sent_twice(self):
        self.sri.faults.add("timeout", service="reception", count=1, seconds=3)
        document = self._document(self._invoice())
        with patch.object(type(self), "read_timeout", 0.3):
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
        no_pause = ((0, 0), time.sleep)
        with patch.object(courier.deliver, "__defaults__", no_pause):
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

    def test_number_of_another_document_is_left_for_the_next_one(self):
        """Another system writes at our emission point: SPEC 6.2, 45.

        The invoice was paid already: it stays posted and reconciled.
        """
        last = self._invoice()
        move = self._invoice()
        taken = self._document(move)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        self._find_number_taken(taken)
        taken.with_user(self.accountant).action_correct()

        self.assertEqual(taken.state, "replaced")
        document = self._document(move) - taken
        self.assertEqual(int(document.sequential), int(taken.sequential) + 1)
        self.assertEqual(move.name, f"Fact {document.number}")
        self.assertEqual(move.payment_reference, move.name)
        self.assertFalse(move.amount_residual)
        self.assertIn(taken.number, move.message_ids[0].body)
        for change in (document.unlink, lambda: taken.write({"state": "signed"})):
            with self.assertRaises(UserError):
                change()
        self._run_outbox(document)
        self.assertEqual(move.o2c_sri_state, "authorised")
        self.assertEqual(self._accepted()["documents"]["authorised_numbers"], 2)
        self.assertGreater(self._invoice().name, move.name)
        self.assertLess(last.name, taken.move_id.name)

    def test_taken_number_is_left_when_the_entry_is_posted_again(self):
        move = self._invoice()
        former = move.name
        taken = self._document(move)
        self._find_number_taken(taken)
        move.button_draft()
        move.invoice_line_ids.price_unit = 40
        move.with_user(self.accountant).action_post()
        self.assertGreater(move.name, former)
        document = self._document(move)._o2c_current()
        self.assertRecordValues(document, [{"state": "signed", "total": 460}])
        self.assertEqual(document._o2c_comprobante().number, document.number)
        self.assertEqual(taken.state, "replaced")

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
        circuits = self.env["o2c.sri.circuit"].sudo()
        other = self.env["res.company"].create({"name": "Otra sin respuesta"})
        circuits.create({"company_id": other.id, "environment": "1", "failures": 9})
        self.assertEqual(documents._o2c_due(), documents, "not of this company")
        self._run_outbox()
        circuit = circuits.search([("company_id", "=", self.company.id)])
        self.assertEqual(circuit.failures, 5)
        self.assertTrue(circuit.open_until)
        self._make_due(documents)
        self.assertFalse(documents._o2c_due(), "the pause is kept")

        self.sri.faults.clear()
        circuit.open_until = fields.Datetime.now() - timedelta(seconds=1)
        self._make_due(documents)
        self.assertEqual(documents._o2c_due(), documents[:4], "a few probe it")
        # one call at a time shows in which order they are taken
        with patch.object(o2c_sri_outbox, "IN_FLIGHT", 1):
            self._run_outbox()
        self.assertEqual(set(documents.mapped("state")), {"authorised"})
        self.assertFalse(circuit.failures)
        arrived = [r["access_key"] for r in self._requests("reception")]
        self.assertEqual(arrived[-5:], documents.sorted("id").mapped("access_key"))

    def test_after_a_day_without_an_answer_it_is_still_tried(self):
        """SPEC 6.1: at least 24 hours. Two hundred tries, then the SRI is back."""
        self.sri.faults.add("down")
        document = self._document(self._invoice())
        document.write({"state": "sent", "attempts": 200, "unanswered": 200})
        self._run_outbox(document)
        self.assertRecordValues(document, [{"state": "sent", "unanswered": 201}])
        pause = document.next_try - fields.Datetime.now()
        self.assertTrue(timedelta() < pause <= timedelta(minutes=45), pause)
        self.sri.faults.clear()
        self.env["o2c.sri.circuit"].sudo().search([]).open_until = False
        self._run_outbox(document)
        self.assertEqual(document.state, "authorised")

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
