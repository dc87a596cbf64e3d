from odoo import api, fields, models

from .o2c_supplier_alert import MODES
from .o2c_supplier_event import KINDS


class O2cSupplierPreference(models.Model):
    """How one user of a supplier wants to be told of one kind of thing."""

    _name = "o2c.supplier.preference"
    _description = "Supplier Portal Preference"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True)
    mode = fields.Selection(MODES, required=True)

    _once = models.UniqueIndex("(user_id, kind)", "This was chosen already.")

    @api.model
    def _o2c_chosen(self, users):
        """Return (user id, kind) → mode of what users chose."""
        chosen = self.sudo().search([("user_id", "in", users.ids)])
        return {(p.user_id.id, p.kind): p.mode for p in chosen}

    @api.model
    def _o2c_choose(self, user, modes):
        """Keep what a user chose; called with the superuser's rights.

        :param dict modes: kind → mode
        """
        own = self.search([("user_id", "=", user.id)]).grouped("kind")
        new = []
        for kind, mode in modes.items():
            if kind in own:
                own[kind].mode = mode
            else:
                new.append({"user_id": user.id, "kind": kind, "mode": mode})
        self.create(new)
