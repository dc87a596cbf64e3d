from odoo import api, fields, models


class O2cConsignmentAgreement(models.Model):
    """The signed contract and what else belongs to an agreement."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.agreement"

    document_ids = fields.Many2many(
        "ir.attachment",
        "o2c_consignment_agreement_document_rel",
        string="Documents",
        copy=False,
        bypass_search_access=True,
        help="The signed contract, price lists, insurance.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        agreements._own_documents()
        return agreements

    def write(self, vals):
        result = super().write(vals)
        if "document_ids" in vals:
            self._own_documents()
        return result

    def _own_documents(self):
        """Let whoever may read the agreement, and nobody else, read its documents."""
        for agreement in self:
            loose = agreement.document_ids.filtered(lambda d: not d.res_id)
            loose.write({"res_model": self._name, "res_id": agreement.id})
