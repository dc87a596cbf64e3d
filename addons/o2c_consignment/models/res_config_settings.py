from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    o2c_consignment_accrual_account_id = fields.Many2one(
        related="company_id.o2c_consignment_accrual_account_id", readonly=False
    )
    o2c_consignment_cost_account_id = fields.Many2one(
        related="company_id.o2c_consignment_cost_account_id", readonly=False
    )
    o2c_consignment_difference_account_id = fields.Many2one(
        related="company_id.o2c_consignment_difference_account_id", readonly=False
    )
    o2c_consignment_journal_id = fields.Many2one(
        related="company_id.o2c_consignment_journal_id", readonly=False
    )
    o2c_consignment_liquidation_journal_id = fields.Many2one(
        related="company_id.o2c_consignment_liquidation_journal_id", readonly=False
    )
    o2c_consignment_tolerance = fields.Float(
        related="company_id.o2c_consignment_tolerance", readonly=False
    )
