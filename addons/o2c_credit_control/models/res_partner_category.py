from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.o2c_order_gate.models.messages import refused

from .commands import linked


class ResPartnerCategory(models.Model):
    """A tag that a credit policy names decides on which terms its customers buy."""

    _inherit = "res.partner.category"

    def write(self, vals):
        # EXTENDS base: customers are given a tag on the tag, too
        if "partner_ids" not in vals:
            return super().write(vals)
        policies = self._o2c_credit_check_writer()
        after = self.env["res.partner"].browse(linked(vals["partner_ids"]))
        with (self._o2c_credit_customers() | after)._o2c_credit_watch(
            policies.company_id, rules_only=True
        ):
            return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_policies(self):
        # the database keeps them too; here it is said what to do
        tags = self.with_context(active_test=False)
        if policies := tags._o2c_credit_policies():
            raise refused(
                "unlink",
                self,
                self.env._(
                    "These tags say for whom the credit policies %(names)s are. Change"
                    " the policies first.",
                    names=", ".join(policies.mapped("name")),
                ),
            )

    def _o2c_credit_policies(self):
        """Credit policies of any company that name one of these tags."""
        policies = self.env["o2c.credit.policy"].sudo()
        return policies.search([("category_ids", "in", self.ids)])

    def _o2c_credit_customers(self):
        """Everybody who has one of these tags, archived or not."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        return partners.search([("category_id", "in", self.ids)])

    def _o2c_credit_check_writer(self):
        """Refuse another credit policy to people who do not manage credit.

        :return: the policies that name one of these tags
        :raise AccessError: when there are any
        """
        policies = self._o2c_credit_policies()
        if policies and not self.env["res.partner"]._o2c_credit_may_change_terms():
            raise refused(
                "tag",
                self,
                self.env._(
                    "These tags decide which credit policy applies. Only a credit"
                    " manager or the chief accountant changes them."
                ),
                AccessError,
            )
        return policies
