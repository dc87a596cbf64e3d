from odoo.fields import Domain
from odoo.http import content_disposition, request, route

from odoo.addons.portal.controllers.portal import pager

from ..models.o2c_supplier_bill import PAYMENT_STATES
from ..portal_core import roles
from ..portal_core.filters import Spec
from .exports import send_export
from .pages import MAX_PAGE, PAGE_SIZE, PERIOD_FILTERS, SupplierPages, search_domain
from .scope import Scope

DOCUMENTS = {"pdf": "application/pdf", "xml": "application/xml"}
BILL_FILTERS = (
    *PERIOD_FILTERS,
    Spec("payment", "choice", choices=tuple(dict(PAYMENT_STATES)), default=None),
    Spec("search", "text"),
)


class SupplierBills(SupplierPages):
    @route(
        [
            "/my/consignment/bills",
            f"/my/consignment/bills/page/<int(max={MAX_PAGE}):page>",
        ],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_bills(self, page=1, **params):
        scope, values, problems = self._o2c_open(roles.BILLING, BILL_FILTERS, params)
        domain = Domain.FALSE if problems else scope.domain & bill_domain(values)
        Bill = scope.model("o2c.supplier.bill")
        totals = Bill._read_group(
            domain & Domain("state", "!=", "cancel"),
            ["currency_id"],
            ["amount_total:sum", "amount_residual:sum", "__count"],
        )
        page_values = pager(
            "/my/consignment/bills",
            total=Bill.search_count(domain),
            page=page,
            step=PAGE_SIZE,
            url_args=self._o2c_query_string(values),
        )
        return self._o2c_render(
            "bills",
            scope,
            "bills",
            status=400 if problems else 200,
            problems=problems,
            bills=Bill.search(domain, limit=PAGE_SIZE, offset=page_values["offset"]),
            totals=totals,
            pager=page_values,
            values=values,
            query=self._o2c_query_string(values),
            payment_states=Bill._fields["payment_state"]._description_selection(
                request.env
            ),
        )

    # Not readonly: a download is written into the log.
    @route(
        "/my/consignment/bills/export/<any(csv,xlsx):file_format>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def o2c_bills_export(self, file_format, **params):
        scope, values, problems = self._o2c_open(roles.BILLING, BILL_FILTERS, params)
        return send_export(
            scope,
            "o2c.supplier.bill",
            bill_domain(values),
            bill_columns(),
            file_format,
            name=request.env._("bills"),
            problems=problems,
        )

    # Not readonly: a download is written into the log.
    @route(
        "/my/consignment/bills/<int:bill_id>/<any(factura,retencion):which>"
        "/<any(pdf,xml):extension>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def o2c_bill_document(self, bill_id, which, extension, **params):
        scope = Scope.of(request.env, roles.BILLING)
        bill = scope.find("o2c.supplier.bill", bill_id)
        # with the superuser's rights from here on, for this bill of his alone
        found = bill.sudo()._o2c_download(which, extension)
        if not found:
            scope.not_found()
        name, content = found
        request.env["o2c.supplier.access.log"]._o2c_log(
            "download", name, company=bill.company_id
        )
        headers = [
            ("Content-Type", DOCUMENTS[extension]),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(content, headers)


def bill_domain(values):
    """Return the domain of the filters of a bills page or API call."""
    domain = Domain.TRUE
    if values.get("date_from"):
        domain &= Domain("invoice_date", ">=", values["date_from"])
    if values.get("date_to"):
        domain &= Domain("invoice_date", "<=", values["date_to"])
    if values.get("payment"):
        domain &= Domain("payment_state", "=", values["payment"])
    return domain & search_domain(values.get("search"), ("name", "settlement_name"))


def bill_columns():
    """Return (title, field) of an export: the same columns as on the page."""
    return [
        (request.env._("Number"), "name"),
        (request.env._("Type"), "move_type"),
        (request.env._("Date"), "invoice_date"),
        (request.env._("Due date"), "invoice_date_due"),
        (request.env._("Settlement"), "settlement_name"),
        (request.env._("State"), "state"),
        (request.env._("Payment"), "payment_state"),
        (request.env._("Without taxes"), "amount_untaxed"),
        (request.env._("Taxes"), "amount_tax"),
        (request.env._("Total"), "amount_total"),
        (request.env._("Withheld"), "withheld"),
        (request.env._("Withholding"), "withholding_number"),
        (request.env._("Pending"), "amount_residual"),
        (request.env._("Currency"), "currency_id"),
    ]
