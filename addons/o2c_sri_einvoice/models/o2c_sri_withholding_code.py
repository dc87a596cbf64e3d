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
    def _o2c_taxes(self, company, direction):
        """Return the chart's withholding taxes of one direction."""
        groups = [group for (_k, d), group in TAX_GROUPS.items() if d == direction]
        return (
            self.env["account.tax"]
            .with_context(active_test=False)
            .search(
                [
                    *self.env["account.tax"]._check_company_domain(company),
                    ("tax_group_id.l10n_ec_type", "in", groups),
                ]
            )
        )

    @api.model
    def _o2c_tax(self, taxes, kind, direction, code, rate):
        """Return (tax to book with, whether its report boxes are those of the code).

        The chart's rates may lag behind those in force, but accounts and boxes do not
        depend on the rate. Income tax is told by its code; IVA, and all that is
        withheld from us, by its rate.

        :param taxes: those of ``_o2c_taxes``.
        :param str kind: 1 income tax, 2 IVA.
        :param str direction: ``issued`` or ``received``.
        :param float rate: per cent.
        """
        group = TAX_GROUPS.get((kind, direction))
        taxes = taxes.filtered(lambda t: t.tax_group_id.l10n_ec_type == group)
        same_rate = taxes.filtered(lambda t: abs(t.amount) == rate)
        if (kind, direction) == ("1", "issued"):
            same_code = taxes.filtered(lambda t: t.l10n_ec_code_ats == code)
            exact = (same_code & same_rate) or same_code
        else:
            exact = same_rate
        return (exact or same_rate or taxes)[:1], bool(exact)
