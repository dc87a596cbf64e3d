from decimal import Decimal

from odoo import api, fields, models

from ..pricing_core import LineFacts, effective_discount

MANAGERS = "o2c_pricing_approval.o2c_pricing_approval_group_manager"


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    o2c_entitled_price = fields.Float(
        string="Entitled price",
        compute="_compute_o2c_prices",
        min_display_digits="Product Price",
        groups="base.group_user",
        help="Unit price without tax that this customer is due today by price list or "
        "agreement.",
    )
    o2c_effective_discount = fields.Float(
        string="Effective disc. %",
        compute="_compute_o2c_prices",
        digits="Discount",
        groups="base.group_user",
        help="How much less than the entitled price the customer pays, however it was "
        "given: discount, price, global discount, free line.",
    )

    @api.depends(
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "price_unit",
        "discount",
        "tax_ids",
        "order_id.partner_id",
        "order_id.currency_id",
        "order_id.company_id",
        "order_id.fiscal_position_id",
        "order_id.order_line.price_subtotal",
    )
    def _compute_o2c_prices(self):
        self.o2c_entitled_price = 0.0
        self.o2c_effective_discount = 0.0
        facts = self.order_id._o2c_pricing_measured()
        for line in self:
            measured = facts.get(line._o2c_key())
            if measured:
                discount = effective_discount(measured.net, measured.entitled)
                line.o2c_entitled_price = float(measured.entitled)
                line.o2c_effective_discount = float(discount)

    # ----------------------------------------------------------- cost is no input
    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS sale_margin: the margin that policies judge rests on this cost, so
        # only those who set policies may write it; for the others it is computed
        if not self._o2c_may_set_cost():
            vals_list = [self._o2c_without_cost(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        # EXTENDS sale_margin: see create
        if "purchase_price" in vals and not self._o2c_may_set_cost():
            vals = self._o2c_without_cost(vals)
        return super().write(vals)

    def _o2c_may_set_cost(self):
        return self.env.su or self.env.user.has_group(MANAGERS)

    @api.model
    def _o2c_without_cost(self, vals):
        return {key: value for key, value in vals.items() if key != "purchase_price"}

    def _o2c_gate_costs(self):
        # EXTENDS o2c_order_gate
        costs = super()._o2c_gate_costs()
        costs.update({str(line.id): f"{line.purchase_price:.6f}" for line in self})
        return costs

    # -------------------------------------------------------------------- facts
    def _o2c_key(self):
        """Identifies a line also while it is not stored yet."""
        return str(self.id)

    def _o2c_priced(self):
        """Lines that have an entitled price."""
        return self._o2c_gate_relevant().filtered(
            lambda line: (
                line.product_id
                and line.price_subtotal >= 0
                and line.product_uom_qty >= 0
                and line.product_type != "combo"
                and not line._is_global_discount()
            )
        )

    def _o2c_line_facts(self, entitled, list_price):
        """This line for the pure core.

        :param float entitled: unit price by price list, as a price list gives it
        :param float list_price: sales price, likewise
        """
        self.ensure_one()
        path = self.product_id.categ_id.parent_path or ""
        return LineFacts(
            key=self._o2c_key(),
            name=self.product_id.display_name,
            quantity=_decimal(self.product_uom_qty),
            net=_decimal(self._o2c_net_price()),
            entitled=_decimal(self._o2c_untaxed(entitled)),
            list_price=_decimal(self._o2c_untaxed(list_price)),
            cost=_decimal(self.purchase_price),
            categories=frozenset(int(part) for part in path.split("/") if part),
        )

    def _o2c_price_by(self, rules, date):
        """(entitled, list price) of this line by the applicable rules of a price list.

        Core's price lists search their rules once a quantity; an order has as many
        quantities as lines, so the rules are searched once an order and chosen here
        with core's own test.

        :param rules: applicable `product.pricelist.item` records, in their order
        :param datetime date: date of prices and currency rates
        """
        self.ensure_one()
        none = rules.browse()
        product = self.product_id
        if extra := self.product_no_variant_attribute_value_ids:
            product = product.with_context(**product._get_product_price_context(extra))
        uom = self.product_uom_id or product.uom_id
        quantity = self.product_uom_qty or 1.0
        in_product_uom = uom._compute_quantity(
            quantity, product.uom_id, raise_if_failure=False
        )
        rule = next(
            (r for r in rules if r._is_applicable_for(product, in_product_uom)), none
        )
        asked = {"uom": uom, "date": date, "currency": self.currency_id}
        list_price = none._compute_price(product, quantity, **asked)
        if self.combo_item_id and self._get_linked_line():
            # core shares the combo's price among its items
            return self._get_combo_item_display_price(), list_price
        if not rule:
            return list_price, list_price
        return rule._compute_price(product, quantity, **asked), list_price

    def _o2c_net_price(self):
        """Unit price without tax after the line's own discount."""
        self.ensure_one()
        if self.product_uom_qty and any(self.tax_ids.mapped("price_include")):
            return self.price_subtotal / self.product_uom_qty
        return self.price_unit * (1 - self.discount / 100)

    def _o2c_untaxed(self, price):
        """A price list's price without the taxes that the product's price includes."""
        self.ensure_one()
        taxes = self.product_id.taxes_id._filter_taxes_by_company(self.company_id)
        if not any(taxes.mapped("price_include")):
            return price
        return taxes.compute_all(
            price, currency=self.currency_id, product=self.product_id
        )["total_excluded"]


def _decimal(number):
    return Decimal(str(round(number, 6)))
