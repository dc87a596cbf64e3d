from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestIntercompany(ConsignmentCommon):
    """A sister company's goods: hers @ 30, agreed @ 50, sold by us @ 100.

    ================  ===============================  =============================
    what happens      with us                          with her
    ================  ===============================  =============================
    20 are received   20 on hand, none of our value    20 in her place, worth 600
    5 are sold        250 accrued, cost 250            15 left, worth 450
    2 come back       150 accrued                      17 left, worth 510
    3 are billed      bill of 150, nothing accrued     draft invoice of 150
    ================  ===============================  =============================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._sister_consigns()
        cls._receive_consigned(cls.sister.partner_id, cls.product, 20)
        cls.picking = cls._deliver(cls._sell(cls.product, 5))

    def _theirs(self):
        """Quantity in her place, and its value in her books."""
        quants = self.env["stock.quant"].search([("location_id", "=", self.place.id)])
        product = self.product.with_company(self.sister).with_context(
            allowed_company_ids=self.sister.ids
        )
        return sum(quants.mapped("quantity")), product.total_value

    def test_goods_leave_her_place_when_we_sell_them(self):
        self.assertEqual(self._theirs(), (15, 450))
        self.assertEqual(self._accrued(), 250)
        self._return(self.picking, 2)
        self.assertEqual(self._theirs(), (17, 510))
        self.assertEqual(self._accrued(), 150)

    def test_our_bill_is_her_invoice(self):
        self._return(self.picking, 2)
        bill = self._bill(self._settle(self.sister.partner_id), post=False)
        invoice = self.env["account.move"].search(
            [("o2c_intercompany_bill_id", "=", bill.id)]
        )
        self.assertRecordValues(
            invoice,
            [
                {
                    "company_id": self.sister.id,
                    "move_type": "out_invoice",
                    "state": "draft",
                    "partner_id": self.company.partner_id.id,
                    "amount_untaxed": 150,
                }
            ],
        )
        self._post_bill(bill)
        self.assertEqual(self._accrued(), 0)

    def test_her_draft_is_taken_back_with_our_bill(self):
        settlement = self._settle(self.sister.partner_id)
        bill = self._bill(settlement, post=False)
        invoice = self.env["account.move"].search(
            [("o2c_intercompany_bill_id", "=", bill.id)]
        )
        bill.button_cancel()
        self.assertEqual(invoice.state, "cancel")
        second = self._bill(settlement, post=False)
        invoice = self.env["account.move"].search(
            [("o2c_intercompany_bill_id", "=", second.id)]
        )
        invoice.with_context(allowed_company_ids=self.sister.ids).action_post()
        with self.assertRaisesRegex(UserError, "Hermana issued"):
            second.button_cancel()

    def test_her_places_are_hers_to_give(self):
        draft = self._agree(self.sister.partner_id, {self.product: 40}, activate=False)
        draft.sudo().date_start = "2020-01-01"
        stranger = draft.with_user(self.accountant)
        with self.assertRaises(AccessError):
            stranger.intercompany_location_id = self.place
        with self.assertRaisesRegex(ValidationError, "no stock place of"):
            draft.intercompany_location_id = self.stock
        other = self._agree(self.other_consignor, {self.product: 40}, activate=False)
        with self.assertRaisesRegex(ValidationError, "no stock place of"):
            other.intercompany_location_id = self.place

    def test_loss_that_we_pay_is_a_sale_of_hers(self):
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.product.id),
                ("owner_id", "=", self.sister.partner_id.id),
                ("location_id", "=", self.stock.id),
            ]
        )
        quant = quant.with_context(inventory_mode=True)
        quant.inventory_quantity = 14
        quant.action_apply_inventory()
        loss = self._consumptions(self.sister.partner_id)[-1]
        self.assertEqual((loss.kind, loss.amount), ("loss", 50))
        self.assertEqual(loss.intercompany_move_id.location_dest_id.usage, "customer")
        self.assertEqual(self._theirs(), (14, 420))

    def test_her_people_see_nothing_of_ours(self):
        somebody = self._user("hers", "o2c_consignment.o2c_consignment_group_manager")
        somebody.write(
            {"company_id": self.sister.id, "company_ids": [(6, 0, self.sister.ids)]}
        )
        self._settle(self.sister.partner_id)
        self.env.flush_all()
        for model in (
            "agreement",
            "agreement.line",
            "agreement.place",
            "consumption",
            "settlement",
            "settlement.line",
            "balance",
            "stock.report",
            "fill.rate",
        ):
            with self.subTest(model):
                ours = self.env[f"o2c.consignment.{model}"].with_user(self.manager)
                if model != "agreement.place":
                    self.assertTrue(ours.search_count([]))
                hers = ours.with_user(somebody).with_context(
                    allowed_company_ids=self.sister.ids
                )
                self.assertFalse(
                    hers.search_count([("company_id", "=", self.company.id)])
                )
