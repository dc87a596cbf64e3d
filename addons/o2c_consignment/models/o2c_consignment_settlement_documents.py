import io

import xlsxwriter

from odoo import api, fields, models
from odoo.tools import split_every

from ..consignment_core import last_closed_period
from .legal_time import legal_day, legal_today

# A printed list of thousands is read by nobody; the spreadsheet has them all.
PRINTED_LINES = 500


class O2cConsignmentSettlement(models.Model):
    """Drawn up by the calendar, stated and mailed to the consignor."""

    # one file a concern: billing is the other
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.settlement"

    mail_state = fields.Selection(
        [
            ("pending", "To be mailed"),
            ("mailed", "Mailed"),
            ("no_address", "No e-mail address"),
        ],
        string="Statement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
    )

    # === CALENDAR === #

    @api.model
    def _cron_draw_up(self):
        """Draw up and send the settlements of every period that is over.

        One agreement at a time and committed, so that one that fails keeps nobody
        else's, and any number of workers share the work.
        """
        today = legal_today()
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
        agreement.sudo().settled_until = period.end
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
            for row, line in enumerate(self._lines_in_turns(), start=1):
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

        :return: dicts of product, kind, date, lot, quantity, unit_cost, amount
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
            }
            for product, cost, quantity, amount in rows
        ]

    # === MAIL === #

    def action_send(self):
        # EXTENDS: nobody waits for the mail, and no mail takes back what was sent
        super().action_send()
        self._queue_mail()

    def action_mail(self):
        """Mail the statement again."""
        for settlement in self:
            settlement._require_state("sent", "accepted", "disputed", "billed", "paid")
        self._queue_mail()

    def _queue_mail(self):
        self.check_access("write")
        for settlement in self:
            address = settlement.consignor_id.email
            settlement.mail_state = "pending" if address else "no_address"
        if "pending" in self.mapped("mail_state"):
            self.env.ref("o2c_consignment.ir_cron_mail_statements")._trigger()

    @api.model
    def _cron_mail_statements(self):
        """Mail what waits, one settlement at a time and committed."""
        waiting = self.search([("mail_state", "=", "pending")], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for settlement in waiting:
            locked = settlement.try_lock_for_update()
            if locked and locked.mail_state == "pending":
                locked._mail_statement()
            self.env["ir.cron"]._commit_progress(1)

    def _mail_statement(self):
        """Mail the statement with its spreadsheet; the template prints the PDF."""
        self.ensure_one()
        template = self.env.ref("o2c_consignment.mail_template_settlement")
        settlement = self.with_context(lang=self.consignor_id.lang or self.env.lang)
        sheet = self.env["ir.attachment"].create(
            {
                "name": f"{self.name.replace('/', '-')}.xlsx",
                "raw": settlement._o2c_statement_xlsx(),
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        template.send_mail(
            self.id,
            email_values={
                "recipient_ids": [fields.Command.link(self.consignor_id.id)],
                "attachment_ids": [fields.Command.link(sheet.id)],
            },
            email_layout_xmlid="mail.mail_notification_light",
        )
        self.mail_state = "mailed"
