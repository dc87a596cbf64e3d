import io

import xlsxwriter

from odoo import models

from .legal_time import legal_day


class O2cConsignmentSettlement(models.Model):
    """The statement that the consignor gets, as a spreadsheet."""

    _inherit = "o2c.consignment.settlement"

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
