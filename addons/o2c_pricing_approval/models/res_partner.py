from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.o2c_order_gate.models.messages import refused

CONDITIONS = ("specific_property_product_pricelist", "property_payment_term_id")
# what writes them: the first is behind a computed field with an inverse
CONDITION_FIELDS = frozenset({*CONDITIONS, "property_product_pricelist"})
MANAGERS = (
    "sales_team.group_sale_manager,account.group_account_manager,"
    "o2c_pricing_approval.o2c_pricing_approval_group_manager"
)


class ResPartner(models.Model):
    """A customer's price list and terms say what he is entitled to, so whoever sells to
    him does not set them."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS product, account
        partners = super().create(vals_list)
        if not self._o2c_may_set_conditions():
            usual = tuple(
                self._fields[name].get_company_dependent_fallback(self).id
                for name in CONDITIONS
            )
            partners._o2c_check_conditions(dict.fromkeys(partners.ids, usual))
        return partners

    def write(self, vals):
        # EXTENDS product, account
        if CONDITION_FIELDS.isdisjoint(vals) or self._o2c_may_set_conditions():
            return super().write(vals)
        before = self._o2c_conditions()
        result = super().write(vals)
        self._o2c_check_conditions(before)
        return result

    def _o2c_may_set_conditions(self):
        return self.env.su or self.env.user.has_groups(MANAGERS)

    def _o2c_conditions(self):
        """{partner id: ids of his conditions in the current company}."""
        return {
            partner.id: tuple(partner[name].id for name in CONDITIONS)
            for partner in self.sudo()
        }

    def _o2c_check_conditions(self, before):
        """Refuse conditions that are neither as before nor those of the parent company.

        :param dict before: conditions as `_o2c_conditions` gives them
        :raise AccessError: naming the partners
        """
        after = self._o2c_conditions()
        inherited = self.commercial_partner_id._o2c_conditions()
        changed = self.filtered(
            lambda partner: (
                after[partner.id] != before[partner.id]
                and (
                    partner == partner.commercial_partner_id
                    or after[partner.id] != inherited[partner.commercial_partner_id.id]
                )
            )
        )
        if changed:
            raise refused(
                "conditions",
                self,
                self.env._(
                    "Price list and payment terms of %(partners)s say what the "
                    "customer is entitled to. Ask a sales manager to change them.",
                    partners=", ".join(changed.mapped("display_name")),
                ),
                AccessError,
            )
