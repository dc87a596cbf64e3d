from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..listings import BILLS
from ..models.o2c_supplier_bill import DOCUMENTS
from ..portal_core import roles
from ..scope import Scope
from .exports import SupplierExports, send_file
from .pages import MAX_PAGE, PAGE_SIZE


class SupplierBills(SupplierExports):
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
        scope, values, problems = self._o2c_open(roles.BILLING, BILLS.filters, params)
        domain = Domain.FALSE if problems else scope.domain & BILLS.domain(values)
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

    @route(
        "/my/consignment/bills/export/<any(csv,xlsx,pdf):file_format>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_bills_export(self, file_format, **params):
        return self._o2c_export(BILLS, file_format, params)

    @route(
        "/my/consignment/bills/<int:bill_id>/<any(factura,retencion):which>"
        "/<any(pdf,xml):extension>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
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
        request.env["o2c.supplier.access.log"]._o2c_log_apart(
            "download", name, company=bill.company_id
        )
        return send_file(content, name, DOCUMENTS[extension])

    @route(
        "/my/consignment/bills/<int:bill_id>/resend",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_bill_resend(self, bill_id, **params):
        scope = Scope.of(request.env, roles.BILLING)
        bill = scope.find("o2c.supplier.bill", bill_id)
        try:
            with request.env.cr.savepoint():
                # with the superuser's rights, for this bill of his alone
                email = bill.sudo()._o2c_resend(request.env.user)
        except UserError as error:
            request.session["o2c_refusal"] = error.args[0]
        else:
            request.session["o2c_message"] = request.env._(
                "The documents were sent to %s.", email
            )
        return request.redirect(f"/my/consignment/bills?company={bill.company_id.id}")
