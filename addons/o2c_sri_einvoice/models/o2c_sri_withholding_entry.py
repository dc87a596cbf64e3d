from datetime import timedelta

from odoo import models
from odoo.fields import Command


class O2cSriWithholding(models.Model):
    """The journal entry of a withholding, with the boxes of forms 103 and 104.

    As in core's ``l10n_ec``: the amount withheld carries the tags of the tax, its base
    those of the base; the base goes in and out of one account, because the bill booked
    it already.
    """

    # One file a topic, none above 400 lines.
    _inherit = "o2c.sri.withholding"  # pylint: disable=consider-merging-classes-inherited

    def _o2c_taxes(self):
        """Return {line: (tax of the chart, whether its boxes are the line's)}."""
        codes = self.env["o2c.sri.withholding.code"]
        taxes = codes._o2c_taxes(self.company_id, self.direction)
        return {
            line: codes._o2c_tax(taxes, line.kind, self.direction, line.code, line.rate)
            for line in self.line_ids
        }

    def _o2c_prepare_entry(self):
        """Return the entry: the tax against payable or receivable, per document."""
        taxes = self._o2c_taxes()
        return {
            "move_type": "entry",
            "company_id": self.company_id.id,
            "journal_id": self._o2c_journal().id,
            "date": self._o2c_entry_date(),
            "ref": self.name,
            "line_ids": [
                Command.create(vals)
                for line in self.line_ids
                for vals in self._o2c_prepare_entry_lines(line, *taxes[line])
            ],
        }

    def _o2c_entry_date(self):
        """Return the day of the entry: its own, or the first one that is open."""
        locks = self.company_id._get_violated_lock_dates(
            self.date, True, self._o2c_journal()
        )
        return locks[-1][0] + timedelta(days=1) if locks else self.date

    def _o2c_prepare_entry_lines(self, line, tax, exact):
        sign = 1 if self.direction == "issued" else -1
        partner = self.partner_id.commercial_partner_id
        label = f"{self.name or self.display_name} {line.code}"
        parts = tax.invoice_repartition_line_ids
        of_tax = parts.filtered(lambda p: p.repartition_type == "tax")[:1]
        of_base = parts.filtered(lambda p: p.repartition_type == "base")[:1]
        common = {"partner_id": partner.id, "name": label}
        rows = []
        if line.amount:
            open_line = self._o2c_open_lines(line.bill_id)[:1]
            rows += [
                {
                    **common,
                    "account_id": open_line.account_id.id,
                    "name": f"{label} {line.bill_id.name}",
                    "balance": sign * line.amount,
                },
                {
                    **common,
                    "account_id": of_tax.account_id.id,
                    "balance": -sign * line.amount,
                    "tax_base_amount": line.base,
                    "tax_tag_ids": [Command.set(of_tax.tag_ids.ids if exact else [])],
                },
            ]
        if exact and of_base.tag_ids:
            base = {**common, "account_id": of_tax.account_id.id}
            tags = [Command.set(of_base.tag_ids.ids)]
            rows += [
                {**base, "balance": sign * line.base, "tax_tag_ids": tags},
                {**base, "balance": -sign * line.base},
            ]
        return rows
