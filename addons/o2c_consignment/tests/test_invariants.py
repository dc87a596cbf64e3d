import random

from odoo.tests import tagged

from .common import ConsignmentCommon

SEED = 20260101
STEPS = 20


@tagged("post_install", "-at_install")
class TestInvariants(ConsignmentCommon):
    """Random business in any order: books and quantities stay reconciled after each."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product(category=cls._category("fifo", "real_time"))
        cls.consignors = [cls.consignor, cls.other_consignor]
        for consignor, cost in zip(cls.consignors, (50, 47.35), strict=True):
            cls._agree(consignor, {cls.product: cost})

    def test_any_order_of_operations(self):
        dice = random.Random(SEED)
        self.delivered = []
        for step in range(STEPS):
            operation = dice.choice(
                [
                    self._do_receive_own,
                    self._do_receive_consigned,
                    self._do_receive_consigned,
                    self._do_sell,
                    self._do_sell,
                    self._do_sell,
                    self._do_return,
                    self._do_scrap,
                    self._do_settle,
                ]
            )
            operation(dice)
            self._check(f"step {step}: {operation.__name__}")

    def _do_receive_own(self, dice):
        self._receive_own(self.product, dice.randint(1, 9), dice.choice([60, 61.5]))

    def _do_receive_consigned(self, dice):
        self._receive_consigned(
            dice.choice(self.consignors), self.product, dice.randint(1, 20)
        )

    def _do_sell(self, dice):
        available = int(self.product.free_qty)
        if not available:
            return
        sale = self._sell(self.product, dice.randint(1, min(available, 12)))
        self.delivered.append(self._deliver(sale))
        if dice.random() < 0.7:
            self._invoice(sale)

    def _do_return(self, dice):
        if self.delivered:
            picking = self.delivered.pop(dice.randrange(len(self.delivered)))
            owner = dice.choice(picking.move_line_ids.mapped("owner_id") or [False])
            self._return(picking, 1, owner or self.env["res.partner"])

    def _do_scrap(self, dice):
        owner = dice.choice(self.consignors)
        if self._on_hand(self.product, owner) < 1:
            return
        self.env["stock.scrap"].create(
            {
                "product_id": self.product.id,
                "scrap_qty": 1,
                "owner_id": owner.id,
                "location_id": self.stock.id,
            }
        ).action_validate()

    def _do_settle(self, dice):
        settlement = self._settle(dice.choice(self.consignors))
        if settlement and dice.random() < 0.8:
            self._bill(settlement)

    def _check(self, step):
        self.env.flush_all()
        self.env.invalidate_all()
        consumptions = self._consumptions() | self._consumptions(self.other_consignor)
        # what is accrued is what was consumed and not billed
        unbilled = consumptions.filtered(lambda c: c.state in ("open", "settled"))
        self.assertAlmostEqual(
            self._accrued(), sum(unbilled.mapped("amount")), 2, msg=step
        )
        # cost of consigned goods is what was consumed
        self.assertAlmostEqual(
            self._cost_of_consigned(), sum(consumptions.mapped("amount")), 2, msg=step
        )
        # received = on hand + consumed + returned + lost
        balance = self.env["o2c.consignment.balance"].search(
            [("product_id", "=", self.product.id)]
        )
        self.assertFalse(any(balance.mapped("difference")), msg=step)
        # nobody's goods are negative
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.product.id),
                ("location_id", "child_of", self.stock.id),
            ]
        )
        self.assertTrue(all(q.quantity >= 0 for q in quants), msg=step)
