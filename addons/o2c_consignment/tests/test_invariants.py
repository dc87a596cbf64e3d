import random
from collections import Counter

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon

QUICK = (20260101, 10)
SEEDS = (1, 2, 3)
STEPS = 45


class InvariantsCommon(ConsignmentCommon):
    """Random business in any order: books and quantities stay reconciled after each.

    Two consignors and ourselves own the same product, valued by FIFO, perpetually; one
    of them bears what is lost. What the rules refuse must leave nothing behind.
    """

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product(category=cls._category("fifo", "real_time"))
        cls.shelf = cls.stock.copy({"name": "Percha", "location_id": cls.stock.id})
        cls.consignors = [cls.consignor, cls.other_consignor]
        for consignor, cost, bearer in zip(
            cls.consignors, (50, 47.35), ("company", "consignor"), strict=True
        ):
            cls._agree(
                consignor,
                {cls.product: cost},
                loss_bearer=bearer,
                cost_change_policy="absorb",
            )

    @property
    def operations(self):
        """What may happen, each as often as it is listed."""
        return [
            *[self._do_receive_consigned] * 3,
            *[self._do_sell] * 4,
            self._do_receive_own,
            self._do_backorder,
            self._do_return,
            self._do_return_to_consignor,
            self._do_scrap,
            self._do_expire,
            self._do_count,
            self._do_move,
            self._do_cost_change,
            self._do_reverse_cost_change,
            self._do_settle,
            self._do_dispute,
            self._do_release,
            self._do_cancel_settlement,
            self._do_bill,
            self._do_cancel_bill,
        ]

    def _play(self, seed, steps):
        """Do things at random; each is done wholly or refused wholly.

        :return: how often each was done
        :rtype: Counter
        """
        self.dice = random.Random(seed)
        self.delivered, self.received = [], []
        done = Counter()
        for step in range(steps):
            operation = self.dice.choice(self.operations)
            name = operation.__name__
            try:
                with self.env.cr.savepoint():
                    operation()
                    done[name] += 1
            except UserError as error:
                name = f"{name} refused: {error}"
            self._check(f"seed {seed}, step {step}: {name}")
        return done

    # === GOODS === #

    def _do_receive_own(self):
        cost = self.dice.choice([60, 61.5])
        self._receive_own(self.product, self.dice.randint(1, 9), cost)

    def _do_receive_consigned(self):
        order = self._order(
            self.dice.choice(self.consignors),
            self.product,
            self.dice.randint(2, 20),
            consigned=True,
        )
        # a part may come: the rest waits on a backorder
        part = self.dice.choice([None, None, 1])
        self._validate(order.picking_ids, part)
        self.received += order.picking_ids.filtered(lambda p: p.state == "done")

    def _do_sell(self):
        quantity = self.dice.randint(1, 12)
        if self.product.free_qty < quantity:
            return
        sale = self._sell(self.product, quantity)
        part = self.dice.choice([None, None, 1])
        self.delivered.append(self._deliver(sale, part))
        if self.dice.random() < 0.7:
            self._invoice(sale)

    def _do_backorder(self):
        for picking in self.env["stock.picking"].search(
            [
                ("state", "=", "assigned"),
                ("product_id", "=", self.product.id),
                ("picking_type_code", "=", "outgoing"),
            ],
            limit=1,
        ):
            self.delivered.append(self._validate(picking))

    def _do_return(self):
        if self.delivered:
            picking = self.dice.choice(self.delivered)
            move = self.dice.choice(picking.move_ids.filtered("quantity"))
            self._return_where(picking, 1, lambda m: m == move)

    def _do_return_to_consignor(self):
        if self.received:
            self._return(self.dice.choice(self.received), 1)

    def _some_quant(self):
        owner = self.dice.choice(self.consignors)
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.product.id),
                ("owner_id", "=", owner.id),
                ("location_id", "=", self.stock.id),
                ("quantity", ">", 0),
            ],
            limit=1,
        )
        return quant

    def _do_move(self):
        """Some of somebody's goods change their place in our warehouse."""
        quant = self._some_quant()
        free = quant.quantity - quant.reserved_quantity
        if free <= 0:
            return
        move = (
            self.env["stock.move"]
            .with_user(self.warehouseman)
            .create(
                {
                    "product_id": self.product.id,
                    "product_uom_qty": self.dice.randint(1, int(free)),
                    "location_id": quant.location_id.id,
                    "location_dest_id": self.shelf.id,
                    "restrict_partner_id": quant.owner_id.id,
                }
            )
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()

    def _do_scrap(self, quantity=1):
        quant = self._some_quant()
        if not quant:
            return
        self.env["stock.scrap"].with_user(self.warehouseman).create(
            {
                "product_id": self.product.id,
                "scrap_qty": quantity,
                "owner_id": quant.owner_id.id,
                "location_id": self.stock.id,
            }
        ).do_scrap()

    def _do_expire(self):
        """All that one of them has here is past its date, and thrown away."""
        quant = self._some_quant()
        free = quant.quantity - quant.reserved_quantity
        if free > 0:
            self._do_scrap(free)

    def _do_count(self):
        """A stock take finds more or less than there should be."""
        quant = self._some_quant().with_context(inventory_mode=True)
        if quant:
            counted = quant.quantity + self.dice.randint(-2, 2)
            quant.inventory_quantity = max(counted, 0)
            quant.action_apply_inventory()

    # === MONEY === #

    def _do_cost_change(self):
        agreement = self.env["o2c.consignment.agreement"].search(
            [("consignor_id", "=", self.dice.choice(self.consignors).id)]
        )
        change = (
            self.env["o2c.consignment.cost.change"]
            .with_user(self.accountant)
            .create(
                {
                    "agreement_id": agreement.id,
                    "product_id": self.product.id,
                    "new_cost": self.dice.choice([44.44, 51, 52.5]),
                    "date_from": fields.Date.subtract(self.today, days=2),
                    "reason": "Cambio de lista",
                }
            )
        )
        change.action_preview()
        change.with_user(self.manager).action_apply()

    def _do_reverse_cost_change(self):
        changes = self.env["o2c.consignment.cost.change"].search(
            [("state", "=", "applied"), ("product_id", "=", self.product.id)], limit=1
        )
        changes.with_user(self.manager).action_reverse()

    def _do_settle(self):
        self._settle(self.dice.choice(self.consignors))

    def _do_dispute(self):
        settlement = self._settle(self.dice.choice(self.consignors), accept=False)
        if settlement:
            settlement.action_send()
            line = self.dice.choice(settlement.line_ids)
            settlement.action_accept({line.id: "No es mío"})

    def _settlements(self, *states):
        return (
            self.env["o2c.consignment.settlement"]
            .with_user(self.accountant)
            .search(
                [
                    ("state", "in", states),
                    ("consignor_id", "in", [c.id for c in self.consignors]),
                ],
                limit=1,
            )
        )

    def _do_release(self):
        lines = self._settlements("disputed").line_ids
        lines.filtered(lambda x: x.state == "disputed").action_release()

    def _do_cancel_settlement(self):
        self._settlements("draft", "sent", "accepted").action_cancel()

    def _do_bill(self):
        for settlement in self._settlements("accepted", "disputed"):
            self._bill(settlement)

    def _do_cancel_bill(self):
        bill = self._settlements("billed").bill_ids.filtered(
            lambda move: move.state == "posted" and not move.reversed_entry_id
        )[:1]
        if bill:
            note = bill._reverse_moves([{"invoice_date": self.today}])
            self._post_bill(note)

    # === WHAT ALWAYS HOLDS === #

    def _check(self, step):
        self.env.flush_all()
        self.env.invalidate_all()
        consumptions = self._consumptions() | self._consumptions(self.other_consignor)
        self._check_books(consumptions, step)
        self._check_quantities(consumptions, step)

    def _check_books(self, consumptions, step):
        # what is accrued is what was consumed and not billed
        unbilled = consumptions.filtered(lambda c: c.state in ("open", "settled"))
        self.assertAlmostEqual(
            self._accrued(), sum(unbilled.mapped("amount")), 2, msg=step
        )
        # cost of consigned goods is what was consumed
        self.assertAlmostEqual(
            self._cost_of_consigned(), sum(consumptions.mapped("amount")), 2, msg=step
        )
        # a bill says what its lines say, and no line is on two
        for settlement in consumptions.settlement_id:
            for bill in settlement.bill_ids.filtered(lambda m: m.state == "posted"):
                lines = settlement.line_ids.filtered(lambda x, b=bill: x.bill_id == b)
                if lines:
                    self.assertAlmostEqual(
                        -bill.amount_untaxed_signed,
                        sum(lines.mapped("amount")),
                        2,
                        msg=step,
                    )

    def _check_quantities(self, consumptions, step):
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
        # nothing of theirs left without one record
        left = self.env["stock.move.line"].search(
            [
                ("state", "=", "done"),
                ("owner_id", "in", [c.id for c in self.consignors]),
                ("product_id", "=", self.product.id),
                ("location_dest_id.usage", "in", ("customer", "inventory")),
                ("quantity", "!=", 0),  # a count that found what there should be
            ]
        )
        self.assertEqual(
            left,
            consumptions.filtered(
                lambda c: c.kind in ("sale", "loss")
            ).move_line_id.sorted(),
            msg=step,
        )


@tagged("post_install", "-at_install")
class TestInvariants(InvariantsCommon):
    def test_a_few_operations_in_any_order(self):
        self._play(*QUICK)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestInvariantsLong(InvariantsCommon):
    def test_many_operations_in_any_order(self):
        done = Counter()
        for seed in SEEDS:
            with self.subTest(seed=seed):
                done += self._play(seed, STEPS)
        never = {f.__name__ for f in self.operations} - set(done)
        self.assertFalse(never, "refused every time")
