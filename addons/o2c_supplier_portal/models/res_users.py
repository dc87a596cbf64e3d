from odoo import fields, models

from ..portal_core import roles

REQUIRE_2FA = "o2c_supplier_portal.require_2fa"


class ResUsers(models.Model):
    _inherit = "res.users"

    o2c_supplier_member_ids = fields.One2many(
        "o2c.supplier.member", "user_id", string="Supplier Portal Roles"
    )

    def _o2c_supplier_members(self):
        """Roles of this user that count: given for the supplier he belongs to now.

        :rtype: o2c.supplier.member
        """
        self.ensure_one()
        return self.sudo().o2c_supplier_member_ids.filtered("is_in_force")

    def _o2c_supplier_companies(self, permission):
        """Companies of ours in which this user's role includes a permission.

        :param str permission: a constant of ``portal_core.roles``
        :return: ids of companies, as record rules take them
        :rtype: list[int]
        """
        return (
            self._o2c_supplier_members()
            .filtered(lambda member: roles.allows(member.role, permission))
            .company_id.ids
        )

    # EXTENDS auth_totp_mail
    def _mfa_type(self):
        mfa_type = super()._mfa_type()
        if mfa_type is not None:
            return mfa_type
        parameters = self.env["ir.config_parameter"].sudo()
        required = parameters.get_param(REQUIRE_2FA)
        return "totp_mail" if required and self._o2c_supplier_members() else None

    # EXTENDS base
    def _update_last_login(self):
        result = super()._update_last_login()
        if self._o2c_supplier_members():
            self.env["o2c.supplier.access.log"]._o2c_log("sign_in", user=self)
        return result
