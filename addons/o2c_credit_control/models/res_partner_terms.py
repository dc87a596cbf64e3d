from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.o2c_order_gate.models.messages import refused

from .commands import linked

# Amounts from here on are no amounts; what is no number is none either.
LARGEST = 1e12
LIMIT_WRITERS = (
    "o2c_credit_control.o2c_credit_control_group_manager",
    "account.group_account_manager",
)
# fields of the customer that decide how much credit he has
TERMS = {"credit_limit", "o2c_credit_review_date"}
# with these a contact becomes a customer of his own
LEAVING = {"is_company", "parent_id"}
# and those that may free or stop his orders
WATCHED = {*TERMS, "category_id"}


class ResPartner(models.Model):
    """Who may change on which terms a customer buys on credit."""

    # apart from the fields: what is written here is watched and logged
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS base: judged by what they became, for callers have defaults in their
        # context
        partners = super().create(vals_list)
        limit = partners._o2c_credit_usual()["credit_limit"]
        for partner in partners._o2c_credit_given():
            partner._o2c_credit_check_terms()
            if partner.sudo().credit_limit != limit:
                partner._o2c_credit_log_limit({partner.id: limit})
        if partners.sudo().category_id:
            partners._o2c_credit_check_tags(self.env["res.partner.category"])
        return partners

    def _o2c_credit_usual(self):
        """{name: value} of the terms that a customer has whom nobody gave any."""
        return {
            name: self._fields[name].get_company_dependent_fallback(self)
            for name in TERMS
        }

    def _o2c_credit_given(self):
        """Those of these customers, without contacts, who have terms of their own."""
        usual = self._o2c_credit_usual().items()
        return self.filtered(
            lambda partner: (
                partner == partner.commercial_partner_id
                and any(partner.sudo()[name] != value for name, value in usual)
            )
        )

    def write(self, vals):
        # EXTENDS base: who may sell must not widen the credit that he sells on
        if not TERMS.isdisjoint(vals):
            self._o2c_credit_check_terms()
        leaving = self.browse()
        if not LEAVING.isdisjoint(vals):
            leaving = self.filtered("parent_id")
        if WATCHED.isdisjoint(vals):
            result = super().write(vals)
        else:
            with self._o2c_credit_watch(self._o2c_credit_companies(vals)):
                result = self._o2c_credit_write(vals)
        leaving._o2c_credit_check_left()
        return result

    def _o2c_credit_check_left(self):
        """Refuse customers of their own who keep a copy of their company's terms.

        :raise AccessError: unless the current user may give terms
        """
        if not self or self._o2c_credit_may_change_terms():
            return
        for company in self.env["res.company"].sudo().search([("active", "=", True)]):
            if self.with_company(company)._o2c_credit_given():
                self._o2c_credit_check_terms()

    def _o2c_credit_companies(self, vals):
        """Companies in which these values may free or stop orders."""
        companies = self.env["res.company"]
        if not TERMS.isdisjoint(vals):
            companies |= self.env.company
        if "category_id" in vals:
            tags = self.sudo().category_id
            tags |= tags.browse(linked(vals["category_id"]))
            companies |= tags._o2c_credit_policies().company_id
        return companies

    def _o2c_credit_write(self, vals):
        limits = {partner.id: partner.credit_limit for partner in self.sudo()}
        tags = self.sudo().category_id
        result = super().write(vals)
        if "credit_limit" in vals:
            self._o2c_credit_log_limit(limits)
        if "category_id" in vals:
            self._o2c_credit_check_tags(tags)
        return result

    def _o2c_credit_log_limit(self, before):
        """Record limits that changed; refuse what nobody else approved.

        :param dict before: limit by partner id
        :raise UserError: about a higher limit, where the policy asks for a second
            person, or a negative one
        """
        company = self.env.company
        policies = self.env["o2c.credit.policy"]._for_partners(self, company)
        log = self.env["o2c.credit.limit"]
        for partner in self.sudo():
            old, new = before[partner.id], partner.credit_limit
            if not 0 <= new < LARGEST:
                raise refused(
                    "limit",
                    self,
                    self.env._("A credit limit cannot be negative, nor without end."),
                )
            if company.currency_id.compare_amounts(old, new) == 0:
                continue
            # without a limit there is no bound: taking it away widens the credit
            wider = new > old or not new
            alone = not log._approved(partner, company, new)
            if wider and alone and policies[partner.id].limit_approval:
                raise refused(
                    "limit",
                    self,
                    self.env._(
                        "A second person has to approve a wider limit for %(name)s."
                        " Ask for it under Collections > Limit changes.",
                        name=partner.display_name,
                    ),
                )
            log.with_env(self.env)._log_change(partner, company, old, new)

    def _o2c_credit_may_change_terms(self):
        user = self.env.user
        return self.env.su or any(user.has_group(group) for group in LIMIT_WRITERS)

    def _o2c_credit_check_terms(self):
        if not self._o2c_credit_may_change_terms():
            raise refused(
                "limit",
                self,
                self.env._(
                    "Only a credit manager or the chief accountant changes credit"
                    " limits. Ask one of them."
                ),
                AccessError,
            )

    def _o2c_credit_check_tags(self, before):
        """Refuse another credit policy to people who do not manage credit.

        :param before: the tags that these customers had
        """
        now = self.sudo().category_id
        changed = (now | before) - (now & before)
        changed.with_env(self.env)._o2c_credit_check_writer()
