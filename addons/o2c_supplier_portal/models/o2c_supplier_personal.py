from odoo import api, fields, models
from odoo.fields import Domain


class O2cSupplierPersonal(models.AbstractModel):
    """What one user of a supplier has, for as long as he belongs to that supplier.

    Who moves to another supplier takes nothing along, even if he gets a role there.
    """

    _name = "o2c.supplier.personal"
    _description = "Thing of a Supplier's User"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=True,
        help="The supplier that the user belonged to when this was made.",
    )

    @api.depends("user_id")
    def _compute_partner_id(self):
        for thing in self:
            thing.partner_id = thing.user_id.commercial_partner_id

    @api.model
    def _o2c_domain_of(self, user):
        """Return the domain of what is the user's now."""
        return Domain("user_id", "=", user.id) & Domain(
            "partner_id", "=", user.commercial_partner_id.id
        )

    def _o2c_is_current(self):
        """Whether the user still belongs to the supplier."""
        self.ensure_one()
        return self.user_id.commercial_partner_id == self.partner_id
