from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..portal_core import roles

ROLES = [
    (roles.MANAGER, "Manager"),
    (roles.BILLER, "Billing"),
    (roles.LOGISTICS, "Logistics"),
    (roles.READER, "Read only"),
]


class O2cSupplierMember(models.Model):
    """What one portal user may see and do for his supplier, in one company of ours.

    The supplier is written down when access is given and counts only while the user
    still belongs to him: a colleague who moves to another supplier takes nothing along.
    ``portal_core.roles`` says what a role includes.
    """

    _name = "o2c.supplier.member"
    _inherit = "o2c.supplier.personal"
    _description = "Supplier Portal Member"
    _order = "partner_id, company_id, user_id"

    user_id = fields.Many2one(readonly=False, domain=[("share", "=", True)])
    partner_id = fields.Many2one(
        index=True, help="The supplier that the user belonged to when access was given."
    )
    company_id = fields.Many2one(
        readonly=False, default=lambda self: self.env.company, index=True
    )
    role = fields.Selection(ROLES, required=True, default=roles.READER)
    login = fields.Char(related="user_id.login")
    login_date = fields.Datetime(related="user_id.login_date", string="Last Sign-In")
    is_in_force = fields.Boolean(
        compute="_compute_is_in_force",
        help="Not set: the user no longer belongs to this supplier.",
    )

    _once_per_company = models.Constraint(
        "UNIQUE (user_id, company_id)",
        "This user has a role in this company already: change that one.",
    )

    # === COMPUTE METHODS === #

    @api.depends("user_id.commercial_partner_id", "user_id.active", "partner_id")
    def _compute_is_in_force(self):
        for member in self:
            member.is_in_force = member.user_id.active and member._o2c_is_current()

    @api.depends("user_id", "company_id")
    def _compute_display_name(self):
        for member in self:
            member.display_name = (
                f"{member.user_id.name or ''} ({member.company_id.name or ''})"
            )

    # === CONSTRAINTS === #

    @api.constrains("user_id")
    def _check_portal_user(self):
        for member in self:
            if not member.user_id._is_portal():
                raise ValidationError(
                    self.env._(
                        "%(user)s is not a portal user. Give him portal access from "
                        "his contact first.",
                        user=member.user_id.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members._sync_users(members.user_id)
        return members

    def write(self, vals):
        before = self.user_id
        result = super().write(vals)
        self._sync_users(before | self.user_id)
        return result

    def unlink(self):
        users = self.user_id
        result = super().unlink()
        self._sync_users(users)
        return result

    def _sync_users(self, users):
        """Give the users of members the group and companies, take the group back."""
        group = self.env.ref("o2c_supplier_portal.o2c_supplier_portal_group_supplier")
        for user in users.exists().sudo():
            members = self.sudo().search([("user_id", "=", user.id)])
            operation = (
                fields.Command.link(group.id)
                if members
                else fields.Command.unlink(group.id)
            )
            vals = {"group_ids": [operation]}
            missing = members.company_id - user.company_ids
            if missing:
                vals["company_ids"] = [fields.Command.link(c.id) for c in missing]
            user.write(vals)
        # record rules are cached with the companies of the user's roles in them
        self.env.registry.clear_cache()

    # === BUSINESS METHODS === #

    @api.model
    def _o2c_invite(self, consignor, company, name, email, role):
        """Give a colleague of a supplier a role, and a portal account if he has none.

        Called with the superuser's rights for a manager of that supplier, or by us.

        :param consignor: the supplier, a commercial partner
        :param company: company of ours in which the role counts
        :param str email: also his login
        :raises UserError: no usable name, address or role, or an address that is taken
        :return: the new member
        """
        email = email_normalize(email or "")
        name = (name or "").strip()[:100]
        problems = []
        if not name:
            problems.append(self.env._("Write the colleague's name."))
        if not email:
            problems.append(self.env._("Write one valid e-mail address."))
        if role not in roles.ROLES:
            problems.append(self.env._("Choose a role."))
        if problems:
            raise UserError("\n".join(problems))
        user = self._o2c_colleague(consignor, company, name, email)
        if self.search_count(
            [("user_id", "=", user.id), ("company_id", "=", company.id)], limit=1
        ):
            raise UserError(
                self.env._("%(email)s has a role already: change it.", email=email)
            )
        return self.create({"user_id": user.id, "company_id": company.id, "role": role})

    def _o2c_colleague(self, consignor, company, name, email):
        """Return the portal user with an address, made and invited when new."""
        Users = self.env["res.users"]
        user = Users.with_context(active_test=False).search(
            Domain("login", "=ilike", email) | Domain("email_normalized", "=", email),
            limit=1,
        )
        if not user:
            return self._o2c_create_user(consignor, company, name, email)
        own = user.commercial_partner_id == consignor and user._is_portal()
        if not (own and user.active):
            # the same words whoever has it: no way to learn who our customers are
            raise UserError(
                self.env._(
                    "%(email)s cannot be invited from here. Ask your contact with us "
                    "to do it.",
                    email=email,
                )
            )
        return user

    def _o2c_create_user(self, consignor, company, name, email):
        partner = self.env["res.partner"].create(
            {
                "name": name,
                "email": email,
                "parent_id": consignor.id,
                "type": "contact",
                "lang": self.env.user.lang,
            }
        )
        user = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .with_company(company)
            ._create_user_from_template(
                {
                    "email": email,
                    "login": email,
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "company_ids": [fields.Command.set(company.ids)],
                }
            )
        )
        partner.signup_prepare()
        template = self.env.ref("auth_signup.portal_set_password_email")
        # queued, not sent now: a mail server that is down must not undo the invitation
        template.with_context(medium="portalinvite").send_mail(user.id)
        return user

    def _o2c_change(self, role):
        """Change a member's role, or remove him with ``None``.

        :raises UserError: no such role, or his supplier would have no manager left
        """
        self.ensure_one()
        if role is not None and role not in roles.ROLES:
            raise UserError(self.env._("Choose a role."))
        if self.role == roles.MANAGER and role != roles.MANAGER:
            self._o2c_check_other_manager()
        if role is None:
            self.unlink()
        else:
            self.role = role

    def _o2c_check_other_manager(self):
        others = self.search(
            [
                ("id", "!=", self.id),
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("role", "=", roles.MANAGER),
            ]
        ).filtered("is_in_force")
        if not others:
            raise UserError(
                self.env._(
                    "%(user)s is the only manager. Make somebody else manager first.",
                    user=self.user_id.name,
                )
            )
