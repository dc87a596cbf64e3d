from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..pricing_core import Sold, impacts

DAYS = 90


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
        by_list = lines.filtered("pricelist_id").grouped("pricelist_id")
        sales_prices = {
            line.product_tmpl_id: line.fixed_price
            for line in lines
            if line.operation == "sales_price"
        }
        rows = self._sales(change, sales_prices)
        products = self.env["product.product"].with_company(company)
        products = products.browse({row[2] for row in rows})
        old, new = {}, {}
        now = fields.Datetime.now()
        lists = self.env["product.pricelist"].browse({row[1] for row in rows if row[1]})
        for pricelist in lists:
            old[pricelist.id] = list(pricelist._get_applicable_rules(products, now))
            new[pricelist.id] = _replaced(
                old[pricelist.id], by_list.get(pricelist, lines.browse()), now
            )
        for customer, list_id, product_id, quantity, times, sales, cost in rows:
            product = products.browse(product_id)
            currency = lists.browse(list_id).currency_id or company.currency_id
            asked = (product, quantity / times, now, currency)
            before, rule = _price(old.get(list_id, ()), *asked)
            after, _rule = _price(new.get(list_id, ()), *asked)
            rate = currency._convert(
                1, company.currency_id, company, now.date(), round=False
            )
            before, after = before * rate, after * rate
            sales_price = sales_prices.get(product.product_tmpl_id)
            if sales_price is not None and product.lst_price:
                # a fixed price of a list does not follow the sales price
                if not rule or rule.compute_price != "fixed":
                    after *= sales_price / product.lst_price
            yield Sold(customer, *map(_decimal, (quantity, sales, cost, before, after)))

    @api.model
    def _sales(self, change, sales_prices):
        """Rows (customer, list, product, quantity, lines, sales, cost).

        Quantities in the product's unit, amounts in the company's currency.
        """
        self.env["sale.order.line"].flush_model()
        self.env["sale.order"].flush_model()
        templates = [template.id for template in sales_prices]
        lists = change.line_ids.pricelist_id.ids
        since = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS)
        return self.env.execute_query(
            SQL(
                """
                SELECT customer.commercial_partner_id, o.pricelist_id, line.product_id,
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
                 WHERE o.state = 'sale'
                   AND o.company_id = %(company)s
                   AND o.date_order >= %(since)s
                   AND line.display_type IS NULL
                   AND line.product_uom_qty > 0
                   AND NOT COALESCE(line.is_downpayment, FALSE)
                   AND (o.pricelist_id = ANY(%(lists)s)
                        OR template.id = ANY(%(templates)s))
              GROUP BY 1, 2, 3
                """,
                company=change.company_id.id,
                since=since,
                lists=lists,
                templates=templates,
            )
        )


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


def _price(rules, product, quantity, date, currency):
    """(unit price, rule) by the first rule that applies."""
    none = product.env["product.pricelist.item"]
    rule = next((r for r in rules if r._is_applicable_for(product, quantity)), none)
    price = rule._compute_price(
        product, quantity, uom=product.uom_id, date=date, currency=currency
    )
    return price, rule


def _decimal(number):
    return Decimal(str(round(number or 0.0, 6)))
