from odoo import api, fields, models

from odoo.addons.l10n_ec.models.account_tax_group import _TYPE_EC


class O2cSriTaxCode(models.Model):
    """What the SRI calls a tax of the chart: dated data, because rates change.

    Entry point: ``_o2c_table``.
    """

    _name = "o2c.sri.tax.code"
    _description = "Tax Code of the SRI"
    _order = "tax_code, rate_code, date_from desc"

    name = fields.Char(required=True)
    l10n_ec_type = fields.Selection(_TYPE_EC, string="Tax Type", required=True)
    tax_code = fields.Char(required=True, size=1, help="2 IVA, 3 ICE, 5 IRBPNR")
    rate_code = fields.Char(
        size=4, help="codigoPorcentaje; empty takes the applied code of the tax."
    )
    rate = fields.Float(string="Rate (%)", digits=(5, 2))
    date_from = fields.Date(required=True)
    date_to = fields.Date()

    @api.model
    def _o2c_table(self, dates):
        """Return the codes in force per day.

        :param dates: iterable of ``date``.
        :return: {date: {l10n_ec_type: (tax code, rate code or False, rate)}}
        """
        dates = set(dates)
        rows = self.sudo().search_read(
            [("date_from", "<=", max(dates))],
            ["l10n_ec_type", "tax_code", "rate_code", "rate", "date_from", "date_to"],
        )
        return {
            day: {
                row["l10n_ec_type"]: (row["tax_code"], row["rate_code"], row["rate"])
                for row in rows
                if row["date_from"] <= day
                and (not row["date_to"] or day <= row["date_to"])
            }
            for day in dates
        }
