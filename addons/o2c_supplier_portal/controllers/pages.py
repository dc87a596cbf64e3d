"""What every page of the supplier portal shares: filters, messages, values."""

from odoo import fields
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..listings import ZONE
from ..models.res_config_settings import SETTLED_BY_US
from ..portal_core import filters, roles
from ..scope import Scope

PAGE_SIZE = 50
# Past this an offset costs more than a person turning pages is worth.
MAX_PAGE = 2000
COMPANY_FILTER = filters.Spec("company", "number")
# tab of every page: (name, address, permission)
TABS = (
    ("dashboard", "/my/consignment", roles.DASHBOARD),
    ("sales", "/my/consignment/sales", roles.SALES),
    ("stock", "/my/consignment/stock", roles.STOCK),
    ("movements", "/my/consignment/movements", roles.STOCK),
    ("replenishment", "/my/consignment/replenishment", roles.STOCK),
    ("settlements", "/my/consignment/settlements", roles.BILLING),
    ("bills", "/my/consignment/bills", roles.BILLING),
    ("reports", "/my/consignment/reports", roles.DASHBOARD),
    ("alerts", "/my/consignment/alerts", roles.DASHBOARD),
    ("messages", "/my/consignment/messages", roles.DASHBOARD),
    ("help", "/my/consignment/help", roles.DASHBOARD),
    ("team", "/my/consignment/team", roles.TEAM),
    ("log", "/my/consignment/log", roles.LOG),
    ("keys", "/my/consignment/keys", roles.DASHBOARD),
    ("webhooks", "/my/consignment/webhooks", roles.TEAM),
)


def problem_text(problem):
    """Return one sentence for a person about a parameter that cannot be used."""
    texts = {
        filters.NOT_A_DATE: request.env._(
            "%(parameter)s: “%(value)s” is not a date. Write it like 2026-01-31."
        ),
        filters.DATE_OUT_OF_RANGE: request.env._(
            "%(parameter)s: %(value)s is out of range (%(allowed)s)."
        ),
        filters.DATES_REVERSED: request.env._(
            "%(parameter)s: the period ends on %(value)s, before it starts on "
            "%(allowed)s."
        ),
        filters.NOT_A_NUMBER: request.env._(
            "%(parameter)s: “%(value)s” is not a whole number."
        ),
        filters.NUMBER_OUT_OF_RANGE: request.env._(
            "%(parameter)s: %(value)s is out of range (%(allowed)s)."
        ),
        filters.NOT_A_CHOICE: request.env._(
            "%(parameter)s: “%(value)s” is not one of: %(allowed)s."
        ),
        filters.TEXT_TOO_LONG: request.env._(
            "%(parameter)s: the text is too long; at most %(allowed)s characters."
        ),
        filters.NOT_A_CURSOR: request.env._(
            "%(parameter)s: this is not a cursor that an answer gave."
        ),
        filters.UNKNOWN: request.env._("%(parameter)s: there is no such parameter."),
    }
    return texts[problem.code] % {
        "parameter": problem.parameter,
        "value": problem.value,
        "allowed": problem.allowed,
    }


def may_choose(scope):
    """Whether the user may settle sales that he chooses: by role and our setting."""
    by_us = scope.env["ir.config_parameter"].sudo().get_param(SETTLED_BY_US)
    return not by_us and scope.can(roles.SETTLE)


class SupplierPages(CustomerPortal):
    """Helpers for the pages; the routes are in the modules beside this one."""

    def _o2c_open(self, permission, specs, params):
        """Return the scope of a page's company, its parameters and their problems.

        :param str permission: a constant of ``portal_core.roles``
        :param specs: the page's own ``filters.Spec``
        :param dict params: what the address carries
        :return: scope, values, list of sentences about wrong parameters
        """
        values, problems = filters.parse(params, (COMPANY_FILTER, *specs))
        problems += filters.check_period(values, "date_from", "date_to")
        scope = Scope.of(request.env, permission, values["company"])
        # legal days are Ecuador's, wherever the reader's browser is
        request.update_context(tz=ZONE)
        return (
            scope.first_company(),
            values,
            [problem_text(problem) for problem in problems],
        )

    def _o2c_render(self, template, scope, page_name, *, status=200, **values):
        """Return a page with what the common layout needs."""
        own = request.env.user._o2c_supplier_members()
        response = request.render(
            f"o2c_supplier_portal.{template}",
            {
                **self._prepare_portal_layout_values(),
                "page_name": f"o2c_{page_name}",
                "o2c_tab": page_name,
                "o2c_tabs": [tab for tab in TABS if scope.can(tab[2])],
                "scope": scope,
                "company": scope.company,
                "companies": own.company_id,
                "today": fields.Date.context_today(request.env.user),
                "message": request.session.pop("o2c_message", None),
                "refusal": request.session.pop("o2c_refusal", None),
                **values,
            },
        )
        response.status_code = status
        return response

    def _o2c_query_string(self, values, **changes):
        """Return the parameters of a page as they go into another address."""
        merged = {**values, **changes}
        return {
            name: str(value)
            for name, value in merged.items()
            if value not in (None, "", False)
        }
