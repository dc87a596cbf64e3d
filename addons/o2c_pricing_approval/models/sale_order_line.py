from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import sql

from ..pricing_core import LineFacts, choose, effective_discount
from .derived import without, without_typed

MANAGERS = "o2c_pricing_approval.o2c_pricing_approval_group_manager"
# computed here; nobody types them
DERIVED = frozenset(
    {
        "o2c_agreement_line_id",
        "o2c_sold_entitled",
        "o2c_sold_list",
        "o2c_sold_net",
    }
)
COST = frozenset({"purchase_price"})


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    o2c_agreement_line_id = fields.Many2one(
        "o2c.commercial.agreement.line",
        string="Agreed price",
        compute="_compute_o2c_agreement_line_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )

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

    # What the reports measure by; the entitled price itself changes with every day.
    o2c_sold_entitled = fields.Float(
        string="Entitled price when sold", compute="_compute_o2c_sold", store=True
    )
    o2c_sold_list = fields.Float(
        string="List price when sold", compute="_compute_o2c_sold", store=True
    )
    o2c_sold_net = fields.Float(
        string="Net price when sold",
        compute="_compute_o2c_sold",
        store=True,
        help="Negative lines of the order taken off.",
    )

    @api.depends(
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "price_unit",
        "discount",
        "tax_ids",
        "order_id.o2c_agreement_id",
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

    # ------------------------------------------------------- as it was when sold
    def _auto_init(self):
        # EXTENDS base: what was due when old orders were sold is not known any more, so
        # installing computes nothing for them
        for name in ("o2c_sold_entitled", "o2c_sold_list", "o2c_sold_net"):
            if not sql.column_exists(self.env.cr, self._table, name):
                sql.create_column(self.env.cr, self._table, name, "double precision")
        return super()._auto_init()

    @api.depends(
        "state",
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "price_unit",
        "discount",
        "tax_ids",
    )
    def _compute_o2c_sold(self):
        self.o2c_sold_entitled = self.o2c_sold_list = self.o2c_sold_net = 0.0
        sold = self.filtered(lambda line: line.state == "sale")
        facts = sold.order_id._o2c_pricing_measured()
        for line in sold:
            if measured := facts.get(line._o2c_key()):
                line.o2c_sold_entitled = float(measured.entitled)
                line.o2c_sold_list = float(measured.list_price)
                line.o2c_sold_net = float(measured.net)

    # ---------------------------------------------------------------- agreement
    @api.depends(
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "order_id.o2c_agreement_id",
    )
    def _compute_o2c_agreement_line_id(self):
        self.o2c_agreement_line_id = False
        for order, lines in self.grouped("order_id").items():
            agreement = order.sudo().o2c_agreement_id
            if not agreement:
                continue
            terms = agreement.line_ids._to_terms(order._origin)
            for line in lines:
                line.o2c_agreement_line_id = line._o2c_term(terms)

    def _o2c_term(self, terms):
        """The agreed price that applies to this line, or an empty record.

        :param dict terms: {agreement line id: Term}
        """
        self.ensure_one()
        agreed = self.env["o2c.commercial.agreement.line"].sudo()
        product = self.product_id
        if not terms or not product or self.display_type or self.combo_item_id:
            return agreed
        path = (product.categ_id.parent_path or "").split("/")
        term = choose(
            terms.values(),
            product=product.id,
            categories=[int(part) for part in path if part],
            quantity=Decimal(str(round(self._o2c_product_quantity(), 6))),
            today=self.env["o2c.gate.decision"]._today(),
        )
        return agreed.browse(term.id) if term else agreed

    def _o2c_product_quantity(self):
        """Quantity of this line in its product's unit; one where it is nothing."""
        self.ensure_one()
        unit = self.product_uom_id or self.product_id.uom_id
        return unit._compute_quantity(
            self.product_uom_qty or 1.0, self.product_id.uom_id, raise_if_failure=False
        )

    def _get_pricelist_price(self):
        # EXTENDS sale: the agreement beats the price list
        price = super()._get_pricelist_price()
        agreed = self.sudo().o2c_agreement_line_id
        if not agreed:
            return price
        if agreed.kind == "discount":
            # on his own price list, whichever was chosen
            price = self._o2c_list_entitlement()
        return agreed._price_for(self, price, self._get_order_date())

    def _o2c_list_entitlement(self):
        """What this customer's own price list gives for this line."""
        self.ensure_one()
        now = fields.Datetime.now()
        line = self.sudo().with_company(self.company_id).with_context(country_code=None)
        pricelist = line.order_id.partner_id.property_product_pricelist
        rules = pricelist._get_applicable_rules(line.product_id, now)
        return line._o2c_price_by(rules, now)[0]

    def _compute_pricelist_item_id(self):
        # EXTENDS sale: an agreed price is net, no rule of a list makes a discount of it
        super()._compute_pricelist_item_id()
        self.filtered("o2c_agreement_line_id").pricelist_item_id = False

    def _compute_qty_to_invoice(self):
        # EXTENDS sale: agreements that bill what was delivered
        super()._compute_qty_to_invoice()
        for line in self:
            if (
                line.state == "sale"
                and line.product_id.type == "consu"
                and not line.is_downpayment
                and line.order_id.sudo().o2c_agreement_id.billing
                in ("delivery", "calendar")
            ):
                line.qty_to_invoice = line.qty_delivered - line.qty_invoiced

    def _prepare_invoice_line(self, **optional_values):
        # EXTENDS sale: every invoice line leads back to what was agreed
        return {
            **super()._prepare_invoice_line(**optional_values),
            "o2c_agreement_id": self.order_id.o2c_agreement_id.id,
            "o2c_agreement_line_id": self.o2c_agreement_line_id.id,
        }

    # ----------------------------------------------------------- cost is no input
    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS sale_margin: the margin that policies judge rests on this cost, so
        # only those who set policies may write it; for the others it is computed,
        # whatever their form sends
        given = self._o2c_not_theirs() | DERIVED
        return super().create([without(vals, given) for vals in vals_list])

    def write(self, vals):
        # EXTENDS sale_margin: see create
        vals = without(vals, self._o2c_not_theirs())
        return super().write(without_typed(self, vals, DERIVED))

    @api.model
    def default_get(self, fields):
        # EXTENDS sale: nor by a default of the context, or one that somebody has set
        return without(super().default_get(fields), DERIVED | COST)

    def _o2c_not_theirs(self):
        """Names of the fields that are computed for the current user."""
        if self.env.su or self.env.user.has_group(MANAGERS):
            return frozenset()
        return COST

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
        included = self._o2c_included_taxes()
        return LineFacts(
            key=self._o2c_key(),
            name=self.product_id.display_name,
            quantity=_decimal(self.product_uom_qty),
            net=_decimal(self._o2c_net_price()),
            entitled=_decimal(self._o2c_untaxed(entitled, included)),
            list_price=_decimal(self._o2c_untaxed(list_price, included)),
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
        in_product_uom = self._o2c_product_quantity()
        rule = next(
            (r for r in rules if r._is_applicable_for(product, in_product_uom)), none
        )
        asked = {"uom": uom, "date": date, "currency": self.currency_id}
        list_price = none._compute_price(product, quantity, **asked)
        if self.combo_item_id and (combo := self._get_linked_line()):
            return self._o2c_combo_share(combo, rules, date), list_price
        if not rule:
            return list_price, list_price
        return rule._compute_price(product, quantity, **asked), list_price

    def _o2c_combo_share(self, combo, rules, date):
        """What this item is due of a combo's price by the customer's own list.

        Core shares among the items what the combo costs by the list that was chosen on
        the order; the share is brought to what the combo costs by his own. What an
        item adds to the combo is the same by any list.
        """
        self.ensure_one()
        added = self.combo_item_id.extra_price
        added += self.product_id._get_no_variant_attributes_price_extra(
            self.product_no_variant_attribute_value_ids
        )
        share = self._get_combo_item_display_price() - added
        chosen = combo._get_display_price_ignore_combo()
        due, _list_price = combo._o2c_price_by(rules, date)
        return added + (share * due / chosen if chosen else share)

    def _o2c_net_price(self):
        """Unit price without tax after the line's own discount."""
        self.ensure_one()
        if self.product_uom_qty and any(self.tax_ids.mapped("price_include")):
            return self.price_subtotal / self.product_uom_qty
        return self.price_unit * (1 - self.discount / 100)

    def _o2c_included_taxes(self):
        """Taxes of the product, when its price includes some of them."""
        self.ensure_one()
        taxes = self.product_id.taxes_id._filter_taxes_by_company(self.company_id)
        return taxes if any(taxes.mapped("price_include")) else taxes.browse()

    def _o2c_untaxed(self, price, included):
        """A price list's price without the taxes that the product's price includes."""
        self.ensure_one()
        if not included:
            return price
        return included.compute_all(
            price, currency=self.currency_id, product=self.product_id
        )["total_excluded"]


def _decimal(number):
    return Decimal(str(round(number, 6)))
