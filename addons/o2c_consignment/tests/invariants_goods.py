from datetime import timedelta

from odoo import Command, fields

from ..models.legal_time import legal_today
from .invariants import InvariantsCommon


class GoodsOperations(InvariantsCommon):
    """Goods come, are sold, and come back."""

    @property
    def goods_operations(self):
        """What may happen, and its weight."""
        return [
            (self._do_receive_consigned, 2),
            (self._do_receive_own, 1),
            (self._do_receive_the_rest, 1),
            (self._do_sell, 5),
            (self._do_sell_all_there_is, 1),
            (self._do_deliver_the_rest, 1),
            (self._do_return, 2),
            (self._do_return_without_delivery, 1),
            (self._do_return_to_consignor, 1),
            (self._do_send_straight_to_customer, 1),
        ]

    def _begin(self):
        self.delivered = self.env["stock.picking"]
        self.received = self.env["stock.picking"]
        self._begin_books()
        for consignor in self.consignors:
            for product in self._prices(consignor):
                order = self._order(consignor, product, 10, consigned=True)
                self.received |= self._take_in(order.picking_ids)
        for product in self.products:
            self._buy(product, 3, 60)
            self._buy(product, 3, 66)

    # === THEY COME === #

    def _agreement(self, consignor):
        """What is agreed with a consignor today."""
        agreement = self.env["o2c.consignment.agreement"]
        return agreement._o2c_find(consignor, self.company, legal_today())

    def _prices(self, consignor):
        return self._agreement(consignor).line_ids.product_id.sorted("id")

    def _do_receive_consigned(self):
        consignor = self._pick(self.consignors)
        product = self._pick(self._prices(consignor))
        quantity = self.dice.randint(4, 20)
        closed = self._agreement(consignor).state == "closed"
        order = self._attempt(
            lambda: self._order(consignor, product, quantity, consigned=True),
            must="no agreement with .* is in force" if closed else None,
        )
        # a part may come: the rest waits on a backorder
        part = self.dice.choice([None, None, 3])
        self.received |= self._take_in(order.picking_ids, part)
        return f"{part or quantity} of {quantity} {product.name} of {consignor.name}"

    def _do_receive_own(self):
        product = self._pick(self.products)
        quantity = self.dice.randint(3, 9)
        cost = self.dice.choice([60, 61.5, 63.33])
        self._buy(product, quantity, cost)
        return f"{quantity} {product.name} @ {cost}"

    def _buy(self, product, quantity, cost):
        order = self._order(self.supplier, product, quantity, cost)
        self._take_in(order.picking_ids)
        order.with_user(self.accountant).action_create_invoice()
        self._post_bill(order.sudo().invoice_ids)

    def _take_in(self, picking, part=None):
        product = picking.product_id
        lot = self._some_lot(product) if product == self.yogurt else None
        return self._validate(picking, part, lot=lot)

    def _some_lot(self, product):
        """A lot that came before, or a new one that expires soon."""
        Lot = self.env["stock.lot"]
        lots = Lot.search([("product_id", "=", product.id)], order="id")
        if len(lots) > 1 and self.dice.random() < 0.5:
            return self._pick(lots)
        moment = fields.Datetime.now() + timedelta(days=self.dice.randint(2, 20))
        return Lot.create(
            {
                "name": f"L{len(lots) + 1}",
                "product_id": product.id,
                "company_id": self.company.id,
                "expiration_date": moment,
                "removal_date": moment,
            }
        )

    def _waiting(self, code):
        """Transfers of our products that could be completed."""
        return self.env["stock.picking"].search(
            [
                ("state", "=", "assigned"),
                ("product_id", "in", self.products.ids),
                ("picking_type_code", "=", code),
                ("company_id", "=", self.company.id),
            ],
            order="id",
        )

    def _do_receive_the_rest(self):
        picking = self._pick(self._waiting("incoming"))
        if picking:
            self.received |= self._take_in(picking)
            return picking.name

    # === THEY ARE SOLD === #

    def _free(self, product):
        return int(product.with_context(warehouse_id=self.warehouse.id).free_qty)

    def _do_sell(self):
        """One product or two; all of it leaves, or a part."""
        goods = {
            product: self.dice.randint(1, min(self._free(product), 8))
            for product in self.dice.sample(
                list(self.products), self.dice.randint(1, 2)
            )
            if self._free(product) > 0
        }
        if goods:
            return self._sell_these(goods, self.dice.choice([None, None, 1]))

    def _do_sell_all_there_is(self):
        """From the stock and the shelf, and whoever owns it."""
        product = self._pick(self.products)
        quants = self._quants(product).filtered(lambda q: q.quantity > 0)
        if len(quants.location_id) == 2 and self._free(product) > 1:
            return self._sell_these({product: self._free(product)})

    def _sell_these(self, goods, part=None):
        sale = self._sell_goods(goods, price=self.dice.choice([100, 89.99]))
        self.delivered |= self._deliver(sale, part)
        if self.dice.random() < 0.6:
            self._invoice(sale)
        said = ", ".join(f"{quantity} {p.name}" for p, quantity in goods.items())
        return f"{sale.name}: {said}, part {part}"

    def _do_deliver_the_rest(self):
        picking = self._pick(self._waiting("outgoing"))
        if picking:
            self.delivered |= self._validate(picking)
            return picking.name

    def _do_send_straight_to_customer(self):
        consignor = self._pick(self.consignors)
        product = self._pick(self._prices(consignor) - self.yogurt)
        places = {
            "location_id": self.suppliers.id,
            "location_dest_id": self.customers.id,
        }
        picking = self._transfer(
            self.warehouse.out_type_id, product, 2, consignor, **places
        )
        self.delivered |= self._validate(picking, 2)
        return f"2 {product.name} of {consignor.name}"

    def _transfer(self, picking_type, product, quantity, owner, **places):
        """A transfer with the customer that no order asked for."""
        move = {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "restrict_partner_id": owner.id,
            **places,
        }
        picking = (
            self.env["stock.picking"]
            .with_user(self.warehouseman)
            .create(
                {
                    "picking_type_id": picking_type.id,
                    "partner_id": self.customer.id,
                    "move_ids": [Command.create(move)],
                    **places,
                }
            )
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    # === THEY COME BACK === #

    def _quants(self, products):
        """What is here, whoever owns it."""
        return self.env["stock.quant"].search(
            [
                ("product_id", "in", products.ids),
                ("location_id", "in", (self.stock | self.shelf).ids),
            ],
            order="id",
        )

    def _still_out(self, move):
        """What of a delivery did not come back, whoever brought it."""
        goods = move.sudo().o2c_consumption_ids.filtered(lambda c: c.kind == "sale")
        if goods:
            back = goods.search(
                [("origin_id", "in", goods.ids), ("kind", "=", "return")]
            )
            return int(sum((goods | back).mapped("quantity")))
        back = move.returned_move_ids.filtered(lambda m: m.state == "done")
        return int(move.quantity - sum(back.mapped("quantity")))

    def _do_return(self):
        """Several goods of one delivery, at times one more than is still out."""
        picking = self._pick(self.delivered)
        out = {m: self._still_out(m) for m in picking.move_ids if m.quantity}
        back = {m: self.dice.randint(0, n) for m, n in out.items()}
        too_many = None
        consigned = [m for m in out if m.sudo().o2c_consumption_ids]
        if consigned and self.dice.random() < 0.15:
            back[consigned[0]] = out[consigned[0]] + 1
            too_many = "more of .* would come back than left"
            if consigned[0].product_id == self.yogurt:
                too_many = "lot"  # core asks which one it was
        if any(back.values()):
            self._attempt(lambda: self._bring_back(picking, back), must=too_many)
            return f"{list(back.values())} of {picking.name}"

    def _bring_back(self, picking, quantities):
        """A return; ``quantities``: move → how many come back."""
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.warehouseman)
            .create({"picking_id": picking.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = quantities.get(line.move_id, 0)
        action = wizard.action_create_returns()
        return self._validate(self.env["stock.picking"].browse(action["res_id"]))

    def _do_return_without_delivery(self):
        """Somebody brings goods, and nobody knows which delivery they were of."""
        consignor = self._pick(self.consignors)
        product = self._pick(self._prices(consignor) - self.yogurt)
        sold = sum(
            self._consumptions(consignor)
            .filtered(
                lambda c: c.product_id == product and c.kind in ("sale", "return")
            )
            .mapped("quantity")
        )
        quantity = self.dice.randint(1, 3)
        places = {"location_id": self.customers.id, "location_dest_id": self.stock.id}

        def bring_in():
            self._validate(
                self._transfer(
                    self.warehouse.in_type_id, product, quantity, consignor, **places
                ),
                quantity,
            )

        too_many = "more of .* would come back than left"
        self._attempt(bring_in, must=too_many if quantity > sold else None)
        return f"{quantity} {product.name} of {consignor.name}"

    def _do_return_to_consignor(self):
        picking = self._pick(self.received)
        line = picking.move_line_ids.filtered("quantity")[:1]
        quant = self._quants(line.product_id).filtered(
            lambda q: (
                (q.owner_id, q.location_id, q.lot_id)
                == (line.owner_id, line.location_dest_id, line.lot_id)
            )
        )
        sent = line.move_id.returned_move_ids.filtered(lambda m: m.state == "done")
        left = line.quantity - sum(sent.mapped("quantity"))
        possible = int(min(left, quant.quantity - quant.reserved_quantity))
        if len(quant) == 1 and possible > 0:
            quantity = self.dice.randint(1, min(possible, 3))
            self._bring_back(picking, {line.move_id: quantity})
            return f"{quantity} of {picking.name}"
