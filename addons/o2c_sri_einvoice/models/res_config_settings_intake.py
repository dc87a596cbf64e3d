from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    # One file a topic, none above 400 lines.
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    o2c_sri_alias_name = fields.Char(
        related="company_id.o2c_sri_alias_name", readonly=False
    )
