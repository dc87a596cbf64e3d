from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    o2c_credit_promise_ids = fields.Many2many(
        "o2c.credit.promise",
        "o2c_credit_promise_move_rel",
        "move_id",
        "promise_id",
        string="Promises of payment",
        copy=False,
        groups="account.group_account_readonly,account.group_account_invoice,"
        "sales_team.group_sale_salesman",
    )
    o2c_credit_dispute_ids = fields.One2many(
        "o2c.credit.dispute",
        "move_id",
        string="Disputes",
        groups="account.group_account_readonly,account.group_account_invoice,"
        "sales_team.group_sale_salesman",
    )

    # Drafts of sales invoices count as exposure; posted history must not be read.
    _o2c_draft_idx = models.Index(
        "(commercial_partner_id, company_id) WHERE state = 'draft'"
    )

    def _post(self, soft=True):
        # EXTENDS account: money on account frees orders before anybody matches it
        receivable = self.sudo().line_ids.filtered(lambda line: line.balance < 0)
        with receivable._o2c_credit_watch():
            return super()._post(soft)

    def _o2c_credit_decide_promises(self):
        """Decide the promises that name these invoices."""
        if self:
            promises = self.env["o2c.credit.promise"].sudo()
            promises.search([("move_ids", "in", self.ids)])._decide()
