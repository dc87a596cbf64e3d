from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class StockPicking(models.Model):
    """Returns to a consignor outside the terms need his word, entered by a manager."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    o2c_return_problems = fields.Text(
        string="Outside the Agreement", compute="_compute_o2c_return_problems"
    )
    o2c_return_agreed_with = fields.Char(
        string="Return Agreed With",
        copy=False,
        tracking=True,
        help="Who accepted for the consignor goods that his agreement does not let go "
        "back.",
    )

    @api.depends(
        "state",
        "location_dest_id",
        "move_line_ids.quantity",
        "move_line_ids.owner_id",
        "move_line_ids.lot_id",
    )
    def _compute_o2c_return_problems(self):
        for picking in self:
            waits = picking.state not in ("done", "cancel")
            problems = waits and picking.move_line_ids._o2c_return_problems()
            picking.o2c_return_problems = "\n".join(problems or [])

    @api.model_create_multi
    def create(self, vals_list):
        # The record counts, not the values: a context brings defaults along.
        pickings = super().create(vals_list)
        if any(pickings.mapped("o2c_return_agreed_with")):
            self._o2c_require_manager_for_return()
        return pickings

    def write(self, vals):
        if "o2c_return_agreed_with" in vals:
            self._o2c_require_manager_for_return()
        return super().write(vals)

    def _o2c_require_manager_for_return(self):
        if not self.env.user.has_group("o2c_consignment.o2c_consignment_group_manager"):
            raise AccessError(
                self.env._(
                    "Only a consignment manager can say that a consignor takes back "
                    "what his agreement does not let go back."
                )
            )

    def _o2c_check_return_terms(self):
        """Refuse returns that the agreements do not allow and nobody agreed to.

        :raises UserError: for all goods at once
        """
        problems = self.filtered(
            lambda picking: not picking.o2c_return_agreed_with
        ).move_line_ids._o2c_return_problems()
        if problems:
            raise UserError(
                self.env._(
                    "%(problems)s\nWhere the consignor takes them all the same, a "
                    "consignment manager enters with whom that was agreed on the "
                    "transfer.",
                    problems="\n".join(problems),
                )
            )
