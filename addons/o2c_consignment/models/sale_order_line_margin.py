from collections import namedtuple
from functools import cache

from odoo import api, fields, models

from ..consignment_core import MissingPrice
from .legal_time import legal_today
from .stock_quant import OWN_RANK, RANKS

# Agreements by company and product, and what is free by company and warehouse, for
# whoever works out many lines: functions, which look up once and when it matters.
Sources = namedtuple("Sources", ["agreements", "free"])


class SaleOrderLine(models.Model):
    """The margin of a sale, before and after delivery: consigned goods as agreed."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order.line"

    # The detour over move_id: a precomputed field may depend on a computed one only
    # behind a many2one.
    @api.depends(
        "move_ids.move_line_ids.owner_id",
        "move_ids.move_line_ids.move_id.quantity",
        "move_ids.o2c_consumption_ids.quantity",
        "move_ids.o2c_consumption_ids.unit_cost",
        "move_ids.o2c_consumption_ids.amount",
    )
    def _compute_purchase_price(self):
        # EXTENDS sale_stock_margin, where consigned goods cost nothing
        super()._compute_purchase_price()
        sources = Sources(cache(self._o2c_agreed_products), cache(self._o2c_free_goods))
        for line in self.filtered("product_id"):
            line = line.with_company(line.company_id)
            cost = line._o2c_unit_cost(sources)
            if cost is None:
                continue
            line.purchase_price = line._convert_to_sol_currency(
                line.product_id.uom_id._compute_price(cost, line.product_uom_id),
                line.company_id.currency_id,
            )

    def write(self, vals):
        # EXTENDS sale_stock: whose goods a quotation expects depends on the quantity;
        # a cost that somebody typed for our own goods stays
        result = super().write(vals)
        if "product_uom_qty" in vals:
            agreed = self._o2c_agreed_products()
            lines = self.filtered(lambda x: (x.company_id, x.product_id) in agreed)
            self.env.add_to_compute(self._fields["purchase_price"], lines)
        return result

    @api.onchange("product_uom_qty")
    def _onchange_o2c_product_uom_qty(self):
        if (self.company_id, self.product_id) in self._o2c_agreed_products():
            self._compute_purchase_price()

    def _o2c_agreed_products(self):
        """Agreements in force by company and product of these lines.

        :rtype: dict
        """
        lines = (
            self.env["o2c.consignment.agreement.line"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("product_id", "in", self.product_id.ids),
                    ("agreement_id.state", "=", "active"),
                ]
            )
        )
        result = {}
        for line in lines:
            key = (line.company_id, line.product_id)
            agreements = result.get(key, self.env["o2c.consignment.agreement"].sudo())
            result[key] = agreements | line.agreement_id
        return result

    def _o2c_free_goods(self, company, warehouse):
        """What is free of all products of these lines, asked for once.

        :return: product → consignor, or False for our own → quantity
        :rtype: dict
        """
        places = {"warehouse_id": warehouse.id} if warehouse else {}
        products = self.product_id.sudo().with_context(
            allowed_company_ids=company.ids, **places
        )
        return products._o2c_free_by_owner(fields.Datetime.now())

    def _o2c_unit_cost(self, sources):
        """Cost of one unit of the product when consigned goods are in it.

        Delivered goods at what they cost, reserved goods at what they will, the rest
        by the issue order and what is in stock. None: our own goods only.

        :param Sources sources: where agreements, and what is free, are looked up
        :rtype: float | None
        """
        self.ensure_one()
        consigned, consigned_cost = self._o2c_consigned_delivered()
        own_reserved, reserved = self._o2c_pending()
        own, value = self._o2c_own_delivered()
        ordered = self.product_uom_id._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id
        )
        total = max(ordered, own + consigned)
        rest = max(total - own - consigned - own_reserved - sum(reserved.values()), 0)
        agreements, forecast = None, {}
        # what was handed over needs no agreement of today
        if reserved or not self.product_id.uom_id.is_zero(rest):
            agreements = sources.agreements().get((self.company_id, self.product_id))
            forecast = self._o2c_forecast(rest, agreements, sources)
        if not (consigned or reserved or any(forecast)):
            return None
        if not total:
            return None
        standard = self.product_id.standard_price
        expected = self._o2c_merge({False: own_reserved}, reserved, forecast)
        cost = value + consigned_cost + expected.pop(False, 0.0) * standard
        for consignor, quantity in expected.items():
            cost += quantity * self._o2c_agreed_cost(consignor, agreements)
        unknown = total - own - consigned - own_reserved
        unknown -= sum(reserved.values()) + sum(forecast.values())
        return (cost + max(unknown, 0.0) * standard) / total

    @api.model
    def _o2c_merge(self, *parts):
        merged = {}
        for part in parts:
            for owner, quantity in part.items():
                merged[owner] = merged.get(owner, 0.0) + quantity
        return merged

    def _o2c_forecast(self, quantity, agreements, sources):
        """Whose goods a quantity would be taken from now.

        :param float quantity: in the product's unit
        :param agreements: of the product, if there are any
        :param Sources sources: agreements, and what is free
        :return: consignor, or False for our own → quantity
        :rtype: dict
        """
        self.ensure_one()
        if not agreements or self.product_id.uom_id.is_zero(quantity):
            return {}
        free = sources.free(self.company_id, self.warehouse_id)
        free = dict(free.get(self.product_id, {}))
        ranked = [(OWN_RANK, 0, False)] + [
            (RANKS[agreement.issue_order], agreement.id, agreement.consignor_id)
            for agreement in agreements
        ]
        result = {}
        for _rank, _id, owner in sorted(ranked, key=lambda source: source[:2]):
            # once, where two versions of his agreement follow each other
            taken = min(max(free.pop(owner, 0.0), 0.0), quantity)
            if taken:
                result[owner] = taken
                quantity -= taken
        if quantity and not self.product_id.standard_price:
            # nothing of it is in stock, and it was never ours
            owner = agreements[0].consignor_id
            result[owner] = result.get(owner, 0.0) + quantity
        return result

    def _o2c_agreed_cost(self, consignor, agreements):
        """Agreed cost of one unit today, in the company's currency.

        :param agreements: those of the product that are known already
        :rtype: float
        """
        self.ensure_one()
        day = legal_today()
        Agreement = self.env["o2c.consignment.agreement"].sudo()
        known = (agreements or Agreement).filtered(
            lambda a: a.consignor_id == consignor and a._covers(day)
        )
        agreement = known[:1] or Agreement._o2c_find(consignor, self.company_id, day)
        company_currency = self.company_id.currency_id
        price = self.currency_id._convert(
            self.product_uom_id._compute_price(
                self.price_reduce_taxexcl, self.product_id.uom_id
            ),
            agreement.currency_id or company_currency,
            self.company_id,
            day,
            round=False,
        )
        try:
            cost = agreement and agreement._agreed_cost(self.product_id, day, price)
        except MissingPrice:
            cost = None
        if not cost:
            return self.product_id.standard_price
        return agreement.currency_id._convert(
            float(cost.unit_cost),
            company_currency,
            self.company_id,
            day,
            round=False,
        )
