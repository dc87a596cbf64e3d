from odoo import api, fields, models


class O2cSriWithholding(models.Model):
    """What to look at before a customer's withholding is booked (SPEC 9)."""

    # One file a topic, none above 400 lines.
    _inherit = "o2c.sri.withholding"  # pylint: disable=consider-merging-classes-inherited

    warnings = fields.Text(compute="_compute_warnings")

    @api.depends(
        "state", "date", "line_ids.bill_id", "line_ids.base", "line_ids.amount"
    )
    def _compute_warnings(self):
        for withholding in self:
            found = []
            if withholding.state == "draft" and withholding.direction == "received":
                for bill, lines in withholding.line_ids.grouped("bill_id").items():
                    found += withholding._o2c_invoice_warnings(bill, lines)
                found += withholding._o2c_period_warnings()
            withholding.warnings = "\n".join(found)

    def _o2c_invoice_warnings(self, invoice, lines):
        found = []
        withheld = sum(lines.mapped("amount"))
        values = {"invoice": invoice.display_name, "withheld": withheld}
        more = invoice.currency_id.compare_amounts
        if invoice and more(withheld, invoice.amount_residual) > 0:
            found.append(
                self.env._(
                    "%(invoice)s: %(withheld).2f is withheld, but only %(open).2f is "
                    "open; the rest stays as credit of the customer.",
                    open=invoice.amount_residual,
                    **values,
                )
            )
        expected = invoice.o2c_expected_withholding
        if invoice and expected and more(withheld, expected) > 0:
            found.append(
                self.env._(
                    "%(invoice)s: %(withheld).2f is withheld, %(expected).2f was "
                    "expected.",
                    expected=expected,
                    **values,
                )
            )
        for kind, base in (("1", invoice.amount_untaxed), ("2", invoice.amount_tax)):
            of_kind = lines.filtered(lambda line, k=kind: line.kind == k)
            taken = sum(of_kind.mapped("base"))
            if invoice and more(taken, base) > 0:
                found.append(
                    self.env._(
                        "%(invoice)s: withheld on a base of %(taken).2f, but it has "
                        "%(base).2f.",
                        taken=taken,
                        base=base,
                        **values,
                    )
                )
        return found

    def _o2c_period_warnings(self):
        day = self._o2c_entry_date() if self.date else self.date
        if day == self.date:
            return []
        return [
            self.env._(
                "The period of %(date)s is closed: the entry is dated %(day)s.",
                date=self.date,
                day=day,
            )
        ]
