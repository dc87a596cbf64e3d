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
        if strict or owner_id or len(quants) < 2:
            return quants
        return quants._o2c_sorted_by_issue_order()

    def _o2c_is_consigned(self):
        self.ensure_one()
        orders = self.env["o2c.consignment.agreement"]._o2c_issue_orders(
            self.company_id.id
        )
        return self.owner_id.commercial_partner_id.id in orders

    def _o2c_sorted_by_issue_order(self):
        # A shelf has many quants of few owners, and a delivery asks for each line.
        Agreement = self.env["o2c.consignment.agreement"]
        keys, by_expiry = {}, self.browse()
        for (company, owner), quants in self.grouped(
            lambda quant: (quant.company_id.id, quant.owner_id)
        ).items():
            orders = Agreement._o2c_issue_orders(company)
            order = orders.get(owner.commercial_partner_id.id)
            rank = RANKS.get(order, OWN_RANK)
            keys.update(dict.fromkeys(quants.ids, (rank,)))
            if order == "first_expired":
                by_expiry |= quants
        if by_expiry:
            for quant in self.filtered(lambda q: keys[q.id] == (OWN_RANK,)):
                expiry = quant.removal_date
                keys[quant.id] += (not expiry, expiry and expiry.timestamp() or 0)
        if len(set(keys.values())) == 1:
            return self
        return self.browse(sorted(self.ids, key=keys.__getitem__))

    def _compute_value(self):
        # EXTENDS stock_account: core shares the value of our own goods among all goods
        for company, quants in self.grouped("company_id").items():
            owners = [False, company.partner_id.id]
            super(StockQuant, quants.with_context(owners=owners))._compute_value()
