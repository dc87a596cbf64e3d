from odoo import fields, models
from odoo.fields import Command

from .legal_time import legal_today
from .o2c_consignment_consumption_accrual import Charge


class O2cConsignmentCostChange(models.Model):
    """What an approved cost change does.

    All of it is done with superuser rights, after the change was checked.
    """

    _inherit = "o2c.consignment.cost.change"

    def _apply(self):
        self.ensure_one()
        self._price_later_sales()
        self._restate_consumptions()
        self._create_notes()
        self._notify()

    def _price_later_sales(self):
        """Let the agreement charge the new cost, until its next agreed price begins."""
        self.ensure_one()
        first = self._first_day()
        until = self._last_day_of_price()
        old = self._agreed_lines().filtered(lambda line: line._holds_on(first))
        old.ended_by_id = self
        self.env["o2c.consignment.agreement.line"].create(
            {
                "agreement_id": self.agreement_id.id,
                "product_id": self.product_id.id,
                "price_kind": "fixed",
                "value": self.new_cost,
                "date_start": self.date_from,
                "date_end": until,
                "cost_change_id": self.id,
            }
        )

    def _restate_consumptions(self):
        """Open goods take the new cost; settled ones get the difference on top."""
        self.ensure_one()
        amounts = []
        for line in self.line_ids:
            consumption = line.consumption_id
            amounts.append((consumption, line.delta))
            if consumption.state == "open":
                consumption.write(
                    {
                        "unit_cost": line.new_cost,
                        "amount": consumption.amount + line.delta,
                    }
                )
            else:
                line.adjustment_id = consumption.create(line._prepare_adjustment())
        entry = self._post_difference(amounts, f"{self.name} {self.reason}")
        self.line_ids.adjustment_id.accrual_move_id = entry

    def _post_difference(self, amounts, reference):
        """Post today what goods cost more, or less.

        :param amounts: pairs of consumption and amount, in the agreement's currency
        :param str reference: what the entry follows from
        :return: the entry; empty where it all comes to nothing
        :rtype: account.move
        """
        charges = [
            Charge(amount, goods.product_id, goods.sale_line_id.analytic_distribution)
            for goods, amount in amounts
            if not self.currency_id.is_zero(amount)
        ]
        if not charges:
            return self.env["account.move"]
        entry = self.env["o2c.consignment.consumption"]._post_entry(
            self.company_id,
            self.consignor_id,
            self.currency_id,
            legal_today(),
            reference,
            charges,
        )
        self.entry_ids = [Command.link(entry.id)]
        return entry

    # === NOTES TO THE CUSTOMERS === #

    def _create_notes(self):
        """Draft one note per invoice for what is passed on."""
        self.ensure_one()
        passed = self.line_ids.filtered(lambda line: line.decision == "pass_on")
        for invoice, lines in passed.grouped("invoice_id").items():
            total = self.currency_id.round(sum(lines.mapped("delta")))
            if not invoice or self.currency_id.is_zero(total):
                continue
            note = self._debit(invoice) if total > 0 else self._credit(invoice)
            note.invoice_line_ids = [
                Command.create(vals) for vals in lines._prepare_note_lines(total > 0)
            ]
            lines.note_id = note
            self.note_ids = [Command.link(note.id)]

    def _debit(self, invoice):
        wizard = (
            self.env["account.debit.note"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"reason": self.reason, "copy_lines": False})
        )
        action = wizard.create_debit()
        return self.env["account.move"].browse(action["res_id"])

    def _credit(self, invoice):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"reason": self.reason, "journal_id": invoice.journal_id.id})
        )
        action = wizard.refund_moves()
        note = self.env["account.move"].browse(action["res_id"])
        # The wizard credits the whole invoice; only the difference is due.
        note.invoice_line_ids.unlink()
        return note

    def _notify(self):
        for change in self:
            change.message_post(
                body=self.env._(
                    "%(count)s consumptions restated; difference %(delta)s, of which "
                    "%(passed)s passed on in %(notes)s draft notes.",
                    count=len(change.line_ids),
                    delta=change.currency_id.format(change.amount_delta),
                    passed=change.currency_id.format(change.amount_passed_on),
                    notes=len(change.note_ids),
                )
            )


class O2cConsignmentCostChangeLine(models.Model):
    _inherit = "o2c.consignment.cost.change.line"

    def _prepare_adjustment(self):
        """The difference as a consumption of its own, for the next settlement."""
        self.ensure_one()
        consumption = self.consumption_id
        return {
            "company_id": consumption.company_id.id,
            "consignor_id": consumption.consignor_id.id,
            "agreement_id": consumption.agreement_id.id,
            "agreement_line_id": consumption.agreement_line_id.id,
            "kind": "adjustment",
            "date": fields.Datetime.now(),
            "move_id": consumption.move_id.id,
            "picking_id": consumption.picking_id.id,
            "origin_id": consumption.id,
            "product_id": consumption.product_id.id,
            "lot_id": consumption.lot_id.id,
            "location_id": consumption.location_id.id,
            "warehouse_id": consumption.warehouse_id.id,
            "sale_line_id": consumption.sale_line_id.id,
            "sale_order_id": consumption.sale_order_id.id,
            "customer_id": consumption.customer_id.id,
            "currency_id": consumption.currency_id.id,
            "amount": self.delta,
        }

    def _prepare_note_lines(self, is_debit):
        """Lines of the customer's note: one per sale, with the invoice's taxes."""
        change = self.change_id
        vals_list = []
        for sale_line, lines in self.grouped(
            lambda line: line.consumption_id.sale_line_id
        ).items():
            invoiced = sale_line.sudo().invoice_lines.filtered(
                lambda line, lines=lines: line.move_id == lines.invoice_id
            )[:1]
            delta = sum(lines.mapped("delta"))
            amount = change.currency_id._convert(
                delta if is_debit else -delta,
                lines.invoice_id.currency_id,
                change.company_id,
                lines.invoice_id.invoice_date,
            )
            vals_list.append(
                {
                    "product_id": invoiced.product_id.id,
                    "name": self.env._(
                        "%(reason)s: %(product)s, %(quantity)s units",
                        reason=change.reason,
                        product=change.product_id.display_name,
                        quantity=f"{sum(lines.mapped('quantity')):g}",
                    ),
                    "quantity": 1,
                    "price_unit": amount,
                    "account_id": invoiced.account_id.id,
                    "tax_ids": [Command.set(invoiced.tax_ids.ids)],
                    "analytic_distribution": invoiced.analytic_distribution,
                    "o2c_cost_change_id": change.id,
                }
            )
        return vals_list
