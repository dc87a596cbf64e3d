import io

import xlsxwriter

from odoo import api, models
from odoo.tools import split_every

from .legal_time import legal_day

# A printed list of thousands is read by nobody; the spreadsheet has them all.
PRINTED_LINES = 500


class O2cConsignmentSettlement(models.Model):
    """Stated to the consignor, printed and as a spreadsheet."""

    # one file a concern: billing is the other
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.settlement"

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
            sheet.set_column(0, 7, 16)
            for column, title in enumerate(self._statement_titles()):
                sheet.write_string(0, column, title, bold)
            row = 0
            for row, line in enumerate(self._lines_in_turns(), start=1):
                sheet.write_datetime(row, 0, legal_day(line.date), day)
                sheet.write_string(row, 1, line.product_id.display_name)
                sheet.write_string(row, 2, line.lot_id.name or "")
                sheet.write_number(row, 3, line.quantity)
                sheet.write_number(row, 4, line.unit_cost)
                sheet.write_number(row, 5, line.amount, money)
                if line.has_commission:
                    sheet.write_number(row, 6, line.amount_sold, money)
                    sheet.write_number(row, 7, line.amount_kept, money)
            sheet.write_string(row + 1, 4, self.env._("Total"), bold)
            sheet.write_number(row + 1, 5, self.amount_total, money)
            if self.has_commission:
                sheet.write_number(row + 1, 6, self.amount_sold, money)
                sheet.write_number(row + 1, 7, self.amount_kept, money)
        return output.getvalue()

    def _statement_titles(self):
        titles = [
            self.env._("Date"),
            self.env._("Product"),
            self.env._("Lot"),
            self.env._("Quantity"),
            self.env._("Unit Cost"),
            self.env._("Amount"),
        ]
        if self.has_commission:
            titles += [self.env._("Net Sale"), self.env._("Our Commission")]
        return titles

    def _lines_in_turns(self):
        """Lines a thousand at a time: all of a big settlement fill the memory."""
        ids = self.line_ids.search([("settlement_id", "=", self.id)]).ids
        for some in split_every(1000, ids):
            lines = self.line_ids.browse(some)
            yield from lines
            lines.invalidate_recordset()
            lines.consumption_id.invalidate_recordset()

    @api.model
    def _printed_lines(self):
        """How many single goods a printed statement lists at most."""
        return PRINTED_LINES

    def _statement_lines(self):
        """What the printed statement lists: single goods, or sums when there are many.

        :return: dicts of product, kind, date, lot, quantity, unit_cost, amount, and of
            sold and kept where the consignor receives a part of the sale
        """
        self.ensure_one()
        if self.line_count <= self._printed_lines():
            return [
                {
                    "product": line.product_id,
                    "kind": line.kind,
                    "date": legal_day(line.date),
                    "lot": line.lot_id,
                    "quantity": line.quantity,
                    "unit_cost": line.unit_cost,
                    "amount": line.amount,
                    "sold": line.amount_sold if line.has_commission else None,
                    "kept": line.amount_kept if line.has_commission else None,
                }
                for line in self.line_ids
            ]
        rows = self.line_ids._read_group(
            [("settlement_id", "=", self.id)],
            ["product_id", "unit_cost"],
            ["quantity:sum", "amount:sum"],
            order="product_id, unit_cost",
        )
        return [
            {
                "product": product,
                "kind": "sale",
                "date": None,
                "lot": None,
                "quantity": quantity,
                "unit_cost": cost,
                "amount": amount,
                "sold": None,
                "kept": None,
            }
            for product, cost, quantity, amount in rows
        ]
