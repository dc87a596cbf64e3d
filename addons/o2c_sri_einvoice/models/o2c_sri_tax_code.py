from odoo import api, fields, models, tools
from odoo.tools import float_compare

from odoo.addons.l10n_ec.models.account_tax_group import _TYPE_EC


class O2cSriTaxCode(models.Model):
    """What the SRI calls a tax of the chart: dated data, because rates change.

    Entry points: ``_o2c_table`` for the days of some documents, then ``_o2c_find``.
    """

    _name = "o2c.sri.tax.code"
    _description = "Tax Code of the SRI"
    _order = "tax_code, rate_code, date_from desc"

    name = fields.Char(required=True)
    l10n_ec_type = fields.Selection(_TYPE_EC, string="Tax Type", required=True)
    tax_code = fields.Char(required=True, size=1, help="2 IVA, 3 ICE, 5 IRBPNR")
    rate_code = fields.Char(
        size=4, help="codigoPorcentaje; empty takes the code of the tax itself."
    )
    rate = fields.Float(string="Rate (%)", digits=(5, 2))
    date_from = fields.Date(required=True)
    date_to = fields.Date()

    @api.model
    def _o2c_table(self, dates):
        """Return the codes in force per day.

        :param dates: iterable of ``date``.
        :return: {date: {l10n_ec_type: [(tax code, rate code or False, rate)]}}, what
            counts first comes first
        """
        table = {day: {} for day in dates}
        for kind, start, end, codes in self._o2c_rows():
            for day, kinds in table.items():
                if start <= day and (not end or day <= end):
                    kinds.setdefault(kind, []).append(codes)
        return table

    @api.model
    def _o2c_find(self, tax, table):
        """Return (tax code, rate code, rate) of a tax by its type and rate, or None.

        :param table: of a day, from ``_o2c_table``.
        """
        # the chart has the code of ICE in the one of the ATS
        own_code = (tax.l10n_ec_code_applied or tax.l10n_ec_code_ats or "").strip()
        for tax_code, rate_code, rate in table.get(tax.tax_group_id.l10n_ec_type, ()):
            if not rate_code and own_code:
                return tax_code, own_code, tax.amount
            if rate_code and not float_compare(rate, tax.amount, precision_digits=2):
                return tax_code, rate_code, rate
        return None

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
            # the tax's own code before ours; of two in force, the newer one
            for code in self.sudo()
            .search([], order="date_from desc, id desc")
            .sorted(lambda code: bool(code.rate_code))
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
