from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    o2c_settlement_id = fields.Many2one(
        "o2c.consignment.settlement",
        string="Consignment Settlement",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
