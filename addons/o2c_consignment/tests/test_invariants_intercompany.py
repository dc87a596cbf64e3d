from odoo.tests import tagged

from .invariants import RandomBusiness


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestIntercompanyInvariants(RandomBusiness):
    """A sister company's goods, hers @ 30, agreed @ 50: her books follow ours.

    Twenty lie with us, and stay in her stock until we consume them.
    """

    operations = property(
        lambda self: [
            (self._do_sell, 3),
            (self._do_return, 2),
            (self._do_count, 2),
            (self._do_settle, 2),
            (self._do_bill, 2),
            (self._do_cancel_bill, 1),
            (self._do_issue_her_invoice, 0.5),
        ]
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sister_consigns()
        cls.owner = cls.sister.partner_id
        cls._receive_consigned(cls.owner, cls.product, 20)

    def test_her_books_follow_ours_in_any_order(self):
        self._play_all(seeds=[1], steps=30)

    def _begin(self):
        self.delivered = self.env["stock.picking"]

    # === OPERATIONS === #

    def _do_sell(self):
        here = int(self._on_hand(self.product, self.owner))
        if here:
            sale = self._sell(self.product, self.dice.randint(1, min(here, 4)))
            self.delivered |= self._deliver(sale)
            return sale.name

    def _do_return(self):
        picking = self._pick(self.delivered)
        back = picking.move_ids.returned_move_ids
        if picking and sum(back.mapped("quantity")) < sum(
            picking.move_ids.mapped("quantity")
        ):
            self._return(picking, 1)
            return picking.name

    def _do_count(self):
        """One is missing, or was found again; what was never lost is no business."""
        lost = sum(
            self._consumptions(self.owner)
            .filtered(lambda c: c.kind in ("loss", "found"))
            .mapped("quantity")
        )
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.product.id),
                ("owner_id", "=", self.owner.id),
                ("location_id", "=", self.stock.id),
                ("quantity", ">", 0),
            ]
        )
        if quant:
            quant = quant.with_context(inventory_mode=True)
            quant.inventory_quantity = quant.quantity + (1 if lost else -1)
            quant.action_apply_inventory()
            return f"{quant.quantity}"

    def _do_settle(self):
        return self._settle(self.owner).mapped("name")

    def _do_bill(self):
        settlement = self._pick(
            self.env["o2c.consignment.settlement"]
            .with_user(self.accountant)
            .search([("consignor_id", "=", self.owner.id), ("state", "=", "accepted")])
        )
        if settlement.is_set_off:
            settlement.action_close_without_document()
            return "closed"
        if settlement:
            bill = self._bill(settlement, post=self.dice.random() < 0.5)
            return f"{bill.state} {bill.amount_untaxed}"

    def _bills(self):
        return self.env["account.move"].search(
            [("o2c_settlement_line_ids.consignor_id", "=", self.owner.id)], order="id"
        )

    def _her_invoices(self, bill):
        return self.env["account.move"].search(
            [("o2c_intercompany_bill_id", "=", bill.id), ("state", "!=", "cancel")]
        )

    def _do_cancel_bill(self):
        bill = self._pick(self._bills().filtered(lambda b: b.state == "draft"))
        if bill:
            issued = self._her_invoices(bill).state == "posted"
            self._attempt(bill.button_cancel, must="Hermana issued" if issued else None)
            return bill.display_name

    def _do_issue_her_invoice(self):
        for bill in self._bills():
            invoice = self._her_invoices(bill).filtered(lambda m: m.state == "draft")
            if invoice:
                hers = invoice.with_context(allowed_company_ids=self.sister.ids)
                hers.action_post()
                return invoice.name

    # === WHAT ALWAYS HOLDS === #

    def _check(self):
        self.env.flush_all()
        self.env.invalidate_all()
        goods = self._consumptions(self.owner)
        left = 20 - sum(goods.mapped("quantity"))
        quants = self.env["stock.quant"].search([("location_id", "=", self.place.id)])
        self.assertEqual(sum(quants.mapped("quantity")), left, "in her place")
        hers = self.product.with_company(self.sister).with_context(
            allowed_company_ids=self.sister.ids
        )
        self.assertEqual(hers.total_value, 30 * left, "what it is worth to her")
        self.assertEqual(self._on_hand(self.product, self.owner), left, "with us")
        in_books = goods.filtered(
            lambda c: (
                c.settlement_line_ids.bill_id.state == "posted"
                or c.settlement_line_ids.closed_on
            )
        )
        self.assertEqual(
            self._accrued(), sum((goods - in_books).mapped("amount")), "accrued"
        )
        for bill in self._bills():
            invoice = self._her_invoices(bill)
            self.assertEqual(invoice.amount_untaxed, bill.amount_untaxed, "her invoice")
