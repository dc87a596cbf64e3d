from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    o2c_sri_enabled = fields.Boolean(
        related="company_id.o2c_sri_enabled", readonly=False
    )
    o2c_sri_environment = fields.Selection(
        related="company_id.o2c_sri_environment", readonly=False
    )
    o2c_sri_host = fields.Char(related="company_id.o2c_sri_host", readonly=False)
    o2c_sri_certificate_id = fields.Many2one(
        related="company_id.o2c_sri_certificate_id", readonly=False
    )
    o2c_sri_signature_algorithm = fields.Selection(
        related="company_id.o2c_sri_signature_algorithm", readonly=False
    )
    o2c_sri_emission_point_id = fields.Many2one(
        related="company_id.o2c_sri_emission_point_id", readonly=False
    )
    o2c_sri_trade_name = fields.Char(
        related="company_id.o2c_sri_trade_name", readonly=False
    )
    o2c_sri_keeps_accounts = fields.Boolean(
        related="company_id.o2c_sri_keeps_accounts", readonly=False
    )
    o2c_sri_withholding_agent = fields.Char(
        related="company_id.o2c_sri_withholding_agent", readonly=False
    )
    o2c_sri_special_taxpayer = fields.Char(
        related="company_id.o2c_sri_special_taxpayer", readonly=False
    )
    o2c_sri_large_taxpayer = fields.Char(
        related="company_id.o2c_sri_large_taxpayer", readonly=False
    )
    o2c_sri_rimpe = fields.Selection(related="company_id.o2c_sri_rimpe", readonly=False)
    o2c_sri_provider_ruc = fields.Char(
        related="company_id.o2c_sri_provider_ruc", readonly=False
    )
    o2c_sri_payment_id = fields.Many2one(
        related="company_id.o2c_sri_payment_id", readonly=False
    )
    o2c_sri_backdating_days = fields.Integer(
        related="company_id.o2c_sri_backdating_days", readonly=False
    )
    o2c_sri_guia_required = fields.Boolean(
        related="company_id.o2c_sri_guia_required", readonly=False
    )
    o2c_sri_withholding_journal_id = fields.Many2one(
        related="company_id.o2c_sri_withholding_journal_id", readonly=False
    )
    o2c_sri_responsible_id = fields.Many2one(
        related="company_id.o2c_sri_responsible_id", readonly=False
    )
    o2c_sri_alert_hours = fields.Float(
        related="company_id.o2c_sri_alert_hours", readonly=False
    )
