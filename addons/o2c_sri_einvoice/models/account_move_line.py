from odoo import api, models
from odoo.exceptions import UserError

CONTENT_FIELDS = {
    "name",
    "product_id",
    "product_uom_id",
    "quantity",
    "price_unit",
    "discount",
    "tax_ids",
}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        lines = super().create(vals_list)
        lines._o2c_check_frozen()
        return lines

    def write(self, vals):
        # EXTENDS account: core lets price and quantity of a posted line be written
        if vals.keys() & CONTENT_FIELDS:
            will_change = self.env["account.move"]._field_will_change
            self.filtered(
                lambda line: any(
                    will_change(line, vals, name)
                    for name in CONTENT_FIELDS & vals.keys()
                )
            )._o2c_check_frozen()
        return super().write(vals)

    def _o2c_check_frozen(self):
        posted = self.filtered(
            lambda line: (
                line.parent_state == "posted" and line.display_type == "product"
            )
        )
        for move in posted.move_id.sudo():
            document = move.o2c_sri_document_ids._o2c_current()
            if document and document._o2c_may_be_held():
                raise UserError(
                    self.env._(
                        "%(name)s was issued to the SRI: its lines cannot change.",
                        name=move.display_name,
                    )
                )
