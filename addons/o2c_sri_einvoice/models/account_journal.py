from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountJournal(models.Model):
    _inherit = "account.journal"

    o2c_emission_point_id = fields.Many2one(
        "o2c.sri.emission.point",
        string="Electronic Emission Point",
        check_company=True,
        copy=False,
        help="With an emission point, what is posted in this journal is signed and "
        "sent to the SRI. Without one the journal keeps documents of another system.",
    )

    @api.onchange("o2c_emission_point_id")
    def _onchange_o2c_emission_point_id(self):
        point = self.o2c_emission_point_id
        if point:
            self.update(self._o2c_prepare_point_vals(point))

    @api.model
    def _o2c_prepare_point_vals(self, point):
        return {
            "l10n_ec_entity": point.establishment,
            "l10n_ec_emission": point.emission_point,
            "l10n_ec_emission_address_id": point.partner_id.id
            or point.company_id.partner_id.id,
        }

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._o2c_with_point(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._o2c_with_point(vals))

    @api.model
    def _o2c_with_point(self, vals):
        """Let the codes that l10n_ec numbers with follow the emission point."""
        if not vals.get("o2c_emission_point_id"):
            return vals
        point = self.env["o2c.sri.emission.point"].browse(vals["o2c_emission_point_id"])
        return {**self._o2c_prepare_point_vals(point), **vals}

    @api.constrains("o2c_emission_point_id", "l10n_ec_entity", "l10n_ec_emission")
    def _check_o2c_emission_point(self):
        for journal in self.filtered("o2c_emission_point_id"):
            point = journal.o2c_emission_point_id
            if (journal.l10n_ec_entity, journal.l10n_ec_emission) != (
                point.establishment,
                point.emission_point,
            ):
                raise ValidationError(
                    self.env._(
                        "Journal %(journal)s numbers as %(series)s, but its electronic "
                        "emission point is %(point)s: they must be the same.",
                        journal=journal.display_name,
                        series=f"{journal.l10n_ec_entity}-{journal.l10n_ec_emission}",
                        point=point.display_name,
                    )
                )
