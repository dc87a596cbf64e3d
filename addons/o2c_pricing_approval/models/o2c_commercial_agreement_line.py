from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..pricing_core import Term


class CommercialAgreementLine(models.Model):
    """One special price of an agreement, with the volume committed to it."""

    _name = "o2c.commercial.agreement.line"
    _description = "Agreed Price"
    _inherit = ["o2c.pricing.approvable.part"]
    _order = "agreement_id, sequence, id"
    _check_company_auto = True
    _o2c_whole = "agreement_id"

    agreement_id = fields.Many2one(
        "o2c.commercial.agreement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        ondelete="restrict",
        domain="[('sale_ok', '=', True)]",
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Or category",
        ondelete="restrict",
        help="With neither product nor category the line is for everything.",
    )
    kind = fields.Selection(
        [("fixed", "Price"), ("discount", "Discount on his price list (%)")],
        required=True,
        default="fixed",
    )
    price = fields.Float(min_display_digits="Product Price")
    discount = fields.Float(digits="Discount")
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    min_quantity = fields.Float(string="From quantity", digits="Product Unit")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")
    committed_quantity = fields.Float(string="Committed", digits="Product Unit")
    volume_limited = fields.Boolean(
        string="Up to the volume",
        help="Beyond the committed quantity the price list counts again.",
    )
    consumed_quantity = fields.Float(
        string="Ordered", digits="Product Unit", compute="_compute_consumed_quantity"
    )
    remaining_quantity = fields.Float(
        string="Left", digits="Product Unit", compute="_compute_consumed_quantity"
    )

    _amounts_check = models.Constraint(
        "CHECK(price >= 0 AND min_quantity >= 0 AND committed_quantity >= 0)",
        "Prices and quantities of an agreement are not negative.",
    )
    _discount_check = models.Constraint(
        "CHECK(discount <= 100)", "A discount is 100 % at most."
    )

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id

    @api.depends("product_id", "categ_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                line.product_id.display_name
                or line.categ_id.display_name
                or self.env._("All products")
            )

    @api.constrains("kind", "product_id", "categ_id", "volume_limited")
    def _check_kind(self):
        for line in self:
            # a price or a volume without a product has no unit
            if not line.product_id and (line.kind == "fixed" or line.volume_limited):
                raise ValidationError(
                    self.env._(
                        "A price and a limited volume are agreed for a product; a "
                        "category takes a discount."
                    )
                )

    def _compute_consumed_quantity(self):
        consumed = self._consumed()
        for line in self:
            line.consumed_quantity = consumed[line.id]
            line.remaining_quantity = max(
                line.committed_quantity - consumed[line.id], 0
            )

    def _consumed(self, besides=None):
        """{line id: quantity ordered at this price, in the line's unit}, all versions.

        :param besides: orders that do not count
        """
        ids = self._same_lines()
        domain = [
            ("o2c_agreement_line_id", "in", [i for same in ids.values() for i in same]),
            ("state", "=", "sale"),
        ]
        if besides:
            domain.append(("order_id", "not in", besides.ids))
        sums = defaultdict(list)
        for line, uom, quantity in (
            self.env["sale.order.line"]
            .sudo()
            ._read_group(
                domain,
                ["o2c_agreement_line_id", "product_uom_id"],
                ["product_uom_qty:sum"],
            )
        ):
            sums[line.id].append((uom, quantity))
        return {
            line.id: sum(
                uom._compute_quantity(quantity, line.uom_id or uom, round=False)
                for same in ids[line.id]
                for uom, quantity in sums[same]
            )
            for line in self
        }

    def _same_lines(self):
        """{line id: ids of the lines for the same product in every version}.

        A new version does not give the committed volume a second time.
        """
        lines = self.agreement_id._versions().sudo().line_ids
        key = self._version_key
        by_key = lines.grouped(key)
        return {line.id: (by_key.get(key(line)) or line).ids for line in self}

    @staticmethod
    def _version_key(line):
        agreement = line.agreement_id
        return (
            agreement.company_id.id,
            agreement.name,
            line.product_id.id,
            line.categ_id.id,
            line.min_quantity,
        )

    # ----------------------------------------------------------------- content
    def _content(self):
        """JSON-able content that a decision is bound to."""
        self.ensure_one()
        return {
            "product": self.product_id.id,
            "category": self.categ_id.id,
            "kind": self.kind,
            "value": f"{self.price if self.kind == 'fixed' else self.discount:.6f}",
            "uom": self.uom_id.id,
            "from": f"{self.min_quantity:.6f}",
            "dates": [
                fields.Date.to_string(self.date_from) or None,
                fields.Date.to_string(self.date_to) or None,
            ],
            "committed": f"{self.committed_quantity:.6f}",
            "limited": self.volume_limited,
        }

    # ----------------------------------------------------------------- pricing
    def _to_terms(self, besides):
        """These lines for the pure core, as {id: Term}.

        :param besides: orders whose quantities are not consumed yet
        """
        limited = self.filtered("volume_limited")
        consumed = limited._consumed(besides) if limited else {}
        terms = {}
        for line in self:
            product = line.product_id
            unit = line.uom_id or product.uom_id

            def in_product_unit(quantity, line=line, product=product, unit=unit):
                # a line for a category counts in each product's own unit
                if not product:
                    return Decimal(str(quantity))
                exact = unit._compute_quantity(quantity, product.uom_id, round=False)
                return Decimal(str(round(exact, 6)))

            terms[line.id] = Term(
                id=line.id,
                product=product.id or 0,
                category=line.categ_id.id or 0,
                min_quantity=in_product_unit(line.min_quantity),
                date_from=line.date_from or None,
                date_to=line.date_to or None,
                left=in_product_unit(line.committed_quantity - consumed[line.id])
                if line.volume_limited
                else None,
            )
        return terms

    def _price_for(self, order_line, list_price, date):
        """Unit price of this agreed price for an order line, in its unit and currency.

        :param float list_price: what his price list gives, for discounts
        :param date: date of the currency rate
        """
        self.ensure_one()
        if self.kind == "discount":
            return list_price * (1 - self.discount / 100)
        product = order_line.product_id
        unit = self.uom_id or product.uom_id
        price = unit._compute_price(
            self.price, order_line.product_uom_id or product.uom_id
        )
        currency = order_line.currency_id
        if currency and currency != self.currency_id:
            price = self.currency_id._convert(
                price, currency, self.company_id, date, round=False
            )
        return price

    def _next_quantity(self):
        """What a new quotation proposes: what is left, or the smallest quantity."""
        self.ensure_one()
        return self.remaining_quantity or self.min_quantity or 1.0
