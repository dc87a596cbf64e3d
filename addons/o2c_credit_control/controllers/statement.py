from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_response(content):
    """A spreadsheet to download.

    :param bytes content: the file
    """
    headers = [
        ("Content-Type", XLSX),
        ("Content-Length", len(content)),
        ("Content-Disposition", content_disposition("statement.xlsx")),
    ]
    return request.make_response(content, headers=headers)


class StatementController(http.Controller):
    @http.route(
        "/o2c/credit/statement/<int:partner_id>/xlsx",
        type="http",
        auth="user",
        readonly=True,
    )
    def statement_xlsx(self, partner_id, company=None, **_query):
        """The statement of a customer, with the rights of who asks for it."""
        chosen = request.env.companies.filtered(lambda c: str(c.id) == company)
        chosen = chosen or request.env.company
        partner = request.env["res.partner"].with_company(chosen).browse(partner_id)
        # unknown customers answer like those that the user may not see
        if (
            not request.env.user._is_internal()
            or not request.env["account.move.line"].has_access("read")
            or not partner.search_count([("id", "=", partner_id)])
        ):
            raise request.not_found()
        return xlsx_response(partner._o2c_credit_statement_xlsx())
