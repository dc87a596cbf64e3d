from odoo import api, fields, models


class O2cSriWithholdingLine(models.Model):
    """One tax withheld on one purchase or sale."""

    _name = "o2c.sri.withholding.line"
    _description = "Withholding Line"
    _check_company_auto = True

    withholding_id = fields.Many2one(
        "o2c.sri.withholding", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="withholding_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    bill_id = fields.Many2one(
        "account.move",
        string="Document",
        check_company=True,
        index="btree_not_null",
    )
    code_id = fields.Many2one("o2c.sri.withholding.code")
    kind = fields.Selection(
        [("1", "Income tax"), ("2", "IVA"), ("6", "ISD")],
        compute="_compute_from_code",
        store=True,
        readonly=False,
    )
    code = fields.Char(
        string="Code of the SRI",
        compute="_compute_from_code",
        store=True,
        readonly=False,
    )
    base = fields.Monetary(required=True)
    rate = fields.Float(
        string="Rate (%)",
        digits=(5, 2),
        compute="_compute_from_code",
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)

    @api.depends("code_id")
    def _compute_from_code(self):
        for line in self.filtered("code_id"):
            line.kind = line.code_id.kind
            line.code = line.code_id.code
            line.rate = line.code_id.rate

    @api.depends("base", "rate")
    def _compute_amount(self):
        for line in self:
            line.amount = line.currency_id.round(line.base * line.rate / 100)

    # === CRUD METHODS === #

    def write(self, vals):
        self.withholding_id._o2c_check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        self.withholding_id._o2c_check_open()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.withholding_id._o2c_check_open()
        return lines
