from datetime import timedelta
from decimal import Decimal

from odoo import api, models, tools
from odoo.fields import Domain

from ..consignment_core import (
    Version,
    agreed_cost,
    current_period_start,
    last_closed_period,
    version_on,
)
from .legal_time import end_of_day, legal_day, legal_today


class O2cConsignmentAgreement(models.Model):
    """What the agreements say: whose goods leave first, and what they cost."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.agreement"

    @api.model
    def _o2c_issue_orders(self, company_id):
        """Issue order today by consignor of a company; its keys are all its consignors.

        :param int company_id: id of the company
        :return: partner id → issue order
        :rtype: dict
        """
        # Deliveries ask for each line; the day is part of the key, as a version that
        # was approved ahead begins without anybody writing anything.
        return self._issue_orders_on(company_id, legal_today())

    @api.model
    @tools.ormcache("company_id", "day")
    def _issue_orders_on(self, company_id, day):
        agreements = self.sudo().search(
            [("company_id", "=", company_id), ("state", "!=", "draft")],
            # of two that cover a day the one in force comes last, and counts
            order="state desc, id",
        )
        orders = {}
        for consignor, versions in agreements.grouped("consignor_id").items():
            found = version_on(
                [Version(a, a.date_start, a.date_end or None) for a in versions], day
            )
            orders[consignor.id] = found.key.issue_order
        return orders

    @api.model
    def _o2c_find(self, consignor, company, day):
        """The version in force on a day.

        :rtype: o2c.consignment.agreement
        """
        agreements = self.search(
            [
                ("company_id", "=", company.id),
                ("consignor_id", "=", consignor.commercial_partner_id.id),
                ("state", "in", ("active", "closed")),
            ]
        )
        return agreements.filtered(lambda a: a._covers(day))[:1]

    def _covers(self, day):
        self.ensure_one()
        return self.date_start <= day and (not self.date_end or day <= self.date_end)

    def _terms(self, product=None):
        """The prices as the core knows them; a term's key is the agreement line."""
        # the product first: asking a hundred prices whether they hold takes longer
        lines = self.line_ids
        if product:
            lines = lines.filtered(lambda line: line.product_id == product)
        return lines._terms()

    def _terms_by_product(self, products):
        """Prices of some products, for whoever asks for many at once.

        :return: (agreement, product) → terms
        :rtype: dict
        """
        lines = self.env["o2c.consignment.agreement.line"].search_fetch(
            [("agreement_id", "in", self.ids), ("product_id", "in", products.ids)]
        )
        return {
            key: some._terms()
            for key, some in lines.grouped(
                lambda line: (line.agreement_id, line.product_id)
            ).items()
        }

    def _agreed_cost(self, product, day, sale_price=0.0, terms=None, besides=None):
        """What one unit of a product costs us on a day.

        :param float sale_price: net price of one unit, in the agreement's currency
        :param list terms: the prices of the product, where they are known already
        :param besides: the consumption to be priced, which does not count for itself
        :raises consignment_core.MissingPrice: nothing was agreed
        :rtype: consignment_core.AgreedCost
        """
        self.ensure_one()
        if terms is None:
            terms = self._terms(product)
        consumed = Decimal(0)
        if any(term.min_quantity for term in terms):
            consumed = self._consumed_in_period(product, day, besides)
        return agreed_cost(terms, product, day, Decimal(repr(sale_price)), consumed)

    def _consumed_in_period(self, product, day, besides=None):
        """Net quantity that the consignor's product sold in the period up to a day.

        A tier is reached by the goods, whichever version of the agreement priced them.

        :param date day: in the legal time zone
        :param besides: a consumption; only what was recorded before it counts
        :rtype: Decimal
        """
        start = current_period_start(self.settlement_calendar, day)
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("consignor_id", "=", self.consignor_id.id),
                ("product_id", "=", product.id),
                ("kind", "!=", "adjustment"),
                ("date", ">=", end_of_day(start - timedelta(days=1))),
                ("date", "<", end_of_day(day)),
            ]
        )
        if besides:
            domain &= Domain("id", "<", besides.id)
        [(quantity,)] = self.env["o2c.consignment.consumption"]._read_group(
            domain, aggregates=["quantity:sum"]
        )
        return Decimal(repr(quantity or 0.0))

    def _sale_unit_price(self, move_line):
        """Net price of one unit sold, in the agreement's currency.

        The list price stands in where the goods were not sold by themselves: losses,
        deliveries without an order, components of a kit.
        """
        self.ensure_one()
        product = move_line.product_id
        sale_line = move_line.move_id.sale_line_id
        if sale_line.product_id != product:
            price, currency = product.lst_price, product.currency_id
        else:
            price = sale_line.product_uom_id._compute_price(
                sale_line.price_reduce_taxexcl, product.uom_id
            )
            currency = sale_line.currency_id
        day = legal_day(move_line.date)
        return currency._convert(
            price, self.currency_id, self.company_id, day, round=False
        )

    def _is_due(self, today):
        """Whether a period ended that this version settles and has not settled yet."""
        self.ensure_one()
        end = last_closed_period(self.settlement_calendar, today).end
        return (
            end >= self.date_start
            and (not self.settled_until or self.settled_until < end)
            and self._last_version(end) == self
        )

    def _last_version(self, day):
        """The version in force on a day, or the last one that ended before it.

        One version at a time settles with a consignor: it takes whatever is open, of
        the versions before it too.
        """
        versions = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("consignor_id", "=", self.consignor_id.id),
                ("state", "in", ("active", "closed")),
            ]
        )
        found = version_on(
            [Version(a, a.date_start, a.date_end or None) for a in versions], day
        )
        return found.key if found else self.browse()
