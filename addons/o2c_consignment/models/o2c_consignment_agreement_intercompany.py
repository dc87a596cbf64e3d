from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class O2cConsignmentAgreement(models.Model):
    """Goods of a sister company, kept in the same database.

    They are ours to sell and hers to own: in her books they lie in a place of hers
    until we consume them. Then they leave that place too, and our bill is her invoice.
    """

    _inherit = "o2c.consignment.agreement"

    intercompany_id = fields.Many2one(
        "res.company",
        string="Consigning Company",
        compute="_compute_intercompany_id",
        compute_sudo=True,
        help="The consignor, when it is a company of this database.",
    )
    intercompany_location_id = fields.Many2one(
        "stock.location",
        string="Place in Its Books",
        ondelete="restrict",
        help="Where the consigning company keeps, in its own books, what is here: "
        "what we consume leaves that place.",
    )

    @api.depends("consignor_id")
    def _compute_intercompany_id(self):
        companies = (
            self.env["res.company"]
            .search([("partner_id", "in", self.consignor_id.ids)])
            .grouped("partner_id")
        )
        none = self.env["res.company"]
        for agreement in self:
            agreement.intercompany_id = companies.get(agreement.consignor_id, none)[:1]

    @api.constrains("intercompany_location_id", "consignor_id")
    def _check_intercompany_location(self):
        for agreement in self.filtered("intercompany_location_id"):
            place = agreement.sudo().intercompany_location_id
            company = agreement.intercompany_id
            if (
                not company
                or place.company_id != company
                or place.usage not in ("internal", "transit")
            ):
                raise ValidationError(
                    self.env._(
                        "%(place)s is no stock place of %(consignor)s. Choose one of "
                        "its own.",
                        place=place.display_name,
                        consignor=agreement.consignor_id.display_name,
                    )
                )
            if company not in self.env.user.company_ids:
                raise AccessError(
                    self.env._(
                        "Only somebody who works for %(company)s may let goods leave "
                        "its places.",
                        company=company.name,
                    )
                )
