from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..models.ir_http import API_SCOPE
from ..portal_core import roles
from ..portal_core.filters import Spec
from .pages import MAX_PAGE, PAGE_SIZE, SupplierPages

TEAM = "/my/consignment/team"
KEYS = "/my/consignment/keys"
LOG = "/my/consignment/log"
KEY_DAYS = (30, 90, 180, 365)
MAX_KEYS = 10
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

    def _o2c_members(self, scope):
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

    def _o2c_member(self, scope, member_id):
        """Return a colleague of the manager, with the superuser's rights.

        :raise NotFound: a member of another supplier, or none at all
        """
        found = self._o2c_members(scope).filtered(lambda m: m.id == member_id)
        return found or scope.not_found()

    def _o2c_team_page(self, scope, problems=None, given=()):
        return self._o2c_render(
            "team",
            scope,
            "team",
            status=422 if problems else 200,
            problems=problems,
            given=dict(given),
            members=self._o2c_members(scope),
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

    # === API KEYS === #

    @route(KEYS, type="http", auth="user", website=True, readonly=True, methods=["GET"])
    def o2c_keys(self, **params):
        scope, __, problems = self._o2c_open(roles.DASHBOARD, (), params)
        return self._o2c_keys_page(scope, problems)

    @route(f"{KEYS}/new", type="http", auth="user", website=True, methods=["POST"])
    def o2c_keys_new(self, name="", days="", password="", **params):
        scope, __, __ = self._o2c_open(roles.DASHBOARD, (), params)
        name = name.strip()[:100]
        problems = self._o2c_key_problems(name, days, password)
        if problems:
            return self._o2c_keys_page(scope, problems)
        key = request.env["res.users.apikeys"]._generate(
            API_SCOPE, name, fields.Datetime.now() + timedelta(days=int(days))
        )
        request.env["o2c.supplier.access.log"]._o2c_log(
            "key", request.env._("Key made: %s", name), company=scope.company
        )
        # shown in this answer only: nobody can read it again, we neither
        response = self._o2c_keys_page(scope, key=key)
        response.headers["Cache-Control"] = "no-store"
        return response

    @route(
        f"{KEYS}/<int:key_id>/revoke",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_keys_revoke(self, key_id, **params):
        scope, __, __ = self._o2c_open(roles.DASHBOARD, (), params)
        key = self._o2c_own_keys().filtered(lambda k: k.id == key_id)
        if not key:
            scope.not_found()
        name = key.name
        key._remove()
        request.env["o2c.supplier.access.log"]._o2c_log(
            "key", request.env._("Key revoked: %s", name), company=scope.company
        )
        request.session["o2c_message"] = request.env._("The key %s was revoked.", name)
        return request.redirect(KEYS)

    @route(
        "/my/consignment/sessions/<int:device_id>/revoke",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_sessions_revoke(self, device_id, **params):
        scope, __, __ = self._o2c_open(roles.DASHBOARD, (), params)
        device = self._o2c_own_devices().filtered(lambda d: d.id == device_id)
        if not device:
            scope.not_found()
        request.env["o2c.supplier.access.log"]._o2c_log(
            "key",
            request.env._("Session ended: %s", device.display_name),
            company=scope.company,
        )
        device._revoke()
        return request.redirect(KEYS)

    def _o2c_own_devices(self):
        """Return where the user is signed in."""
        return (
            request.env["res.device"]
            .sudo()
            .search([("user_id", "=", request.env.uid), ("revoked", "=", False)])
        )

    def _o2c_own_keys(self):
        """Return the user's keys of this API: his own only, a manager's too."""
        return (
            request.env["res.users.apikeys"]
            .sudo()
            .search([("user_id", "=", request.env.uid), ("scope", "=", API_SCOPE)])
        )

    def _o2c_key_problems(self, name, days, password):
        problems = []
        if not name:
            problems.append(request.env._("Write what the key is for."))
        if days not in map(str, KEY_DAYS):
            problems.append(request.env._("Choose how long the key is valid."))
        if len(self._o2c_own_keys()) >= MAX_KEYS:
            problems.append(
                request.env._("You have %s keys: revoke one first.", MAX_KEYS)
            )
        try:
            request.env.user._check_credentials(
                {"type": "password", "password": password}, {"interactive": True}
            )
        except AccessDenied:
            problems.append(request.env._("The password is not right."))
        return problems

    def _o2c_keys_page(self, scope, problems=None, key=None):
        return self._o2c_render(
            "keys",
            scope,
            "keys",
            status=422 if problems else 200,
            problems=problems,
            keys=self._o2c_own_keys(),
            devices=self._o2c_own_devices(),
            new_key=key,
            key_days=KEY_DAYS,
        )
