from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..portal_core import roles
from ..portal_core.filters import Spec
from .pages import MAX_PAGE, PAGE_SIZE, SupplierPages

TEAM = "/my/consignment/team"
LOG = "/my/consignment/log"
KIND_FILTER = (
    Spec("kind", "choice", choices=("sign_in", "download", "action", "key", "team")),
)


class SupplierTeam(SupplierPages):
    # === COLLEAGUES === #

    @route(TEAM, type="http", auth="user", website=True, readonly=True, methods=["GET"])
    def o2c_team(self, **params):
        scope, __, problems = self._o2c_open(roles.TEAM, (), params)
        return self._o2c_team_page(scope, problems)

    @route(f"{TEAM}/invite", type="http", auth="user", website=True, methods=["POST"])
    def o2c_team_invite(self, name="", email="", role="", **params):
        scope, __, __ = self._o2c_open(roles.TEAM, (), params)

        def invite():
            Member = request.env["o2c.supplier.member"].sudo()
            member = Member._o2c_invite(
                scope.consignor, scope.company, name, email, role
            )
            label = self._o2c_role_labels()[role]
            return request.env._(
                "%(user)s was invited as %(role)s.", user=member.login, role=label
            )

        return self._o2c_team_act(scope, invite)

    @route(
        f"{TEAM}/<int:member_id>/role",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_team_role(self, member_id, role="", **params):
        scope, __, __ = self._o2c_open(roles.TEAM, (), params)
        member = self._o2c_member(scope, member_id)

        def change():
            member._o2c_change(role)
            label = self._o2c_role_labels()[role]
            return request.env._(
                "%(user)s is now %(role)s.", user=member.user_id.name, role=label
            )

        return self._o2c_team_act(scope, change)

    @route(
        f"{TEAM}/<int:member_id>/remove",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_team_remove(self, member_id, **params):
        scope, __, __ = self._o2c_open(roles.TEAM, (), params)
        member = self._o2c_member(scope, member_id)
        name = member.user_id.name

        def remove():
            member._o2c_change(None)
            return request.env._("%(user)s has no access any more.", user=name)

        return self._o2c_team_act(scope, remove)

    def _o2c_member(self, scope, member_id):
        """Return a colleague of the manager, with the superuser's rights.

        :raise NotFound: a member of another supplier, or none at all
        """
        found = members_of(scope).filtered(lambda m: m.id == member_id)
        return found or scope.not_found()

    def _o2c_team_page(self, scope, problems=None, given=()):
        return self._o2c_render(
            "team",
            scope,
            "team",
            status=422 if problems else 200,
            problems=problems,
            given=dict(given),
            members=members_of(scope),
            role_labels=self._o2c_role_labels(),
        )

    def _o2c_role_labels(self):
        field = request.env["o2c.supplier.member"]._fields["role"]
        return dict(field._description_selection(request.env))

    def _o2c_team_act(self, scope, action):
        try:
            with request.env.cr.savepoint():
                done = action()
        except UserError as error:
            return self._o2c_team_page(
                scope, error.args[0].splitlines(), request.params
            )
        request.env["o2c.supplier.access.log"]._o2c_log(
            "team", done, company=scope.company
        )
        request.session["o2c_message"] = done
        return request.redirect(f"{TEAM}?company={scope.company.id}")

    # === LOG === #

    @route(
        [LOG, f"{LOG}/page/<int(max={MAX_PAGE}):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_log(self, page=1, **params):
        scope, values, problems = self._o2c_open(roles.LOG, KIND_FILTER, params)
        Log = request.env["o2c.supplier.access.log"].sudo()
        domain = [
            ("partner_id", "=", scope.consignor.id),
            ("company_id", "in", [False, scope.company.id]),
        ]
        if values["kind"]:
            domain.append(("kind", "=", values["kind"]))
        page_values = pager(
            LOG,
            total=Log.search_count(domain, limit=MAX_PAGE * PAGE_SIZE),
            page=page,
            step=PAGE_SIZE,
            url_args=self._o2c_query_string(values),
        )
        return self._o2c_render(
            "log",
            scope,
            "log",
            status=400 if problems else 200,
            problems=problems,
            entries=Log.search(domain, limit=PAGE_SIZE, offset=page_values["offset"]),
            kinds=Log._fields["kind"]._description_selection(request.env),
            pager=page_values,
            values=values,
        )


def members_of(scope):
    """Return the colleagues of a manager, with the superuser's rights."""
    return (
        request.env["o2c.supplier.member"]
        .sudo()
        .search(
            [
                ("partner_id", "=", scope.consignor.id),
                ("company_id", "=", scope.company.id),
            ],
            order="user_id",
        )
    )
