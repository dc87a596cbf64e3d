from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    o2c_emission_point_id = fields.Many2one(
        "o2c.sri.emission.point",
        string="Emission Point of Guides",
        check_company=True,
        help="Empty takes the emission point of the company.",
    )
