import re

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..listings import LINES, PERIOD, ZONE
from ..models.o2c_supplier_settlement import STATES
from ..portal_core import roles
from ..portal_core.filters import Spec
from ..scope import Scope
from .exports import SupplierExports
from .pages import MAX_PAGE, PAGE_SIZE, may_choose

ADDRESS = "/my/consignment/settlements"
SETTLEMENT_FILTERS = (
    *PERIOD,
    Spec("state", "choice", choices=tuple(dict(STATES))),
)
REASON = re.compile(r"reason_(\d{1,10})", re.ASCII)
# ten times the largest that the SRI takes
MAX_XML = 5 * 1024 * 1024


class SupplierSettlements(SupplierExports):
    @route(
        [ADDRESS, f"{ADDRESS}/page/<int(max={MAX_PAGE}):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_settlements(self, page=1, **params):
        scope, values, problems = self._o2c_open(
            roles.BILLING, SETTLEMENT_FILTERS, params
        )
        domain = Domain.FALSE if problems else scope.domain & settlement_domain(values)
        Settlement = scope.model("o2c.supplier.settlement")
        page_values = pager(
            ADDRESS,
            total=Settlement.search_count(domain),
            page=page,
            step=PAGE_SIZE,
            url_args=self._o2c_query_string(values),
        )
        return self._o2c_render(
            "settlements",
            scope,
            "settlements",
            status=400 if problems else 200,
            problems=problems,
            settlements=Settlement.search(
                domain, limit=PAGE_SIZE, offset=page_values["offset"]
            ),
            pager=page_values,
            values=values,
            query=self._o2c_query_string(values),
            states=Settlement._fields["state"]._description_selection(request.env),
            may_choose=may_choose(scope),
        )

    @route(
        [
            f"{ADDRESS}/<int:settlement_id>",
            f"{ADDRESS}/<int:settlement_id>/page/<int(max={MAX_PAGE}):page>",
        ],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_settlement(self, settlement_id, page=1, **params):
        scope, settlement = self._o2c_settlement(settlement_id, roles.BILLING)
        return self._o2c_settlement_page(scope, settlement, page)

    @route(
        f"{ADDRESS}/<int:settlement_id>/answer",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_settlement_answer(self, settlement_id, **params):
        scope, settlement = self._o2c_settlement(settlement_id, roles.SETTLE)
        reasons = self._o2c_reasons(scope, settlement, params)
        return self._o2c_act(
            scope,
            settlement,
            request.env._("Your answer was recorded."),
            lambda real: real._o2c_supplier_answer(
                reasons, accept_rest=params.get("rest") == "accept"
            ),
        )

    @route(
        f"{ADDRESS}/<int:settlement_id>/message",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_settlement_message(self, settlement_id, text="", **params):
        scope, settlement = self._o2c_settlement(settlement_id, roles.SETTLE)
        return self._o2c_act(
            scope,
            settlement,
            request.env._("Your message was sent."),
            lambda real: real._o2c_supplier_say(text),
        )

    @route(
        f"{ADDRESS}/<int:settlement_id>/bill",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=MAX_XML,
    )
    def o2c_settlement_bill(self, settlement_id, access_key="", xml=None, **params):
        scope, settlement = self._o2c_settlement(settlement_id, roles.REGISTER_BILL)
        content = xml.read() if hasattr(xml, "read") else None
        return self._o2c_act(
            scope,
            settlement,
            request.env._(
                "Your factura was registered. We check it and tell you when it is paid."
            ),
            lambda real: real._o2c_supplier_register_bill(access_key, content),
        )

    @route(
        f"{ADDRESS}/<int:settlement_id>/export/<any(csv,xlsx,pdf):file_format>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_settlement_export(self, settlement_id, file_format, **params):
        scope, settlement = self._o2c_settlement(settlement_id, roles.BILLING)
        params = {"company": str(scope.company.id), "settlement": str(settlement.id)}
        return self._o2c_export(
            LINES, file_format, params, name=settlement.name.replace("/", "-")
        )

    def _o2c_settlement(self, settlement_id, permission):
        """Return the scope of a settlement's company and the settlement.

        The permission is asked of the role in the company that it belongs to.
        """
        seen = Scope.of(request.env, roles.BILLING)
        settlement = seen.find("o2c.supplier.settlement", settlement_id)
        scope = Scope.of(request.env, permission, settlement.company_id.id)
        request.update_context(tz=ZONE)
        return scope, settlement.with_env(request.env)

    def _o2c_settlement_page(self, scope, settlement, page=1, *, error=None, given=()):
        Line = scope.model("o2c.supplier.settlement.line")
        domain = scope.domain & Domain("settlement_id", "=", settlement.id)
        page_values = pager(
            f"{ADDRESS}/{settlement.id}",
            total=settlement.line_count,
            page=page,
            step=PAGE_SIZE,
        )
        real = request.env["o2c.consignment.settlement"].sudo().browse(settlement.id)
        return self._o2c_render(
            "settlement",
            scope,
            "settlements",
            status=422 if error else 200,
            problems=error and [error],
            given=dict(given),
            settlement=settlement,
            lines=Line.search(domain, limit=PAGE_SIZE, offset=page_values["offset"]),
            pager=page_values if page_values["page_count"] > 1 else None,
            bills=scope.model("o2c.supplier.bill").search(domain),
            messages=real._o2c_supplier_messages(),
        )

    def _o2c_reasons(self, scope, settlement, params):
        """Return line id → reason of the lines that the form disputes.

        :raise NotFound: a line of another settlement, or none at all: no difference
        """
        reasons = {}
        for name, text in params.items():
            found = REASON.fullmatch(name)
            if found and isinstance(text, str) and text.strip():
                line_id = int(found[1])
                line = scope.find("o2c.supplier.settlement.line", line_id)
                if line.settlement_id.id != settlement.id:
                    scope.not_found()
                reasons[line_id] = text.strip()
        return reasons

    def _o2c_act(self, scope, settlement, done, action):
        """Do something to a settlement that was found in the user's scope.

        The superuser's rights are taken here, for this one record and this one step;
        what the user may do was asked before.

        :param str done: what to say when it worked
        :param action: gets the settlement
        """
        real = request.env["o2c.consignment.settlement"].sudo().browse(settlement.id)
        try:
            with request.env.cr.savepoint():
                action(real)
        except UserError as error:
            return self._o2c_settlement_page(
                scope, settlement, error=error.args[0], given=request.params
            )
        request.session["o2c_message"] = done
        return request.redirect(f"{ADDRESS}/{settlement.id}")


def settlement_domain(values):
    """Return the domain of the filters of a settlements page or API call."""
    domain = Domain.TRUE
    if values.get("date_from"):
        domain &= Domain("date_to", ">=", values["date_from"])
    if values.get("date_to"):
        domain &= Domain("date_to", "<=", values["date_to"])
    if values.get("state"):
        domain &= Domain("state", "=", values["state"])
    return domain
