from odoo import api, models
from odoo.tools import float_compare

from odoo.addons.o2c_order_gate.models.messages import refused

# operation of a proposal: (its field for the record, the price on that record)
PRICED = {
    "sales_price": ("product_tmpl_id", "list_price"),
    "price_extra": ("attribute_value_id", "price_extra"),
    "combo_extra": ("combo_item_id", "extra_price"),
}


class GuardedPrice(models.AbstractModel):
    """A price that stands on a record itself, not in a rule of a price list: it changes
    as an approved change says, where the company's policy asks it.

    Who inherits it names in `_o2c_operation` the operation of `o2c.price.change.line`
    that proposes it.
    """

    _name = "o2c.guarded.price"
    _description = "Guarded Price"
    _o2c_operation = None

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS base: what is new has any price, but takes nothing off
        records = super().create(vals_list)
        price = self._o2c_price_field()
        records.filtered(lambda record: record[price] < 0)._o2c_check_price()
        return records

    def write(self, vals):
        # EXTENDS base
        price = self._o2c_price_field()
        if price not in vals:
            return super().write(vals)
        before = {record.id: record[price] for record in self}
        result = super().write(vals)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        self.filtered(
            lambda record: float_compare(
                before[record.id], record[price], precision_digits=digits
            )
        )._o2c_check_price()
        return result

    @api.model
    def _o2c_price_field(self):
        return PRICED[self._o2c_operation][1]

    def _o2c_check_price(self):
        """Refuse prices that no approved change says.

        :raise UserError: naming the records, and what to do
        """
        guarded = self.filtered(
            lambda record: record._o2c_price_company()._o2c_price_policy() == "all"
        )
        unapproved = self.env["o2c.price.change.line"]._o2c_refused(guarded)
        if unapproved:
            raise refused(
                "price",
                self,
                self.env._(
                    "Sales prices change only by an approved change of prices, and "
                    "none says this: %(names)s.\nPropose it in Sales ‣ Approvals ‣ "
                    "Changes of Prices.",
                    names="; ".join(record._o2c_price_label() for record in unapproved),
                ),
            )

    def _o2c_price_company(self):
        """The company whose policy counts; none where all of them sell it."""
        return self.company_id

    def _o2c_price_label(self):
        """What people call the thing that has this price."""
        return self.display_name
