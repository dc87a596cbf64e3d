from odoo import api, fields, models


class O2cSupplierConversation(models.Model):
    """What a supplier and the buyer's team tell each other, beyond documents."""

    _name = "o2c.supplier.conversation"
    _description = "Conversation with a Supplier"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _rec_name = "consignor_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    consignor_id = fields.Many2one(
        "res.partner", string="Supplier", required=True, readonly=True
    )

    _once = models.UniqueIndex(
        "(consignor_id, company_id)", "There is a conversation with him already."
    )

    @api.model
    def _o2c_of(self, consignor, company, *, create=False):
        """Return the conversation of a supplier with a company of ours.

        :param bool create: start it when there is none; followed by the buyer of the
            supplier
        """
        found = self.search(
            [("consignor_id", "=", consignor.id), ("company_id", "=", company.id)]
        )
        if found or not create:
            return found
        started = self.create({"consignor_id": consignor.id, "company_id": company.id})
        buyer = consignor.with_company(company).buyer_id
        started.message_subscribe(buyer.partner_id.ids)
        return started
