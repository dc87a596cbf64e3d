from datetime import timedelta

from odoo import Command, fields

from ..models.legal_time import legal_day
from .invariants_goods import GoodsOperations


class StockOperations(GoodsOperations):
    """What happens to goods in our place: moved, used, lost, counted, dated anew."""

    @property
    def stock_operations(self):
        return [
            (self._do_use, 1),
            (self._do_scrap, 1),
            (self._do_throw_expired_away, 1),
            (self._do_count, 1),
            (self._do_take_stock, 1),
            (self._do_move, 1),
            (self._do_date_anew, 1),
        ]

    # === MOVED, USED, LOST === #

    def _some_consigned(self):
        """Some consignor's goods that nothing is reserved of."""
        quants = self._quants(self.products)
        return self._pick(
            quants.filtered(
                lambda q: q.owner_id and q.quantity - q.reserved_quantity >= 1
            )
        )

    def _do_move(self):
        """Some of somebody's goods change their place in our warehouse."""
        quant = self._some_consigned()
        if quant:
            other = (self.stock | self.shelf) - quant.location_id
            return self._take_from(quant, other)

    def _do_use(self):
        """We use some of his goods ourselves."""
        quant = self._some_consigned()
        place = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)],
            limit=1,
        )
        if quant and place:
            return self._take_from(quant, place)

    def _take_from(self, quant, target):
        free = int(quant.quantity - quant.reserved_quantity)
        quantity = self.dice.randint(1, min(free, 6))
        common = {
            "product_id": quant.product_id.id,
            "location_id": quant.location_id.id,
            "location_dest_id": target.id,
        }
        line = {
            **common,
            "quantity": quantity,
            "owner_id": quant.owner_id.id,
            "lot_id": quant.lot_id.id,
        }
        move = (
            self.env["stock.move"]
            .with_user(self.warehouseman)
            .create(
                {
                    **common,
                    "product_uom_qty": quantity,
                    "restrict_partner_id": quant.owner_id.id,
                    "move_line_ids": [Command.create(line)],
                }
            )
        )
        move._action_confirm()
        move.picked = True
        move._action_done()
        return f"{quantity} of {self._label(quant)} to {target.name}"

    def _label(self, quant):
        return (
            f"{quant.quantity:g} {quant.product_id.name} {quant.lot_id.name or ''} of "
            f"{quant.owner_id.name or 'ours'} in {quant.location_id.name}"
        )

    def _do_scrap(self):
        """Some goods broke; ours may, too."""
        quants = self._quants(self.products)
        quant = self._pick(
            quants.filtered(lambda q: q.quantity - q.reserved_quantity >= 1)
        )
        if quant:
            return self._throw_away(quant, 1)

    def _do_throw_expired_away(self):
        """All of a lot that somebody has here is past its date."""
        now = fields.Datetime.now()
        quant = self._pick(
            self._quants(self.yogurt).filtered(
                lambda q: q.lot_id.expiration_date < now and q.quantity > 0
            )
        )
        if quant and not quant.reserved_quantity:
            return self._throw_away(quant, quant.quantity)

    def _throw_away(self, quant, quantity):
        said = self._label(quant)
        self.env["stock.scrap"].with_user(self.warehouseman).create(
            {
                "product_id": quant.product_id.id,
                "scrap_qty": quantity,
                "owner_id": quant.owner_id.id,
                "lot_id": quant.lot_id.id,
                "location_id": quant.location_id.id,
            }
        ).do_scrap()
        return f"{quantity:g} of {said}"

    # === COUNTED === #

    def _do_count(self):
        """Somebody counts more or less than there should be."""
        quant = self._some_consigned()
        if quant:
            said = self._label(quant)
            quant = quant.with_context(inventory_mode=True)
            free = int(quant.quantity - quant.reserved_quantity)
            found = self.dice.randint(-min(free, 2), 2)
            quant.inventory_quantity = quant.quantity + found
            quant.action_apply_inventory()
            return f"{found:+} of {said}"

    def _do_take_stock(self):
        """Counted with the consignor, who agrees; goods may move meanwhile."""
        consignor = self._pick(self.consignors)
        take = (
            self.env["o2c.consignment.stock.take"]
            .with_user(self.warehouseman)
            .create(
                {
                    "agreement_id": self._agreement(consignor).id,
                    "location_id": self._pick(self.stock | self.shelf).id,
                    "agreed_with": "Rosa",
                }
            )
        )
        take.action_start()
        for line in take.line_ids:
            found = self.dice.choice([0, 0, -1, 1])
            line.counted = max(line.expected + found, 0)
        take.with_user(self.accountant).action_agree()
        moved = None
        if take.line_ids and self.dice.random() < 0.2:
            line = take.line_ids[0]
            quant = self._quants(line.product_id).filtered(
                lambda q: (
                    (q.owner_id, q.location_id, q.lot_id)
                    == (consignor, line.location_id, line.lot_id)
                )
            )
            if len(quant) == 1 and quant.quantity - quant.reserved_quantity >= 1:
                self._throw_away(quant, 1)
                moved = "moved since they were counted"
        self._attempt(take.with_user(self.manager).action_apply, must=moved)
        differences = take.line_ids.mapped("difference")
        return f"{differences} of {consignor.name} in {take.location_id.name}"

    # === DATED ANEW === #

    def _do_date_anew(self):
        """A delivery turns out to have happened some days before."""
        sold = self._all_consumptions().filtered(
            lambda c: c.kind == "sale" and c.picking_id
        )
        goods = self._pick(sold)
        if not goods:
            return None
        moment = goods.date - timedelta(days=self.dice.randint(1, 3))
        move = goods.move_id.sudo()
        same = move.o2c_consumption_ids
        settled = same.filtered("settlement_line_id")
        over = same.filtered(lambda c: c._settlement_over(legal_day(moment)))
        # one day has the price of another, unless something was agreed since
        prices = same.agreement_id.search(
            [("consignor_id", "in", same.consignor_id.ids)]
        ).line_ids.filtered(lambda line: line.product_id == goods.product_id)
        may = [
            message
            for message, right in (
                ("will be in the next settlement", over),
                ("had another agreed cost", len(prices) > 1),
            )
            if right
        ]
        self._attempt(
            lambda: move.write({"date": moment}),
            must="date cannot change any more" if settled else None,
            may="|".join(may),
        )
        return f"{goods.display_name} to {legal_day(moment)}"
