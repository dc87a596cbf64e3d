from odoo import models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        # EXTENDS stock, which stamps the transfer's owner on every line
        for picking in self.filtered("owner_id"):
            others = picking.move_line_ids.filtered(
                lambda line, picking=picking: (
                    line.quantity
                    and line.owner_id != picking.owner_id
                    and line.location_id._should_be_valued()
                )
            )
            if others:
                raise UserError(
                    self.env._(
                        "%(picking)s would hand all its goods to %(owner)s, and "
                        "%(products)s are somebody else's. Clear the owner of the "
                        "transfer: every line keeps its own.",
                        picking=picking.name,
                        owner=picking.owner_id.display_name,
                        products=", ".join(set(others.product_id.mapped("name"))),
                    )
                )
        return super()._action_done()
