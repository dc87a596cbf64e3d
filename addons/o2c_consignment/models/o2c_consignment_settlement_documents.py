import io
from decimal import Decimal

import xlsxwriter

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..consignment_core import Due, group_for_bill, last_closed_period, match_bill
from .legal_time import legal_day


class O2cConsignmentSettlement(models.Model):
    """Drawn up by the calendar, stated for the consignor, billed by his document."""

    _inherit = "o2c.consignment.settlement"

    # === CALENDAR === #

    @api.model
    def _cron_draw_up(self):
        """Draw up and send the settlements of every period that is over.

        One agreement at a time and committed, so that one that fails keeps nobody
        else's, and any number of workers share the work.
        """
        today = legal_day(fields.Datetime.now())
        due = self._agreements_due(today)
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for agreement in due:
            locked = agreement.try_lock_for_update()
            if locked and locked._is_due(today):
                self._draw_up(locked, today)
            self.env["ir.cron"]._commit_progress(1)

    def _agreements_due(self, today):
        agreements = self.env["o2c.consignment.agreement"].search(
            [
                ("state", "in", ("active", "closed")),
                ("settlement_calendar", "!=", "manual"),
            ]
        )
        return agreements.filtered(lambda a: a._is_due(today))

    def _draw_up(self, agreement, today):
        period = last_closed_period(agreement.settlement_calendar, today)
        settlements = self.with_company(agreement.company_id)._o2c_create_for(
            agreement.consignor_id, agreement.company_id, date_to=period.end
        )
        settlements.action_send()
        agreement.settled_until = period.end
        return settlements

    # === STATEMENT === #

    def action_export_xlsx(self):
        """Store the statement as an attachment and download it."""
        self.ensure_one()
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{self.name.replace('/', '-')}.xlsx",
                "raw": self._o2c_statement_xlsx(),
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def _o2c_statement_xlsx(self):
        """The settlement line by line.

        Texts are written as texts, so that a product named like a formula is none.

        :return: content of an XLSX file
        :rtype: bytes
        """
        self.ensure_one()
        output = io.BytesIO()
        options = {"in_memory": True, "constant_memory": True}
        with xlsxwriter.Workbook(output, options) as book:
            sheet = book.add_worksheet(self.name.replace("/", "-")[:31])
            bold = book.add_format({"bold": True})
            money = book.add_format({"num_format": "#,##0.00"})
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.set_column(0, 5, 16)
            for column, title in enumerate(self._statement_titles()):
                sheet.write_string(0, column, title, bold)
            row = 0
            for row, line in enumerate(self.line_ids, start=1):
                sheet.write_datetime(row, 0, legal_day(line.date), day)
                sheet.write_string(row, 1, line.product_id.display_name)
                sheet.write_string(row, 2, line.lot_id.name or "")
                sheet.write_number(row, 3, line.quantity)
                sheet.write_number(row, 4, line.unit_cost)
                sheet.write_number(row, 5, line.amount, money)
            sheet.write_string(row + 1, 4, self.env._("Total"), bold)
            sheet.write_number(row + 1, 5, self.amount_total, money)
        return output.getvalue()

    def _statement_titles(self):
        return [
            self.env._("Date"),
            self.env._("Product"),
            self.env._("Lot"),
            self.env._("Quantity"),
            self.env._("Unit Cost"),
            self.env._("Amount"),
        ]

    # === BILL, TO THE CENT === #

    def _create_bill(self, reference, date, amount):
        self.check_access("write")
        lines = self._lock_lines_to_bill()
        due = sum(lines.mapped("amount"))
        match = self._match(due, amount)
        bill = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(self._prepare_bill_vals(lines, match, reference, date))
        )
        lines.sudo().bill_id = bill
        return bill

    def _lock_lines_to_bill(self):
        lines = self.line_ids.filtered(
            lambda line: line.state == "accepted" and not line.bill_id
        )
        if not lines:
            raise UserError(
                self.env._(
                    "%(name)s has no accepted line left to bill.", name=self.name
                )
            )
        # Two people billing at once must not both take the same lines.
        lines.sudo().lock_for_update()
        lines.invalidate_recordset(["bill_id"])
        return lines.filtered(lambda line: not line.bill_id)

    def _match(self, due, amount):
        """Compare the document's amount with what is due.

        :raises UserError: they differ by more than the company's tolerance
        :rtype: consignment_core.Match
        """
        currency = self.currency_id
        match = match_bill(
            self._decimal(due),
            self._decimal(due if amount is None else amount),
            self._decimal(self.company_id.o2c_consignment_tolerance),
        )
        if not match.within_tolerance:
            raise UserError(
                self.env._(
                    "The document says %(stated)s and %(due)s is due for the accepted "
                    "lines of %(name)s: a difference of %(difference)s, more than the "
                    "tolerance of %(tolerance)s. Ask for a corrected document, or "
                    "dispute the lines that it leaves out.",
                    stated=currency.format(float(match.stated)),
                    due=currency.format(float(match.due)),
                    name=self.name,
                    difference=currency.format(float(match.difference)),
                    tolerance=currency.format(float(match.tolerance)),
                )
            )
        return match

    def _decimal(self, amount):
        places = self.currency_id.decimal_places
        return Decimal(f"{amount:.{places}f}")

    def _prepare_bill_vals(self, lines, match, reference, date):
        partner = self.consignor_id.with_company(self.company_id)
        term = lines.consumption_id.agreement_id.payment_term_id[:1]
        refund = match.stated < 0
        return {
            "move_type": "in_refund" if refund else "in_invoice",
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "currency_id": self.currency_id.id,
            "invoice_date": date or fields.Date.context_today(self),
            "ref": reference,
            "invoice_origin": self.name,
            "invoice_payment_term_id": (
                term or partner.property_supplier_payment_term_id
            ).id,
            "o2c_settlement_id": self.id,
            "invoice_line_ids": [
                Command.create(vals)
                for vals in self._prepare_bill_lines(lines, match, -1 if refund else 1)
            ],
        }

    def _prepare_bill_lines(self, lines, match, sign):
        grouped = group_for_bill(
            [
                Due(
                    product=line.product_id,
                    unit_cost=Decimal(repr(line.unit_cost)),
                    quantity=Decimal(repr(line.quantity)),
                    amount=self._decimal(line.amount),
                )
                for line in lines
            ],
            self.currency_id.decimal_places,
            self.env["decimal.precision"].precision_get("Product Price"),
        )
        accrual = self.company_id._o2c_consignment_account("accrual")
        vals_list = [
            {
                "product_id": line.product.id,
                "product_uom_id": line.product.uom_id.id,
                "quantity": sign * float(line.quantity),
                "price_unit": float(line.unit_cost),
                "account_id": accrual.id,
            }
            for line in grouped
            if line.quantity
        ]
        taxes = self._bill_taxes(lines.product_id[:1])
        rounding = sum((line.rounding for line in grouped), Decimal(0))
        for name, amount, account in (
            (self.env._("Rounding of single consumptions"), rounding, accrual),
            (
                self.env._("Difference between the document and the settlement"),
                match.difference,
                self.company_id._o2c_consignment_account("difference"),
            ),
        ):
            if amount:
                vals_list.append(
                    {
                        "name": name,
                        "quantity": 1,
                        "price_unit": sign * float(amount),
                        "account_id": account.id,
                        "tax_ids": [Command.set(taxes.ids)],
                    }
                )
        return vals_list

    def _bill_taxes(self, product):
        fiscal_position = (
            self.env["account.fiscal.position"]
            .with_company(self.company_id)
            ._get_fiscal_position(self.consignor_id)
        )
        taxes = product.supplier_taxes_id._filter_taxes_by_company(self.company_id)
        return fiscal_position.map_tax(taxes)
