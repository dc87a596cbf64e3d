from odoo import api, fields, models, tools

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
        rows = self._o2c_rows()
        return {
            day: {
                kind: codes
                for kind, start, end, codes in rows
                if start <= day and (not end or day <= end)
            }
            for day in set(dates)
        }

    @api.model
    @tools.ormcache()
    def _o2c_rows(self):
        """Return all codes as plain tuples: every document asks for the same few."""
        return tuple(
            (
                code.l10n_ec_type,
                code.date_from,
                code.date_to,
                (code.tax_code, code.rate_code, code.rate),
            )
            for code in self.sudo().search([])
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
