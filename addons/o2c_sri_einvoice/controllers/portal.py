from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request, route

from odoo.addons.account.controllers.portal import PortalAccount

MIMETYPES = {"pdf": "application/pdf", "xml": "application/xml"}


class O2cSriPortal(PortalAccount):
    @route(
        "/my/invoices/<int:invoice_id>/sri/<string:kind>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
    )
    def portal_my_invoice_sri(self, invoice_id, kind, access_token=None, **kw):
        """Give the customer the authorised XML or its RIDE."""
        try:
            move = self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError):
            # A foreign document answers like an unknown one (DESIGN rule 8).
            return request.redirect("/my")
        document = move.sudo().o2c_sri_document_ids._o2c_current()
        return self._o2c_sri_response(document, kind)

    @route(
        "/o2c_sri/<int:document_id>/<string:kind>",
        type="http",
        auth="user",
        readonly=True,
    )
    def o2c_sri_download(self, document_id, kind, **kw):
        """Give an employee the authorised XML or its RIDE."""
        document = request.env["o2c.sri.document"].browse(document_id)
        try:
            document.check_access("read")
            document = document.exists()
        except AccessError:
            document = document.browse()
        return self._o2c_sri_response(document, kind)

    def _o2c_sri_response(self, document, kind):
        if not document or kind not in MIMETYPES:
            raise request.not_found()
        sudo = document.sudo()
        try:
            content = (
                sudo._o2c_ride() if kind == "pdf" else sudo._o2c_authorised_bytes()
            )
        except UserError as error:
            raise request.not_found() from error
        return request.make_response(
            content,
            [
                ("Content-Type", MIMETYPES[kind]),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(sudo._o2c_file_name(kind))),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
