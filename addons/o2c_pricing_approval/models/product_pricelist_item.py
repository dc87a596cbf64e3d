from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.o2c_order_gate.models.messages import refused

# what a rule charges, to whom, from when
CONTENT = (
    "pricelist_id",
    "applied_on",
    "categ_id",
    "product_tmpl_id",
    "product_id",
    "min_quantity",
    "date_start",
    "date_end",
    "compute_price",
    "fixed_price",
    "percent_price",
    "base",
    "base_pricelist_id",
    "price_discount",
    "price_round",
    "price_surcharge",
    "price_min_margin",
    "price_max_margin",
)
# price_markup is price_discount the other way round
WRITES = frozenset({*CONTENT, "price_markup"})


class ProductPricelistItem(models.Model):
    """A rule of a price list changes only as an approved change says."""

    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS product
        items = super().create(vals_list)
        items._o2c_check_change("add", items._o2c_contents())
        return items

    def write(self, vals):
        # EXTENDS product
        if WRITES.isdisjoint(vals):
            return super().write(vals)
        # moved to another list, both lists change
        self._o2c_check_left(vals)
        before = self._o2c_contents()
        result = super().write(vals)
        after = self._o2c_contents()
        changed = self.filtered(lambda item: before[item.id] != after[item.id])
        changed._o2c_check_change("change", after)
        return result

    def unlink(self):
        # EXTENDS base
        self._o2c_check_change("remove", self._o2c_contents())
        return super().unlink()

    @api.model
    def _o2c_rests_on(self, pricelists):
        """Domain of the rules that start from a price of these lists."""
        return (
            Domain("base", "=", "pricelist")
            & Domain("base_pricelist_id", "in", pricelists.ids)
            & Domain("compute_price", "!=", "fixed")
        )

    def _o2c_check_left(self, vals):
        if "pricelist_id" in vals:
            leaving = self.filtered(
                lambda item: item.pricelist_id.id != vals["pricelist_id"]
            )
            leaving._o2c_check_change("remove", leaving._o2c_contents())

    def _o2c_contents(self):
        """{item id: JSON-able content of the rule}."""
        return {item.id: item._o2c_content() for item in self}

    def _o2c_content(self):
        self.ensure_one()
        content = {}
        for name in CONTENT:
            field, value = self._fields[name], self[name]
            if field.type == "many2one":
                content[name] = value.id or 0
            elif field.type == "datetime":
                content[name] = fields.Datetime.to_string(value) or ""
            elif field.type == "float":
                content[name] = f"{value:.6f}"
            else:
                content[name] = value or ""
        return content

    def _o2c_check_change(self, operation, contents):
        """Refuse what no approved change says.

        :param str operation: ``add``, ``change`` or ``remove``
        :param dict contents: {item id: content that results}
        :raise UserError: naming the rules, and what to do
        """
        lists = self.pricelist_id._o2c_guarded()
        guarded = self.filtered(lambda item: item.pricelist_id in lists)
        if not guarded:
            return
        allowed = self.env["o2c.price.change.line"]._o2c_allowed(guarded, operation)
        unapproved = guarded.filtered(
            lambda item: contents[item.id] not in allowed[item.id]
        )
        if unapproved:
            raise refused(
                "price",
                self,
                self.env._(
                    "Prices of %(lists)s change only by an approved change of prices, "
                    "and none says this: %(rules)s.\nPropose it in Sales ‣ Approvals ‣ "
                    "Changes of Prices.",
                    lists=", ".join(unapproved.pricelist_id.mapped("name")),
                    rules="; ".join(f"{item.name} {item.price}" for item in unapproved),
                ),
            )
