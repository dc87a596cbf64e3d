from odoo import api, fields, models

TAX_GROUPS = {
    ("1", "issued"): "withhold_income_purchase",
    ("2", "issued"): "withhold_vat_purchase",
    ("1", "received"): "withhold_income_sale",
    ("2", "received"): "withhold_vat_sale",
}


class O2cSriWithholdingCode(models.Model):
    """A code of withholding with its rate, dated because rates change every year."""

    _name = "o2c.sri.withholding.code"
    _description = "Withholding Code of the SRI"
    _order = "kind, code, date_from desc"
    _rec_names_search = ["code", "name"]

    kind = fields.Selection(
        [("1", "Income tax"), ("2", "IVA"), ("6", "ISD")], required=True
    )
    code = fields.Char(required=True, size=5)
    name = fields.Char(required=True)
    rate = fields.Float(string="Rate (%)", digits=(5, 2))
    date_from = fields.Date(required=True)
    date_to = fields.Date()

    @api.depends("code", "name", "rate")
    def _compute_display_name(self):
        for code in self:
            code.display_name = f"{code.code} {code.name} ({code.rate:g} %)"

    @api.model
    def _o2c_tax_account(self, company, kind, direction, code, rate):
        """Return the account of the chart where a withholding is booked.

        The chart's taxes may lag behind the rates in force, but their accounts do
        not depend on the rate.

        :param str kind: 1 income tax, 2 IVA.
        :param str direction: ``issued`` or ``received``.
        :param float rate: per cent.
        """
        group = TAX_GROUPS.get((kind, direction))
        taxes = (
            self.env["account.tax"]
            .with_context(active_test=False)
            .search(
                [
                    *self.env["account.tax"]._check_company_domain(company),
                    ("tax_group_id.l10n_ec_type", "=", group),
                ]
            )
        )
        same = taxes.filtered(lambda t: t.l10n_ec_code_ats == code)
        same = same or taxes.filtered(lambda t: abs(t.amount) == rate) or taxes
        lines = same.invoice_repartition_line_ids
        return lines.filtered(lambda line: line.repartition_type == "tax").account_id[
            :1
        ]
