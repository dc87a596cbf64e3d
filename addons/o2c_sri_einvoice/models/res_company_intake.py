from odoo import api, fields, models


class ResCompany(models.Model):
    """The address to which suppliers and customers mail their documents."""

    # One file a topic, none above 400 lines.
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    o2c_sri_alias_id = fields.Many2one(
        "mail.alias", string="Alias of Received Documents", copy=False
    )
    o2c_sri_alias_name = fields.Char(
        string="Mailbox of Received Documents",
        compute="_compute_o2c_sri_alias_name",
        inverse="_inverse_o2c_sri_alias_name",
    )

    @api.depends("o2c_sri_alias_id.alias_name")
    def _compute_o2c_sri_alias_name(self):
        for company in self:
            company.o2c_sri_alias_name = company.sudo().o2c_sri_alias_id.alias_name

    def _inverse_o2c_sri_alias_name(self):
        aliases = self.env["mail.alias"].sudo()
        for company in self:
            alias = company.sudo().o2c_sri_alias_id
            if alias:
                alias.alias_name = company.o2c_sri_alias_name
            elif company.o2c_sri_alias_name:
                company.o2c_sri_alias_id = aliases.create(
                    {
                        "alias_name": company.o2c_sri_alias_name,
                        "alias_model_id": self.env["ir.model"]._get_id(
                            "o2c.sri.intake"
                        ),
                        # anybody may write: only what the SRI authorised to us stays
                        "alias_contact": "everyone",
                        "alias_defaults": repr({"company_id": company.id}),
                    }
                )
