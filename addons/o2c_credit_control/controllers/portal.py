from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.dates import today
from .statement import xlsx_response


class CreditPortal(CustomerPortal):
    """The customer sees what he owes and says when he will pay.

    Invoices are found with the rights of the portal user; only then is what belongs to
    the whole customer (totals, promises) read for his commercial entity.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "o2c_open_count" in counters:
            values["o2c_open_count"] = len(self._o2c_open_invoices())
        return values

    @http.route(
        "/my/o2c/statement", type="http", auth="user", website=True, readonly=True
    )
    def o2c_statement(self, **_query):
        """Open invoices by age, promises, and the form to promise."""
        return self._o2c_render_statement()

    @http.route(
        "/my/o2c/statement/promise",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def o2c_promise(self, **post):
        """Take a promise about invoices of the user's own company.

        Ids of other invoices are dropped before anything is read from them, so that
        foreign ids answer like unknown ones.
        """
        chosen = self._o2c_chosen_invoices()
        partner = request.env.user.partner_id.commercial_partner_id
        try:
            if len(chosen.company_id) != 1:
                raise ValidationError(
                    request.env._("Choose the invoices that you promise to pay.")
                )
            # of several parts, none is taken when one is refused
            with request.env.cr.savepoint():
                request.env["o2c.credit.promise"]._promise_from_portal(
                    partner.sudo(),
                    chosen.sudo(),
                    post.get("amount"),
                    post.get("date"),
                    post.get("note"),
                    post.get("count") or "1",
                )
        except ValidationError as error:
            return self._o2c_render_statement(error=error.args[0], post=post)
        return request.redirect("/my/o2c/statement?promised=1")

    @http.route(
        "/my/o2c/statement/dispute",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def o2c_dispute(self, **post):
        """Take a complaint about invoices of the user's own company."""
        chosen = self._o2c_chosen_invoices()
        try:
            with request.env.cr.savepoint():
                request.env["o2c.credit.dispute"]._dispute_from_portal(
                    chosen, post.get("reason"), post.get("dispute_note")
                )
        except ValidationError as error:
            return self._o2c_render_statement(error=error.args[0], post=post)
        return request.redirect("/my/o2c/statement?disputed=1")

    @http.route(
        "/my/o2c/statement/xlsx", type="http", auth="user", website=True, readonly=True
    )
    def o2c_statement_sheet(self, company=None, **_query):
        """The statement in one company as a spreadsheet."""
        chosen = self._o2c_chosen_company(company)
        if not chosen:
            return request.redirect("/my/o2c/statement")
        partner = request.env.user.partner_id.commercial_partner_id
        sheet = partner.sudo().with_company(chosen)._o2c_credit_statement_xlsx()
        return xlsx_response(sheet)

    @http.route(
        "/my/o2c/statement/pdf", type="http", auth="user", website=True, readonly=True
    )
    def o2c_statement_pdf(self, company=None, **_query):
        """The statement in one company as a document to keep."""
        chosen = self._o2c_chosen_company(company)
        if not chosen:
            return request.redirect("/my/o2c/statement")
        partner = request.env.user.partner_id.commercial_partner_id
        reports = request.env["ir.actions.report"].sudo().with_company(chosen)
        content, _type = reports._render_qweb_pdf(
            "o2c_credit_control.o2c_credit_statement_report", partner.ids
        )
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition("statement.pdf")),
        ]
        return request.make_response(content, headers=headers)

    def _o2c_chosen_company(self, company):
        """The company of that id, if the customer has open invoices of it."""
        companies = self._o2c_open_invoices().sudo().company_id
        return companies.filtered(lambda c: str(c.id) == company)

    def _o2c_open_invoices(self):
        moves = request.env["account.move"]
        if not moves.has_access("read"):
            return moves
        partner = request.env.user.partner_id.commercial_partner_id
        return moves.search(
            [
                ("commercial_partner_id", "=", partner.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
            ],
            order="invoice_date_due, id",
        )

    def _o2c_chosen_invoices(self):
        wanted = {
            int(value)
            for value in request.httprequest.form.getlist("invoice")
            if value.isdecimal()
        }
        return self._o2c_open_invoices().filtered(lambda move: move.id in wanted)

    def _o2c_render_statement(self, error=None, post=None):
        partner = request.env.user.partner_id.commercial_partner_id.sudo()
        invoices = self._o2c_open_invoices()
        day = today(request.env)
        promises = request.env["o2c.credit.promise"].sudo()
        disputes = request.env["o2c.credit.dispute"].sudo()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "credit_statement",
            "invoices": invoices,
            "by_company": {
                company: {
                    "invoices": of_company,
                    "exposure": request.env["o2c.credit.exposure"]
                    .sudo()
                    ._read_exposure(partner, company, day)[partner.id],
                }
                for company, of_company in invoices.sudo().grouped("company_id").items()
            },
            "promises": promises.search(
                [("partner_id", "=", partner.id), ("state", "!=", "cancelled")],
                limit=20,
            ),
            "disputes": disputes.search(
                [("partner_id", "=", partner.id)], limit=20, order="id desc"
            ),
            "reasons": disputes.fields_get(["reason"])["reason"]["selection"],
            "overdue": any(
                move.invoice_date_due and move.invoice_date_due < day
                for move in invoices
            ),
            "today": day,
            "error": error,
            "post": post or {},
            "promised": request.params.get("promised") == "1" and not error,
            "disputed": request.params.get("disputed") == "1" and not error,
        }
        return request.render("o2c_credit_control.portal_statement", values)
