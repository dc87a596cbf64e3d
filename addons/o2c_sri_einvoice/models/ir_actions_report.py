import io
from collections import OrderedDict

from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        # EXTENDS account: the legal print of an authorised invoice is its RIDE
        if not res_ids or not self._is_invoice_report(report_ref):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        moves = self.env["account.move"].browse(res_ids)
        rides = OrderedDict()
        for move in moves:
            document = move.sudo().o2c_sri_document_ids._o2c_current()
            if document.state == "authorised":
                rides[move.id] = {
                    "stream": io.BytesIO(document._o2c_ride()),
                    "attachment": None,
                }
        others = [res_id for res_id in res_ids if res_id not in rides]
        if others:
            rides.update(
                super()._render_qweb_pdf_prepare_streams(report_ref, data, others)
            )
        return rides
