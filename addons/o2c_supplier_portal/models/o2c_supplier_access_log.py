from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

KINDS = [
    ("sign_in", "Sign-in"),
    ("download", "Download"),
    ("action", "Action"),
    ("key", "API key"),
    ("team", "Team"),
]


class O2cSupplierAccessLog(models.Model):
    """What suppliers' users did: written by the server, never changed or deleted.

    The entry point is :meth:`_o2c_log`.
    """

    _name = "o2c.supplier.access.log"
    _description = "Supplier Portal Log"
    _order = "id desc"
    _log_access = False

    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="restrict"
    )
    user_name = fields.Char(related="user_id.name")
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    detail = fields.Char(readonly=True)
    address = fields.Char(string="IP Address", readonly=True)

    _partner_idx = models.Index("(partner_id, id)")

    @api.model
    def _o2c_log(self, kind, detail="", company=None, user=None):
        """Add one entry for the current user of a supplier.

        :param str kind: one of ``KINDS``
        :param str detail: what was done, shown to the supplier's manager
        :param company: company that it concerns, empty for a sign-in
        :param user: whose entry it is, by default the current user
        """
        user = user or self.env.user
        return self.sudo().create(
            {
                "user_id": user.id,
                "partner_id": user.commercial_partner_id.id,
                "company_id": company.id if company else False,
                "kind": kind,
                "detail": detail,
                "address": request.httprequest.remote_addr if request else "",
            }
        )

    @api.model
    def _o2c_log_apart(self, kind, detail="", company=None):
        """Add one entry in a transaction of its own, before a download is handed out.

        So that the download itself only reads, and may be served from a replica.
        """
        if self.env.cr.readonly:
            # as core's res.device does: nothing was written that could be lost
            self.env.cr.rollback()
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr))._o2c_log(kind, detail, company)

    def write(self, vals):
        if self and vals:
            raise UserError(
                self.env._("The log of the supplier portal cannot be changed.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of the supplier portal cannot be deleted."))
