from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..pricing_core import Sold, impacts
from .o2c_guarded_price import PRICED

DAYS = 90
# key of the context by which core adds to the sales price of a product
EXTRA = "no_variant_attributes_price_extra"


class Row(NamedTuple):
    """What a customer bought lately of one thing by one price list."""

    customer: int
    pricelist: int | None
    product: int
    combo_item: int | None
    values: list[int] | None
    quantity: float
    times: int
    sales: float
    cost: float


class PriceChangeImpact(models.Model):
    """What a proposed change would have made of a customer's last 90 days.

    Worked out when approval is asked for, kept as what the approver saw.
    """

    _name = "o2c.price.change.impact"
    _description = "Impact of a Change of Prices"
    _order = "change_id, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    change_id = fields.Many2one(
        "o2c.price.change", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="change_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    sales = fields.Monetary(string="Sales, 90 days", readonly=True)
    new_sales = fields.Monetary(string="At the new prices", readonly=True)
    cost = fields.Monetary(readonly=True)
    amount = fields.Monetary(string="Difference", readonly=True)
    margin_percent = fields.Float(
        string="Margin before (%)", readonly=True, aggregator=None
    )
    new_margin_percent = fields.Float(
        string="Margin after (%)", readonly=True, aggregator=None
    )

    @api.model
    def _o2c_make(self, change):
        """Replace the impact of a change by that on the last 90 days' sales.

        :param change: one `o2c.price.change`
        """
        self.search([("change_id", "=", change.id)]).unlink()
        self.create(
            [
                {
                    "change_id": change.id,
                    "partner_id": impact.customer,
                    "sales": float(impact.sales),
                    "new_sales": float(impact.new_sales),
                    "cost": float(impact.cost),
                    "amount": float(impact.change),
                    "margin_percent": float(impact.margin_percent),
                    "new_margin_percent": float(impact.new_margin_percent),
                }
                for impact in impacts(self._sold(change))
            ]
        )

    @api.model
    def _sold(self, change):
        """Yield what each customer bought lately, with its old and its new price."""
        company = change.company_id
        lines = change.line_ids.with_company(company)
        rows = self._sales(change)
        products = self.env["product.product"].with_company(company)
        products = products.browse({row.product for row in rows})
        lists = self.env["product.pricelist"].with_company(company)
        now = fields.Datetime.now()
        sold_by = lists.browse({row.pricelist for row in rows if row.pricelist})
        rules = self._rules(sold_by, lines, products, now)
        raised = lines._o2c_raised()
        for row in rows:
            pricelist = lists.browse(row.pricelist or ())
            currency = pricelist.currency_id or company.currency_id
            rate = currency._convert(
                1, company.currency_id, company, now.date(), round=False
            )
            if row.combo_item:
                prices = _item_prices(self.env, row, raised)
            else:
                product = products.browse(row.product)
                prices = _prices(product, row, rules, raised, pricelist, now)
            before, after = (price * rate for price in prices)
            amounts = map(_decimal, (row.quantity, row.sales, row.cost, before, after))
            yield Sold(row.customer, *amounts)

    @api.model
    def _rules(self, lists, lines, products, now):
        """Rules as they are and as they would be, each as {price list id: rules}.

        Of these lists, of those that change, and of those that they rest on.
        """
        by_list = lines.filtered("pricelist_id").grouped("pricelist_id")
        before, after = {}, {}
        lists |= lines.pricelist_id
        while lists:
            for pricelist in lists:
                old = list(pricelist._get_applicable_rules(products, now))
                changed = by_list.get(pricelist, lines.browse())
                before[pricelist.id] = old
                after[pricelist.id] = _replaced(old, changed, now)
            found = (rule for one in lists for rule in before[one.id] + after[one.id])
            bases = {rule.base_pricelist_id.id for rule in found}
            lists = lists.browse(bases - before.keys() - {False})
        return before, after

    @api.model
    def _sales(self, change):
        """What was sold lately of what the change may touch, as `Row` objects.

        Quantities in the product's unit, amounts in the company's currency.
        """
        self.env["sale.order.line"].flush_model()
        self.env["sale.order"].flush_model()
        lines = change.line_ids
        products = lines.filtered(lambda line: line.operation in PRICED)
        since = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT customer.commercial_partner_id, o.pricelist_id, line.product_id,
                       line.combo_item_id, chosen.ids,
                       SUM(line.product_uom_qty * unit.factor / base.factor),
                       COUNT(*),
                       SUM(line.price_subtotal / COALESCE(o.currency_rate, 1)),
                       SUM(line.purchase_price * line.product_uom_qty
                           / COALESCE(o.currency_rate, 1))
                  FROM sale_order_line line
                  JOIN sale_order o ON o.id = line.order_id
                  JOIN res_partner customer ON customer.id = o.partner_id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  JOIN uom_uom unit ON unit.id = line.product_uom_id
                  JOIN uom_uom base ON base.id = template.uom_id
             LEFT JOIN LATERAL (
                       SELECT array_agg(value ORDER BY value) AS ids
                         FROM (SELECT product_template_attribute_value_id AS value
                                 FROM %(chosen)s
                                WHERE sale_order_line_id = line.id) AS values
                       ) chosen ON TRUE
                 WHERE o.state = 'sale'
                   AND o.company_id = %(company)s
                   AND o.date_order >= %(since)s
                   AND line.display_type IS NULL
                   AND line.product_uom_qty > 0
                   AND NOT COALESCE(line.is_downpayment, FALSE)
                   AND (o.pricelist_id = ANY(%(lists)s)
                        OR template.id = ANY(%(templates)s)
                        OR line.combo_item_id = ANY(%(items)s))
              GROUP BY 1, 2, 3, 4, 5
                """,
                company=change.company_id.id,
                since=since,
                chosen=SQL.identifier(
                    self.env["sale.order.line"]
                    ._fields["product_no_variant_attribute_value_ids"]
                    .relation
                ),
                lists=lines.pricelist_id._o2c_with_resting().ids,
                templates=products.product_tmpl_id.ids,
                items=products.combo_item_id.ids,
            )
        )
        return [Row(*row) for row in rows]


def _prices(product, row, rules, raised, pricelist, now):
    """(price as it is, price as it would be) of what a row sold."""
    chosen = product.env["product.template.attribute.value"].browse(row.values or ())
    values = chosen | product.product_template_attribute_value_ids
    # core adds this key to the sales price, and rules that rest on it follow
    extra = product._get_product_price_context(chosen).get(EXTRA, 0)
    added = sum(raised.get(of, 0) for of in (product.product_tmpl_id, *values))
    prices = []
    for by_list, amount in zip(rules, (extra, extra + added), strict=True):
        with pricelist._o2c_assume(by_list):
            prices.append(
                pricelist._get_product_price(
                    product.with_context(**{EXTRA: amount}),
                    row.quantity / row.times,
                    uom=product.uom_id,
                    date=now,
                )
            )
    return prices


def _item_prices(env, row, raised):
    """The same for an item of a combo: only what it adds is a price of its own."""
    item = env["product.combo.item"].browse(row.combo_item)
    return item.extra_price, item.extra_price + raised.get(item, 0)


def _replaced(rules, lines, now):
    """Rules in core's order, as they would be after a change."""
    gone = lines.item_id
    coming = lines.filtered(
        lambda line: (
            line.operation in ("add", "change")
            and (not line.date_end or line.date_end >= now)
        )
    )
    result = [rule for rule in rules if rule not in gone] + list(coming)
    # `product.pricelist.item._order`, from its last key to its first
    result.sort(key=lambda r: (r._name == lines._name, r.id), reverse=True)
    result.sort(key=lambda r: r.categ_id.complete_name or "", reverse=True)
    result.sort(key=lambda r: r.min_quantity, reverse=True)
    result.sort(key=lambda r: r.applied_on)
    return result


def _decimal(number):
    return Decimal(str(round(number or 0.0, 6)))
