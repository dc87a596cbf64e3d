from werkzeug.exceptions import HTTPException

from odoo.exceptions import UserError
from odoo.http import request, route

from ..listings import LISTINGS
from ..models.o2c_supplier_export import LISTING_NAMES
from ..portal_core import roles
from ..portal_core.filters import Spec
from .exports import EXPORTS
from .pages import SupplierPages
from .sales import group_choices, place_choices, product_choices

REPORTS = "/my/consignment/reports"
REPORTABLE = tuple(name for name, __ in LISTING_NAMES if name != "lines")
FORM = (Spec("listing", "choice", choices=REPORTABLE),)
DATES = ("date_from", "date_to")
# filter: the field whose values it takes
FIELDS = {
    "kind": "kind",
    "level": "stock_state",
    "direction": "direction",
    "payment": "payment_state",
}
SIMPLE = ("groupby", "period", "file_format", "schedule")


class SupplierReports(SupplierPages):
    @route(
        REPORTS, type="http", auth="user", website=True, readonly=True, methods=["GET"]
    )
    def o2c_reports(self, **params):
        scope, values, problems = self._o2c_open(roles.DASHBOARD, FORM, params)
        return self._o2c_reports_page(scope, values["listing"], problems)

    @route(f"{REPORTS}/new", type="http", auth="user", website=True, methods=["POST"])
    def o2c_reports_new(self, listing="", **params):
        scope, values, problems = self._o2c_open(
            roles.DASHBOARD, FORM, {"listing": listing}
        )
        kind = LISTINGS.get(values["listing"])
        if not kind:
            problems = problems or [request.env._("Choose what the report is about.")]
            return self._o2c_reports_page(scope, None, problems)
        scope, __, problems = self._o2c_open(kind.permission, kind.filters, params)
        if problems:
            return self._o2c_reports_page(scope, kind.name, problems)
        return self._o2c_report_act(
            scope,
            request.env._("The report was saved."),
            lambda: self._o2c_save(scope, kind, params),
        )

    @route(
        f"{REPORTS}/<int:report_id>/run",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_reports_run(self, report_id, **params):
        scope, report = self._o2c_report(report_id, params)
        try:
            with request.env.cr.savepoint():
                report._o2c_ask()
        except UserError as error:
            return self._o2c_reports_page(scope, None, [error.args[0]])
        except HTTPException:
            scope.not_found()
        return request.redirect(f"{EXPORTS}?company={scope.company.id}")

    @route(
        f"{REPORTS}/<int:report_id>/delete",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_reports_delete(self, report_id, **params):
        scope, report = self._o2c_report(report_id, params)
        return self._o2c_report_act(
            scope, request.env._("The report was deleted."), report.unlink
        )

    def _o2c_own_reports(self):
        Report = request.env["o2c.supplier.report"].sudo()
        return Report.search(Report._o2c_domain_of(request.env.user))

    def _o2c_report(self, report_id, params):
        """Return the scope and one of the user's own reports."""
        scope, __, __ = self._o2c_open(roles.DASHBOARD, (), params)
        report = self._o2c_own_reports().filtered(lambda r: r.id == report_id)
        return scope, report or scope.not_found()

    def _o2c_described(self, scope):
        """Return report → its filters in words."""
        reports = self._o2c_own_reports()
        known = {
            name: filter_fields(scope, LISTINGS[name])
            for name in {report.listing for report in reports if report.params}
            if scope.can(LISTINGS[name].permission)
        }
        return {
            report: [
                (label, _shown(report.params[name], choices))
                for name, label, choices in known.get(report.listing, ())
                if report.params.get(name)
            ]
            for report in reports
            if report.params
        }

    def _o2c_save(self, scope, kind, params):
        filters = {spec.name for spec in kind.filters} - set(DATES)
        chosen_filters = {k: params[k] for k in params if k in filters and params[k]}
        chosen = request.httprequest.form.getlist("columns")
        # an invented value is refused by the fields themselves
        simple = {name: params[name] for name in SIMPLE if params.get(name)}
        try:
            request.env["o2c.supplier.report"].sudo()._o2c_save(
                scope,
                {
                    "name": params.get("name"),
                    "listing": kind.name,
                    "params": chosen_filters,
                    "columns": [name for name in kind.columns if name in chosen],
                    **simple,
                },
            )
        except ValueError as error:
            raise UserError(request.env._("Choose from the lists.")) from error

    def _o2c_report_act(self, scope, done, action):
        try:
            with request.env.cr.savepoint():
                action()
        except UserError as error:
            return self._o2c_reports_page(scope, None, error.args[0].splitlines())
        request.env["o2c.supplier.access.log"]._o2c_log(
            "action", done, company=scope.company
        )
        request.session["o2c_message"] = done
        return request.redirect(f"{REPORTS}?company={scope.company.id}")

    def _o2c_reports_page(self, scope, listing=None, problems=None):
        Report = request.env["o2c.supplier.report"].sudo()
        choices = {
            name: Report._fields[name]._description_selection(request.env)
            for name in ("listing", "period", "file_format", "schedule")
        }
        allowed = [
            (name, label)
            for name, label in choices["listing"]
            if scope.can(LISTINGS[name].permission)
        ]
        kind = LISTINGS.get(listing)
        if kind and not scope.can(kind.permission):
            kind = None
        columns = (
            list(zip(kind.columns, kind.titles(request.env), strict=True))
            if kind
            else []
        )
        return self._o2c_render(
            "reports",
            scope,
            "reports",
            status=422 if problems else 200,
            problems=problems,
            reports=self._o2c_own_reports(),
            kind=kind,
            filter_fields=filter_fields(scope, kind) if kind else (),
            described=self._o2c_described(scope),
            listings=allowed,
            choices=choices,
            columns=columns,
            groups=_group_labels(kind),
            given=dict(request.params),
        )


def filter_fields(scope, kind):
    """Return (name, label, choices) of what a report can be narrowed to.

    Choices are those of the supplier's own rows; None where any text can be written.
    """
    return [
        (spec.name, _filter_label(spec.name), _filter_choices(scope, kind, spec.name))
        for spec in kind.filters
        if spec.name not in DATES
    ]


def _shown(value, choices):
    """Return what a filter's value is called, itself when it is written freely."""
    return {str(key): label for key, label in choices or ()}.get(value, value)


def _filter_choices(scope, kind, name):
    if name in FIELDS:
        field = scope.model(kind.model)._fields[FIELDS[name]]
        return field._description_selection(scope.env)
    if name == "product":
        return product_choices(scope)
    if name == "place":
        return place_choices(scope)
    return group_choices(scope) if name == "group" else None


def _filter_label(name):
    return {
        "direction": request.env._("Direction"),
        "group": request.env._("Customer group"),
        "kind": request.env._("Kind"),
        "level": request.env._("Level"),
        "lot": request.env._("Lot"),
        "payment": request.env._("Payment"),
        "place": request.env._("Place"),
        "product": request.env._("Product"),
        "search": request.env._("Only what contains"),
    }[name]


def _group_labels(kind):
    """Return (name, label) of what a listing can be grouped by."""
    labels = {
        "product": request.env._("Product"),
        "place": request.env._("Place"),
        "month": request.env._("Month"),
        "kind": request.env._("Kind"),
        "group": request.env._("Customer group"),
        "direction": request.env._("Direction"),
    }
    return [(name, labels[name]) for name in (kind.groups if kind else ())]
