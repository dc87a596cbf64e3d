from odoo import api, models


class AccountTax(models.Model):
    _inherit = "account.tax"

    @api.model
    def _round_tax_details_tax_amounts(self, base_lines, company, mode="mixed"):
        # EXTENDS account
        res = super()._round_tax_details_tax_amounts(base_lines, company, mode=mode)
        if company.o2c_sri_enabled:
            self._o2c_round_per_group(base_lines, company)
        return res

    @api.model
    def _o2c_round_per_group(self, base_lines, company):
        """Make the tax of a document what the SRI works out for it.

        The SRI rounds once per tax: round(sum of the rounded lines × rate), while
        the chart rounds per line; the cents of difference go to the biggest lines
        (SPEC 1.2, error 52).
        """
        groups = {}
        for line in base_lines:
            for tax_data in line["tax_details"]["taxes_data"]:
                tax = tax_data["tax"]
                if tax.amount_type == "percent" and not tax_data["is_reverse_charge"]:
                    key = (tax, line["currency_id"], line["is_refund"])
                    groups.setdefault(key, []).append(tax_data)
        for (tax, currency, _refund), rows in groups.items():
            if len(rows) == 1 or not tax.amount:
                continue
            for suffix, unit in (("_currency", currency), ("", company.currency_id)):
                self._o2c_spread_cents(rows, suffix, unit, tax.amount)

    @api.model
    def _o2c_spread_cents(self, rows, suffix, currency, rate):
        base, amount = f"base_amount{suffix}", f"tax_amount{suffix}"
        target = currency.round(sum(row[base] for row in rows) * rate / 100)
        delta = target - sum(row[amount] for row in rows)
        if currency.is_zero(delta):
            return
        factors = [{"factor": row[base], "row": row} for row in rows]
        shares = self._distribute_delta_amount_smoothly(
            currency.decimal_places, delta, factors
        )
        for row, share in zip(rows, shares, strict=True):
            row[amount] += share
