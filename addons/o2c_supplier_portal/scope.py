"""Whose rows a request is about: the signed-in user's supplier, by role and company.

Every query of the portal and of the API starts from a :class:`Scope`. An id that is
given is looked up inside it, so a foreign one is answered like one that never was.
"""

from werkzeug.exceptions import Forbidden, NotFound

from odoo.fields import Domain

from .portal_core import roles


class Scope:
    """What one user of a supplier may see where his role includes a permission.

    :param env: environment of the signed-in user, never of the superuser
    :param members: his roles that include the permission
    """

    def __init__(self, env, members):
        self.env = env
        self.members = members
        self.companies = members.company_id
        self.consignor = env.user.commercial_partner_id

    @classmethod
    def of(cls, env, permission, company_id=None):
        """Return the scope of the current user.

        :param str permission: a constant of ``portal_core.roles``
        :param int company_id: only this company of ours
        :raise NotFound: not a supplier's user, or not in this company
        :raise Forbidden: his role does not include the permission
        """
        members = env.user._o2c_supplier_members().sorted(
            lambda member: (member.company_id.sequence, member.company_id.id)
        )
        if company_id:
            members = members.filtered(lambda m: m.company_id.id == company_id)
        if not members:
            raise NotFound()
        allowed = members.filtered(lambda m: roles.allows(m.role, permission))
        if not allowed:
            raise Forbidden(
                env._(
                    "Your role does not include this. Ask your company's manager of "
                    "this portal."
                )
            )
        return cls(env, allowed)

    def first_company(self):
        """Return the same scope in one company: what a page shows at a time."""
        return Scope(self.env, self.members[:1])

    @property
    def company(self):
        return self.companies[:1]

    def can(self, permission):
        """Whether the role in the scope's first company includes a permission."""
        return roles.allows(self.members[:1].role, permission)

    @property
    def domain(self):
        """The rows of this supplier; record rules say the same a second time."""
        return Domain("consignor_id", "=", self.consignor.id) & Domain(
            "company_id", "in", self.companies.ids
        )

    def model(self, name):
        return self.env[name]

    def find(self, model, record_id):
        """Return one row of a read model.

        :raise NotFound: it is another supplier's, or does not exist: no difference
        """
        found = self.env[model].search(
            self.domain & Domain("id", "=", record_id), limit=1
        )
        return found or self.not_found()

    @staticmethod
    def not_found():
        """Answer that there is no such thing, whoever it may belong to."""
        raise NotFound()
