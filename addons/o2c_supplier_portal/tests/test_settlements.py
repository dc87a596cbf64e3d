from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.res_config_settings import SETTLED_BY_US
from .common import SupplierPortalHttp

SETTLEMENTS = "/my/consignment/settlements"


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestSettlements(SupplierPortalHttp):
    """Andino answers a settlement of two lines, due 200 and 300, in the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        business = cls._business()
        business._receive_consigned(cls.consignor, cls.jar, 30)
        business._deliver(business._sell(cls.jar, 4, 100))
        business._deliver(business._sell(cls.jar, 6, 100))
        cls.settlement = business._settle(accept=False)
        cls.settlement.action_send()
        # not in a settlement yet: 5 jars in two sales, of which one came back
        business._deliver(business._sell(cls.jar, 2, 100))
        delivered = business._deliver(business._sell(cls.jar, 3, 100))
        business._return(delivered, 1)
        cls.cr.flush()
        cls.lines = cls.settlement.line_ids.sorted("amount")
        cls.page = f"/my/consignment/settlements/{cls.settlement.id}"

    def setUp(self):
        super().setUp()
        self._as(self.member["billing"])

    def _answer(self, rest="accept", **reasons):
        return self._post(f"{self.page}/answer", {"rest": rest, **reasons})

    def _reason(self, number, text):
        return {f"reason_{self.lines[number].id}": text}

    def _states(self):
        self.env.invalidate_all()
        return self.lines.mapped("state")

    def test_accept_everything(self):
        answer = self._answer()
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self._states(), ["accepted", "accepted"])
        self.assertEqual(self.settlement.state, "accepted")
        self.assertEqual(self.settlement.amount_to_bill, 500)
        self.assertIn("Your answer was recorded", self._get(self.page).text)
        # said once
        self.assertNotIn("Your answer was recorded", self._get(self.page).text)

    def test_dispute_a_line_and_accept_the_rest(self):
        self._answer(**self._reason(1, "Llegaron 5, no 6"))
        self.assertEqual(self._states(), ["accepted", "disputed"])
        self.assertEqual(self.lines[1].dispute_reason, "Llegaron 5, no 6")
        self.assertEqual(self.settlement.amount_disputed, 300)
        self.assertIn("Llegaron 5, no 6", self._get(self.page).text)

    def test_only_dispute(self):
        self._answer("keep", **self._reason(0, "No es el precio acordado"))
        self.assertEqual(self._states(), ["disputed", "pending"])
        self.assertEqual(self.settlement.state, "disputed")

    def test_twice_is_once(self):
        self._answer()
        messages = self.settlement.message_ids
        again = self._answer()
        self.assertEqual(again.status_code, 422)
        self.assertIn("nothing to answer", again.text)
        self.assertEqual(self._states(), ["accepted", "accepted"])
        self.assertEqual(self.settlement.message_ids, messages)

    def test_the_answer_names_who_gave_it(self):
        self._answer()
        message = self.settlement.message_ids.filtered(lambda m: "accepted" in m.body)
        self.assertEqual(message[:1].author_id, self.member["billing"].partner_id)
        log = self.env["o2c.supplier.access.log"].search([("kind", "=", "action")])
        self.assertRecordValues(
            log,
            [
                {
                    "user_id": self.member["billing"].id,
                    "partner_id": self.consignor.id,
                    "company_id": self.company.id,
                }
            ],
        )

    def test_lines_of_another_settlement(self):
        self._receive_consigned(self.other_consignor, self.cup, 20)
        self._deliver(self._sell(self.cup, 5, 40))
        other = self._settle(self.other_consignor, accept=False)
        other.action_send()
        for number in (other.line_ids.id, 999_999_999):
            answer = self._post(
                f"{self.page}/answer", {"rest": "accept", f"reason_{number}": "x"}
            )
            self.assertEqual(answer.status_code, 404)
        self.assertEqual(self._states(), ["pending", "pending"])
        self.assertEqual(other.line_ids.state, "pending")

    def test_too_long_a_reason_keeps_what_was_written(self):
        answer = self._answer(**self._reason(0, "x" * 501), **self._reason(1, "Falta"))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("at most 500", answer.text)
        self.assertIn('value="Falta"', answer.text)
        self.assertEqual(self._states(), ["pending", "pending"])

    def test_a_reason_is_only_text(self):
        self._answer("keep", **self._reason(0, "<script>alert(1)</script>"))
        self.assertNotIn("<script>alert(1)", self._get(self.page).text)

    def test_a_reason_that_no_database_holds(self):
        self._answer("keep", **self._reason(0, "Pre\x00cio"))
        self.env.invalidate_all()
        self.assertEqual(self.lines[0].dispute_reason, "Precio")
        self._post(f"{self.page}/message", {"text": "Bue\x00nos"})
        self.assertIn("Buenos", self._get(self.page).text)

    def test_billed_lines_stay(self):
        self._answer()
        self._bill(self.settlement, post=False)
        answer = self._answer("keep", **self._reason(0, "Tarde"))
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self._states(), ["accepted", "accepted"])

    def test_who_may_only_read_sees_no_form(self):
        self._as(self.member["reader"])
        page = self._get(self.page).text
        self.assertNotIn("/answer", page.partition("<form method")[0])
        self.assertNotIn('name="rest"', page)
        self.assertEqual(self._answer().status_code, 403)
        self.assertEqual(self._states(), ["pending", "pending"])

    # === CHOOSING === #

    def _open_sales(self):
        """The sales of 2 and of 3 jars that are in no settlement yet."""
        return (
            self._consumptions()
            .filtered(lambda c: c.state == "open" and c.amount > 0)
            .sorted("quantity")
        )

    def _choose(self, sales, do="chosen", **params):
        return self._post(
            f"{SETTLEMENTS}/settle",
            {"sale": [str(i) for i in sales], "do": do, **params},
        )

    def _new_settlements(self):
        self.env.invalidate_all()
        return self.env["o2c.consignment.settlement"].search(
            [("consignor_id", "=", self.consignor.id), ("id", "!=", self.settlement.id)]
        )

    def test_what_can_be_chosen(self):
        """2 and 3 jars at 50, and one that came back: 100 + 150 - 50 = 200."""
        self.assertIn(f"{SETTLEMENTS}/new", self._get(SETTLEMENTS).text)
        page = self._get(f"{SETTLEMENTS}/new").text
        for sale in self._open_sales():
            self.assertIn(f'id="sale_{sale.id}"', page)
        for amount in ("100.00", "150.00", "200.00", "-50.00"):
            # Odoo keeps a minus and its number together with an empty character
            self.assertIn(amount, page.replace("\ufeff", ""))
        self.assertIn("Nothing found", self._get(f"{SETTLEMENTS}/new?search=taza").text)
        wrong = self._get(f"{SETTLEMENTS}/new?date_from=ayer")
        self.assertEqual(wrong.status_code, 400)

    def test_what_is_due_for_some(self):
        """3 jars, and the one that came back: 150 - 50 = 100, and nothing is done."""
        chosen = self._open_sales()[1:]
        page = self._choose(chosen.ids, do="total")
        self.assertEqual(page.status_code, 200)
        status = page.text.partition('role="status"')[2][:600]
        self.assertIn("100.00", status)
        self.assertFalse(self._new_settlements())

    def test_some_are_settled(self):
        chosen = self._open_sales()[1:]
        answer = self._choose(chosen.ids)
        made = self._new_settlements()
        self.assertRecordValues(
            made, [{"state": "sent", "amount_total": 100, "line_count": 2}]
        )
        self.assertIn(f"{SETTLEMENTS}/{made.id}", answer.headers["Location"])
        self.assertIn(
            self.member["billing"].partner_id, made.message_ids.mapped("author_id")
        )
        again = self._choose(chosen.ids)
        self.assertEqual(again.status_code, 422)
        self.assertIn("in a settlement already", again.text)
        self.assertEqual(self._new_settlements(), made)
        self._post(f"{SETTLEMENTS}/{made.id}/answer", {"rest": "accept"})
        self.env.invalidate_all()
        self.assertEqual(made.amount_to_bill, 100)

    def test_all_that_the_filters_show(self):
        self._choose((), do="all", product=str(self.jar.id))
        self.assertEqual(self._new_settlements().amount_total, 200)

    def test_choices_that_cannot_be(self):
        self._receive_consigned(self.other_consignor, self.cup, 20)
        self._deliver(self._sell(self.cup, 5, 40))
        foreign = self._consumptions(self.other_consignor)
        for sales, status in (
            ((), 422),
            ((foreign.id,), 404),
            ((999_999_999,), 404),
            ((10**30,), 404),
            (("x",), 404),
            # what came back is worth nothing by itself
            (self._consumptions().filtered(lambda c: c.amount < 0).ids, 422),
        ):
            with self.subTest(sales):
                self.assertEqual(self._choose(sales).status_code, status)
        self.env["ir.config_parameter"].set_param(SETTLED_BY_US, "True")
        self.assertEqual(self._get(f"{SETTLEMENTS}/new").status_code, 404)
        self.assertEqual(self._choose(self._open_sales().ids).status_code, 404)
        self.assertNotIn(f"{SETTLEMENTS}/new", self._get(SETTLEMENTS).text)
        self.assertFalse(self._new_settlements())

    # === CONVERSATION === #

    def test_messages(self):
        self._post(f"{self.page}/message", {"text": "¿Cuándo pagan? <b>x</b>"})
        self.settlement.with_user(self.accountant).message_post(
            body="Nota interna", subtype_xmlid="mail.mt_note"
        )
        self.settlement.with_user(self.accountant).message_post(
            body="El viernes", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        page = self._get(self.page).text
        self.assertIn("¿Cuándo pagan?", page)
        self.assertIn("El viernes", page)
        self.assertNotIn("Nota interna", page)
        self.assertNotIn("<b>x</b>", page)
        empty = self._post(f"{self.page}/message", {"text": "  "})
        self.assertEqual(empty.status_code, 422)

    def test_without_the_form_the_rule_is_the_same(self):
        with self.assertRaises(UserError):
            self.settlement.sudo()._o2c_supplier_answer({}, accept_rest=False)
