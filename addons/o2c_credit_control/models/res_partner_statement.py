import io
from urllib.parse import quote

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from .dates import today


class ResPartner(models.Model):
    """What a customer is told about his account: statement, message, telephone."""

    # apart from the fields: how a customer is addressed is a subject of its own
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    # -------------------------------------------------------------- statement
    def _o2c_credit_statement_items(self):
        """Open items of the company at work, the oldest due first."""
        _model, domain = self._o2c_credit_documents("receivable")
        return self.env["account.move.line"].search(domain, order="date_maturity, id")

    def action_o2c_statement_xlsx(self):
        """Download the statement as a spreadsheet."""
        self.ensure_one()
        company = self.env.company.id
        return {
            "type": "ir.actions.act_url",
            "url": f"/o2c/credit/statement/{self.id}/xlsx?company={company}",
            "target": "download",
        }

    @api.private
    def _o2c_credit_statement_xlsx(self):
        """The statement in the company at work as a spreadsheet.

        :return: content of the file
        """
        self.ensure_one()
        env, day = self.env, today(self.env)
        buffer = io.BytesIO()
        # nothing that a customer or a document is called may become a formula
        book = xlsxwriter.Workbook(
            buffer, {"in_memory": True, "strings_to_formulas": False}
        )
        sheet = book.add_worksheet(env._("Statement")[:31])
        bold = book.add_format({"bold": True})
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        money = book.add_format({"num_format": "#,##0.00"})
        sheet.write_string(0, 0, env.company.name, bold)
        sheet.write_string(1, 0, self.name or "", bold)
        sheet.write_string(2, 0, self.vat or "")
        sheet.write_datetime(2, 3, fields.Datetime.to_datetime(day), dated)
        heads = (
            env._("Document"),
            env._("Date"),
            env._("Due date"),
            env._("Days overdue"),
            env._("Amount"),
            env._("Open"),
        )
        for column, head in enumerate(heads):
            sheet.write_string(4, column, head, bold)
        row = 5
        for row, item in enumerate(self._o2c_credit_statement_items(), start=5):
            due = item.date_maturity or item.date
            sheet.write_string(row, 0, item.move_id.name or "")
            sheet.write_datetime(row, 1, fields.Datetime.to_datetime(item.date), dated)
            sheet.write_datetime(row, 2, fields.Datetime.to_datetime(due), dated)
            sheet.write_number(row, 3, max(0, (day - due).days))
            sheet.write_number(row, 4, item.balance, money)
            sheet.write_number(row, 5, item.amount_residual, money)
        sheet.write_string(row + 1, 4, env._("Total open"), bold)
        sheet.write_formula(
            row + 1,
            5,
            f"=SUM(F6:F{row + 1})",
            money,
            sum(self._o2c_credit_statement_items().mapped("amount_residual")),
        )
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 5, 14)
        book.close()
        return buffer.getvalue()

    # ---------------------------------------------------------------- message
    def _o2c_credit_message(self, text, items, company):
        """A message about open items, in the customer's language.

        :param str text: with the placeholders of a ladder step
        :param items: open receivable lines
        """
        self.ensure_one()
        env = self.with_context(lang=self.lang).env
        dues = [item.date_maturity or item.date for item in items]
        amount = sum(items.mapped("amount_residual"))
        return text % {
            "customer": self.name,
            "company": company.name,
            "count": len(items),
            "amount": format_amount(env, amount, company.currency_id),
            "date": format_date(env, min(dues)) if dues else "",
        }

    def _o2c_whatsapp_number(self):
        """International number without sign, or an empty text."""
        self.ensure_one()
        if not self.phone:
            return ""
        # a customer without a country is one of the company's country
        country = self.country_id or self.env.company.country_id
        number = self._phone_format(number=self.phone, country=country)
        return (number or "").removeprefix("+")

    def _o2c_whatsapp_url(self, text):
        """Link that opens WhatsApp with a message written, or an empty text."""
        number = self._o2c_whatsapp_number()
        return number and f"https://wa.me/{number}?text={quote(text)}"

    @api.private
    def _o2c_action_whatsapp(self, text):
        url = self._o2c_whatsapp_url(text)
        if not url:
            raise UserError(
                self.env._(
                    "%(name)s has no telephone that WhatsApp takes. Write it on the"
                    " customer's form, with the country.",
                    name=self.display_name,
                )
            )
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
