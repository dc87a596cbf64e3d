from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.o2c_order_gate.models.messages import refused

from .res_company import MANAGER

# {price list id: rules} that a preview asks about instead of those that are stored
ASSUMED = "o2c_pricing_approval.assumed"
# which customers a list is for, and in which money
HEADER = frozenset(
    {"active", "company_id", "country_group_ids", "currency_id", "o2c_free", "sequence"}
)


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    o2c_free = fields.Boolean(
        string="Changes at once",
        help="The prices of this list need no approval to change.",
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS product
        pricelists = super().create(vals_list)
        pricelists.filtered("o2c_free")._o2c_check_header()
        return pricelists

    def write(self, vals):
        # EXTENDS product: whom a list is for changes prices like its rules do
        if not HEADER.isdisjoint(vals):
            changing = self.filtered(lambda one: one._o2c_header_changes(vals))
            changing._o2c_check_header()
        return super().write(vals)

    def _o2c_header_changes(self, vals):
        """Whether values that say whom this list is for are other than they are."""
        self.ensure_one()
        for name in HEADER & vals.keys():
            value = self[name]
            if self._fields[name].type == "many2many":
                return True
            if (value.id if self._fields[name].relational else value) != vals[name]:
                return True
        return False

    def unlink(self):
        # EXTENDS product: its rules go with it
        self.item_ids._o2c_check_change("remove", self.item_ids._o2c_contents())
        return super().unlink()

    # ---------------------------------------------------------------- guarding
    def _o2c_guarded(self):
        """Those of these lists whose changes need an approval.

        A list that changes at once needs one while a guarded list rests on its prices.
        """
        return self.filtered(
            lambda pricelist: any(
                not one.o2c_free and one._o2c_policy() != "free"
                for one in pricelist._o2c_with_resting()
            )
        )

    def _o2c_with_resting(self):
        """These lists, and those with rules that rest on their prices, at any depth."""
        found = resting = self.sudo()
        while resting:
            rules = self.env["product.pricelist.item"].sudo()
            resting = rules.search(rules._o2c_rests_on(resting)).pricelist_id - found
            found |= resting
        return found

    # ----------------------------------------------------------------- preview
    @contextmanager
    def _o2c_assume(self, rules):
        """In this block price lists have these rules, in their order.

        Core computes every price by them, also those of lists that rest on others.

        :param dict rules: {price list id: rules, stored or proposed}
        """
        data = self.env.cr.precommit.data
        data[ASSUMED] = rules
        try:
            yield
        finally:
            data.pop(ASSUMED, None)

    def _get_applicable_rules(self, products, date, **kwargs):
        # EXTENDS product
        rules = self.env.cr.precommit.data.get(ASSUMED, {}).get(self.id)
        if rules is None:
            return super()._get_applicable_rules(products, date, **kwargs)
        return rules

    def _o2c_policy(self):
        """The company's policy; for a list of all companies the strictest of any."""
        self.ensure_one()
        return self.company_id._o2c_price_policy()

    def _o2c_check_header(self):
        """Refuse changes of whom a guarded list is for, but by those who set policies.

        :raise AccessError: naming the lists
        """
        guarded = self.filtered(
            lambda pricelist: any(
                one._o2c_policy() != "free" for one in pricelist._o2c_with_resting()
            )
        )
        if guarded and not (self.env.su or self.env.user.has_group(MANAGER)):
            raise refused(
                "price list",
                self,
                self.env._(
                    "Only managers of pricing policies say for whom %(lists)s is, in "
                    "which currency, and whether its changes need approval.",
                    lists=", ".join(guarded.mapped("name")),
                ),
                AccessError,
            )
