"""API keys and sessions: each user ends his own, a manager his colleagues' too."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessDenied
from odoo.http import request, route

from ..models.ir_http import API_SCOPE
from ..portal_core import roles
from .pages import SupplierPages
from .team import TEAM, members_of

KEYS = "/my/consignment/keys"
SESSIONS = "/my/consignment/sessions"
KEY_DAYS = (30, 90, 180, 365)
MAX_KEYS = 10


class SupplierKeys(SupplierPages):
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
        self._o2c_log_key(scope, request.env._("Key made: %s", name))
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
        key = keys_of(guarded_users(scope)).filtered(lambda k: k.id == key_id)
        if not key:
            scope.not_found()
        user, label = key.user_id, f"{key.name} ({key.user_id.login})"
        key._remove()
        self._o2c_log_key(scope, request.env._("Key revoked: %s", label))
        request.session["o2c_message"] = request.env._("The key %s was revoked.", label)
        return request.redirect(self._o2c_back(scope, user))

    @route(
        f"{SESSIONS}/<int:device_id>/revoke",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_sessions_revoke(self, device_id, **params):
        scope, __, __ = self._o2c_open(roles.DASHBOARD, (), params)
        devices = devices_of(guarded_users(scope))
        device = devices.filtered(lambda d: d.id == device_id)
        if not device:
            scope.not_found()
        user, label = device.user_id, f"{device.display_name} ({device.user_id.login})"
        self._o2c_log_key(scope, request.env._("Session ended: %s", label))
        device._revoke()
        return request.redirect(self._o2c_back(scope, user))

    @route(
        f"{TEAM}/<int:member_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_team_member(self, member_id, **params):
        """What a colleague's programs and browsers hold, for his manager."""
        scope, __, problems = self._o2c_open(roles.TEAM, (), params)
        member = members_of(scope).filtered(
            lambda m: m.id == member_id and m.is_in_force
        )
        if not member:
            scope.not_found()
        return self._o2c_render(
            "team_member",
            scope,
            "team",
            problems=problems,
            member=member,
            keys=keys_of(member.user_id),
            devices=devices_of(member.user_id),
        )

    def _o2c_back(self, scope, user):
        """Return where the list is from which something of a user was ended."""
        company = f"?company={scope.company.id}"
        if user.id == request.env.uid:
            return f"{KEYS}{company}"
        member = members_of(scope).filtered(lambda m: m.user_id == user)
        return f"{TEAM}/{member.id}{company}"

    def _o2c_log_key(self, scope, text):
        request.env["o2c.supplier.access.log"]._o2c_log(
            "key", text, company=scope.company
        )

    def _o2c_key_problems(self, name, days, password):
        problems = []
        if not name:
            problems.append(request.env._("Write what the key is for."))
        if days not in map(str, KEY_DAYS):
            problems.append(request.env._("Choose how long the key is valid."))
        if len(keys_of(request.env.user)) >= MAX_KEYS:
            problems.append(
                request.env._("You have %s keys: revoke one first.", MAX_KEYS)
            )
        user = request.env.user
        try:
            # counted like sign-ins: who found a browser open cannot try passwords
            with user._assert_can_auth(user=user.id):
                user._check_credentials(
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
            keys=keys_of(request.env.user),
            devices=devices_of(request.env.user),
            new_key=key,
            key_days=KEY_DAYS,
        )


def guarded_users(scope):
    """Return whose keys and sessions the user may end: his own, a manager's team's.

    A colleague who moved to another supplier is none any more.
    """
    users = request.env.user
    if scope.can(roles.TEAM):
        users |= members_of(scope).filtered("is_in_force").user_id
    return users


def keys_of(users):
    """Return the keys of this API, not those for other things, of some users."""
    return (
        request.env["res.users.apikeys"]
        .sudo()
        .search([("user_id", "in", users.ids), ("scope", "=", API_SCOPE)])
    )


def devices_of(users):
    """Return where some users are signed in."""
    return (
        request.env["res.device"]
        .sudo()
        .search([("user_id", "in", users.ids), ("revoked", "=", False)])
    )
