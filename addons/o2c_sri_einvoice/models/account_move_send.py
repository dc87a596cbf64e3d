from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_move_constraints(self, move):
        # EXTENDS account: without authorisation there is nothing legal to send
        constraints = super()._get_move_constraints(move)
        document = move.sudo().o2c_sri_document_ids._o2c_current()
        if document and document.state != "authorised":
            constraints["o2c_sri_not_authorised"] = self.env._(
                "%(name)s is not authorised by the SRI yet; it is mailed by itself as "
                "soon as it is.",
                name=move.display_name,
            )
        return constraints

    @api.model
    def _get_invoice_extra_attachments(self, move):
        # EXTENDS account
        attachments = super()._get_invoice_extra_attachments(move)
        document = move.sudo().o2c_sri_document_ids._o2c_current()
        if document.state == "authorised":
            attachments |= document._o2c_attachment_xml()
        return attachments
