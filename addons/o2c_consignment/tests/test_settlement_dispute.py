from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_settlement import SettlementCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestDispute(SettlementCommon):
    """The consignor answers by telephone; purchasing writes down what he said."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purchasing = cls._user(
            "purchasing",
            "purchase.group_purchase_user,o2c_consignment.o2c_consignment_group_user",
        )
        cls._deliver(cls._sell(cls.other, 3))

    def setUp(self):
        super().setUp()
        settlement = self._settle(accept=False)
        settlement.action_send()
        self.settlement = settlement.with_user(self.purchasing)
        self.blenders, self.toasters = self.settlement.line_ids.sorted(
            "amount", reverse=True
        )

    def _dispute(self, action, reason="Son dos, no tres", **vals):
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.purchasing)
            .with_context(**action["context"])
            .create({"reason": reason, **vals})
        )
        wizard.action_dispute()

    def test_one_line_is_disputed(self):
        self._dispute(self.toasters.action_open_dispute())
        self.assertRecordValues(
            self.blenders | self.toasters,
            [
                {"state": "pending", "dispute_reason": False},
                {"state": "disputed", "dispute_reason": "Son dos, no tres"},
            ],
        )
        self.assertEqual(self.settlement.state, "disputed")
        self.assertEqual(self.settlement.amount_disputed, 9)
        # and accepted after all
        self.toasters.action_accept()
        self.assertFalse(self.toasters.dispute_reason)

    def test_on_the_screen(self):
        action = self.toasters.action_open_dispute()
        Wizard = self.env[action["res_model"]].with_user(self.purchasing)
        form = Form(Wizard.with_context(**action["context"]))
        self.assertEqual(form.line_count, 1)
        form.reason = "Son dos, no tres"
        form.save().action_dispute()
        shown = Form(self.settlement)
        self.assertEqual((shown.state, shown.amount_disputed), ("disputed", 9))
        self.assertEqual(shown.line_count, 2)
        self.assertFalse(shown.has_commission)

    def test_several_lines_are_answered_at_once(self):
        both = self.blenders | self.toasters
        self._dispute(both.action_open_dispute())
        self.assertEqual(set(both.mapped("state")), {"disputed"})
        both.action_accept()
        self.assertEqual(self.settlement.state, "accepted")
        listed = self.settlement.action_open_lines()
        self.assertEqual(self.toasters.search(listed["domain"]), both)

    def test_without_a_choice_all_lines_are_disputed(self):
        action = self.settlement.action_open_dispute()
        self._dispute(action, line_ids=False)
        self.assertEqual(set(self.settlement.line_ids.mapped("state")), {"disputed"})

    def test_dispute_says_why(self):
        for reason in ("   ", ""):
            with self.assertRaisesRegex(UserError, "Say what is wrong"):
                self.settlement.action_accept({self.toasters.id: reason})
            with self.assertRaisesRegex(UserError, "Say what is wrong"):
                self.settlement.action_dispute(reason)
        self.assertEqual(self.settlement.state, "sent")

    def test_answers_of_remote_clients_have_texts_as_keys(self):
        self.settlement.action_accept(
            {str(self.blenders.id): False, str(self.toasters.id): "Son dos"}
        )
        self.assertEqual(self.blenders.state, "accepted")
        self.assertEqual(self.toasters.dispute_reason, "Son dos")
        for key in ("uno", "-1", "1.5", "²", str(self.toasters.id + 999)):
            with self.assertRaisesRegex(UserError, "1 lines are not open lines"):
                self.settlement.action_accept({key: False})

    def test_billed_lines_are_not_disputed(self):
        self.blenders.action_accept()
        self._dispute(self.toasters.action_open_dispute())
        self._bill(self.settlement.with_user(self.accountant))
        with self.assertRaisesRegex(UserError, "not open lines"):
            self._dispute(self.blenders.action_open_dispute())

    def test_lines_of_two_settlements_have_two_answers(self):
        self._deliver(self._sell(self.other, 1))
        later = self._settle(accept=False)
        later.action_send()
        with self.assertRaisesRegex(UserError, "lines of one settlement"):
            (
                self.toasters | later.line_ids.with_user(self.purchasing)
            ).action_open_dispute()

    def test_who_only_buys_records_no_answer(self):
        for act in (
            lambda s: s.action_dispute("No"),
            lambda s: s.action_accept(),
            lambda s: s.action_close_without_document(),
        ):
            with self.assertRaises(AccessError):
                act(self.settlement.with_user(self.buyer))
