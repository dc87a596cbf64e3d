from odoo import fields, models


class ResCountry(models.Model):
    """Table 25 of the ficha técnica, the same as table 16 of the ATS catalogue.

    Its codes are the SRI's and not those of ISO. ``data/res.country.csv`` was compared
    with four public transcriptions of the table, which agree; where the table names a
    country twice (Cyprus 332 and 598), the file has the older code. It is written again
    at each update of the addon. Nine territories that Odoo knows are in no table.
    """

    _inherit = "res.country"

    o2c_sri_code = fields.Char(
        string="Code of the SRI", size=3, help="Table 25 of the ficha técnica: 593."
    )
