from collections import defaultdict
from datetime import timedelta

from odoo import Command, api, models

from odoo.addons.o2c_consignment.models.legal_time import legal_today

from ..portal_core import replenish
from .o2c_supplier_replenishment import OPEN, exact

LOOK_BACK = 90
LEAD_DAYS = 7


class O2cSupplierReplenishment(models.Model):
    """What suppliers are asked for each night, from levels, sales and lead time."""

    # One file a topic, none above 400 lines.
    _inherit = "o2c.supplier.replenishment"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _cron_propose(self):
        """Ask each supplier for what runs out, one commit each."""
        agreements = self.env["o2c.consignment.agreement"]
        pairs = agreements._read_group(
            [("state", "=", "active")], ["company_id", "consignor_id"]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(pairs))
        for company, consignor in pairs:
            # two workers at once would ask twice
            if consignor.try_lock_for_update(allow_referencing=True):
                self._o2c_propose(company, consignor)
            if not cron._commit_progress(1):
                break

    @api.model
    def _o2c_propose(self, company, consignor):
        """Propose what a supplier should bring; products already asked for are left.

        :return: the new order, empty when nothing is needed
        """
        stocks = (
            self.env["o2c.supplier.stock"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("consignor_id", "=", consignor.id)]
            )
        )
        asked = self.env["o2c.supplier.replenishment.line"].search(
            [
                ("replenishment_id.company_id", "=", company.id),
                ("replenishment_id.consignor_id", "=", consignor.id),
                ("replenishment_id.state", "in", OPEN),
            ]
        )
        stocks = stocks.filtered(lambda s: s.product_id not in asked.product_id)
        sold = self._o2c_sold(company, consignor)
        coming = self._o2c_incoming(company, consignor)
        lines = []
        for stock in stocks:
            product = stock.product_id
            quantity = replenish.propose(
                self._o2c_situation(
                    stock, sold.get(product, 0), coming.get(product, 0), consignor
                )
            )
            if quantity:
                lines.append(
                    {"product_id": stock.product_id.id, "proposed": float(quantity)}
                )
        if not lines:
            return self.browse()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        return self.with_company(company).create(
            {
                "company_id": company.id,
                "consignor_id": consignor.id,
                "warehouse_id": warehouse.id,
                "line_ids": [Command.create(line) for line in lines],
            }
        )

    def _o2c_sold(self, company, consignor):
        since = legal_today() - timedelta(days=LOOK_BACK)
        rows = (
            self.env["o2c.supplier.total"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("consignor_id", "=", consignor.id),
                    ("grain", "=", "day"),
                    ("day", ">=", since),
                    ("kind", "in", ("sale", "return")),
                ],
                ["product_id"],
                ["quantity:sum"],
            )
        )
        return dict(rows)

    def _o2c_incoming(self, company, consignor):
        """Return product → what was ordered of the consignor and has not come yet."""
        lines = (
            self.env["purchase.order.line"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id.commercial_partner_id", "=", consignor.id),
                    ("order_id.o2c_is_consignment", "=", True),
                    ("order_id.state", "=", "purchase"),
                    ("product_id.is_storable", "=", True),
                ]
            )
        )
        coming = defaultdict(float)
        for line in lines:
            left = max(line.product_qty - line.qty_received, 0)
            unit = line.product_id.uom_id
            coming[line.product_id] += line.product_uom_id._compute_quantity(left, unit)
        return coming

    def _o2c_situation(self, stock, sold, coming, consignor):
        seller = stock.product_id.seller_ids.filtered(
            lambda s: s.partner_id.commercial_partner_id == consignor
        )[:1]

        return replenish.Situation(
            available=exact(stock.available),
            incoming=exact(coming),
            minimum=exact(stock.low_level),
            maximum=exact(stock.stock_max),
            sold=exact(sold),
            days=LOOK_BACK,
            lead_days=seller.delay if seller else LEAD_DAYS,
        )
