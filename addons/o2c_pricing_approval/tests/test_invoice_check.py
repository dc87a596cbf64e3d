from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .agreement_common import AgreementCommon


class InvoiceCheckCommon(AgreementCommon):
    """What is invoiced is what was ordered and agreed, or somebody says why not."""

    def _draft(self, *lines, **values):
        return self._invoice(self._sell_and_deliver(*lines, **values))

    def _change(self, invoice, **values):
        invoice.sudo().invoice_line_ids.write(values)

    def assertNotPosted(self, invoice, text):
        with self.assertRefused(text):
            invoice.action_post()
        self.assertEqual(invoice.state, "draft")


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestInvoiceCheck(InvoiceCheckCommon):
    """What an invoice may differ in."""

    def test_as_ordered(self):
        invoice = self._draft({"discount": 5})
        self.assertFalse(invoice.o2c_differences)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_price(self):
        for price in (99, 101):
            invoice = self._draft()
            self._change(invoice, price_unit=price)
            self.assertNotPosted(invoice, "price .*ordered")

    def test_discount(self):
        invoice = self._draft({"discount": 5})
        self._change(invoice, discount=8)
        self.assertNotPosted(invoice, "discount 8.*ordered 5")

    def test_taxes(self):
        tax = self.env["account.tax"].create({"name": "Other", "amount": 12})
        invoice = self._draft()
        self._change(invoice, tax_ids=[Command.set(tax.ids)])
        self.assertNotPosted(invoice, "taxes Other, ordered none")

    def test_terms(self):
        term = self.env["account.payment.term"].create({"name": "90 days"})
        invoice = self._draft()
        invoice.invoice_payment_term_id = term
        self.assertNotPosted(invoice, "payment terms “90 days”")

    def test_another_customer(self):
        invoice = self._draft()
        invoice.sudo().partner_id = self.env["res.partner"].create({"name": "Else"})
        self.assertNotPosted(invoice, "invoiced to Else")

    def test_a_line_that_nobody_ordered(self):
        invoice = self._draft()
        invoice.sudo().write(
            {
                "invoice_line_ids": [
                    Command.create({"name": "Handling", "price_unit": 7})
                ]
            }
        )
        self.assertNotPosted(invoice, "Handling: price 7.00, in none")

    def test_everything_at_once(self):
        invoice = self._draft()
        self._change(invoice, price_unit=99)
        invoice.invoice_payment_term_id = self.env["account.payment.term"].create(
            {"name": "90 days"}
        )
        self.assertNotPosted(invoice, "(?s)90 days.*price 99|price 99.*90 days")
        self.assertIn("90 days", invoice.o2c_differences)

    def test_dearer_than_agreed_although_ordered(self):
        self._agree()
        order = self._sell_and_deliver({"price_unit": 90})
        self.assertNotPosted(self._invoice(order), "agreed with the customer 80")

    def test_cheaper_than_agreed_as_the_order_was_approved(self):
        self._agree()
        self._draft({"price_unit": 76}).action_post()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestInvoiceCheckPaths(InvoiceCheckCommon):
    """Every way to post, who may accept a difference, and what is not checked."""

    def test_unit_of_measure(self):
        """12 pieces at 100 invoiced as a dozen at 1 200."""
        invoice = self._draft({"product_uom_qty": 12})
        dozen = self.env.ref("uom.product_uom_dozen")
        self._change(invoice, product_uom_id=dozen.id, quantity=1, price_unit=1200)
        invoice.action_post()

    def test_every_path(self):
        paths = {
            "button": lambda move: move.action_post(),
            "state": lambda move: move.write({"state": "posted"}),
            "superuser": lambda move: move.sudo()._post(soft=False),
        }
        for name, post in paths.items():
            invoice = self._draft()
            self._change(invoice, price_unit=99)
            with self.subTest(name), self.assertRefused("ordered"):
                post(invoice)
        # no key of the context opens it
        with self.assertRaises(UserError):
            invoice.with_context(skip_o2c=True, force=True, install_mode=True)._post()

    def test_changed_after_posting(self):
        invoice = self._draft()
        invoice.action_post()
        with self.assertRefused("ordered"):
            invoice.sudo().invoice_line_ids.write({"price_unit": 120})
            self.env.flush_all()

    def test_decision_lets_it_pass_and_no_other(self):
        invoice = self._draft()
        self._change(invoice, price_unit=99)
        invoice.with_user(self.approver).action_o2c_accept_differences(
            "Agreed by phone"
        )
        self.assertTrue(invoice.o2c_differences_accepted)
        self._change(invoice, price_unit=98)
        self.assertNotPosted(invoice, "price 98")
        self._change(invoice, price_unit=99)
        invoice.action_post()
        decision = self.env["o2c.pricing.decision"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", invoice.id)]
        )
        self.assertEqual(decision.user_id, self.approver)
        self.assertIn("price 99", decision.summary)

    def test_who_may_accept(self):
        invoice = self._draft()
        self._change(invoice, price_unit=99)
        with self.assertRaises(UserError):
            invoice.action_o2c_accept_differences("I may not")
        with self.assertRaises(UserError):
            invoice.with_user(self.seller).action_o2c_accept_differences("My own")
        with self.assertRaises(UserError):
            invoice.with_user(self.approver).action_o2c_accept_differences("")

    def test_tolerance(self):
        self.company.o2c_billing_tolerance = 1
        invoice = self._draft()
        self._change(invoice, price_unit=101)
        invoice.action_post()

    def test_switched_off_by_those_who_set_policies_alone(self):
        admin = self._user("sistema", "base.group_system")
        with self.assertRaises(AccessError):
            self.company.with_user(admin).o2c_billing_check = False
        self.company.o2c_billing_check = False
        invoice = self._draft()
        self._change(invoice, price_unit=99)
        invoice.action_post()

    def test_not_by_the_calendar(self):
        self._agree(billing="calendar", next_billing_date=self._in_days(5))
        order = self._sell_and_deliver()
        self.assertNotPosted(self._invoice(order), "made by hand")

    def test_invoices_without_orders(self):
        line = Command.create({"name": "Rent", "price_unit": 300})
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [line],
            }
        ).action_post()

    def test_queries_do_not_grow_with_the_lines(self):
        lines = [{"product_uom_qty": 1, "sequence": number} for number in range(20)]
        few, many = self._draft({}), self._draft(*lines)
        counts = []
        for invoice in (few, few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            invoice._o2c_differences()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCreditNote(InvoiceCheckCommon):
    """Ten drills were invoiced at 100: no more than that is given back."""

    def setUp(self):
        super().setUp()
        journals = self.env["account.journal"].search([])
        if "l10n_latam_use_documents" in journals:
            # a document's type and number are not what this is about
            journals.l10n_latam_use_documents = False
        self.invoice = self._draft()
        self.invoice.action_post()
        self.order_line = self.invoice.sudo().invoice_line_ids.sale_line_ids

    def _credit(self, **values):
        """A draft credit note of the whole invoice, its lines with other values."""
        note = self.invoice.sudo()._reverse_moves(
            [{"invoice_date": self.today, "date": self.today}]
        )
        note.invoice_line_ids.write(values)
        return note.with_user(self.biller)

    def test_less_than_charged(self):
        self._credit(quantity=2, price_unit=40).action_post()
        rebate = self._credit(quantity=1, price_unit=50)
        rebate.sudo().invoice_line_ids.write({"sale_line_ids": [Command.clear()]})
        rebate.action_post()

    def test_price(self):
        note = self._credit(price_unit=101, quantity=1)
        self.assertNotPosted(note, "101.00 given back, 100.00 charged")
        note.with_user(self.approver).action_o2c_accept_differences("Freight included")
        note.action_post()

    def test_taxes_and_customer(self):
        tax = self.env["account.tax"].create({"name": "Other", "amount": 12})
        self.assertNotPosted(
            self._credit(tax_ids=[Command.set(tax.ids)]), "taxes Other, ordered none"
        )
        note = self._credit()
        note.sudo().partner_id = self.env["res.partner"].create({"name": "Else"})
        self.assertNotPosted(note, "invoiced to Else")

    def test_no_more_than_the_invoice_in_all(self):
        self._credit(quantity=6).action_post()
        self.assertNotPosted(
            self._credit(quantity=5), "1.100.00 given back in all, 1.000.00 charged"
        )
        self._credit(quantity=4).action_post()

    def test_what_was_accepted_on_the_invoice_may_be_given_back(self):
        dear = self._draft()
        self._change(dear, price_unit=120)
        dear.with_user(self.approver).action_o2c_accept_differences("Agreed by phone")
        dear.action_post()
        self.invoice = dear
        self._credit().action_post()

    def test_without_an_invoice_the_order_counts(self):
        line = {
            "name": "Returned",
            "price_unit": 130,
            "tax_ids": [Command.clear()],
            "sale_line_ids": [
                Command.link(self.invoice.sudo().line_ids.sale_line_ids.id)
            ],
        }
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        self.assertNotPosted(note, "130.00 given back, 100.00 charged")
        note.invoice_line_ids.price_unit = 90
        note.action_post()
