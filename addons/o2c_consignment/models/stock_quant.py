from odoo import models

RANKS = {"consigned_first": 0, "first_expired": 1, "own_first": 2}
OWN_RANK = 1


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _gather(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
        qty=0,
    ):
        # EXTENDS stock: the agreements say whose goods leave first; sorting keeps
        # every quant reservable, and core's order among goods of the same rank
        quants = super()._gather(
            product_id, location_id, lot_id, package_id, owner_id, strict, qty
        )
        if strict or owner_id or len(quants) < 2 or not quants.owner_id:
            return quants
        return quants._o2c_sorted_by_issue_order()

    def _o2c_is_consigned(self):
        self.ensure_one()
        orders = self.env["o2c.consignment.agreement"]._o2c_issue_orders(
            self.company_id.id
        )
        return self.owner_id.commercial_partner_id.id in orders

    def _o2c_sorted_by_issue_order(self):
        Agreement = self.env["o2c.consignment.agreement"]
        orders = {
            company.id: Agreement._o2c_issue_orders(company.id)
            for company in self.company_id
        }

        def issue_order(quant):
            return orders.get(quant.company_id.id, {}).get(
                quant.owner_id.commercial_partner_id.id
            )

        by_expiry = any(issue_order(quant) == "first_expired" for quant in self)

        def key(quant):
            rank = RANKS.get(issue_order(quant), OWN_RANK)
            expiry = quant.removal_date if by_expiry and rank == OWN_RANK else None
            return rank, expiry is None, expiry and expiry.timestamp() or 0

        return self.sorted(key)

    def _compute_value(self):
        # EXTENDS stock_account: core shares the value of our own goods among all goods
        for company, quants in self.grouped("company_id").items():
            owners = [False, company.partner_id.id]
            super(StockQuant, quants.with_context(owners=owners))._compute_value()
