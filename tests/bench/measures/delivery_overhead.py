"""Validate a delivery of 50 lines of consigned goods ÷ of own goods on core: ≤ 1.3.

The same sales order of fifty products, reserved; what is timed is the validation of its
delivery. With the suite the goods are a consignor's: a consumption is recorded and
accrued for each line. With Odoo alone they are ours.
"""

from odoo.fields import Command

from .. import consigned
from ..case import Case

LINES = 50


class DeliveryOverhead(Case):
    repetitions = 11
    with_wholesaler = False

    def prepare(self, env, ids, side):
        products = env["product.product"].create(
            [
                {"name": f"Bench {n}", "is_storable": True, "list_price": 100}
                for n in range(LINES)
            ]
        )
        owner = env["res.partner"]
        if side == "value":
            owner = consigned.agreement(env, products).consignor_id
        place = env["stock.warehouse"].search([], limit=1).lot_stock_id
        for product in products:
            env["stock.quant"]._update_available_quantity(
                product, place, 1_000, owner_id=owner
            )
        ids["products"] = products.ids
        ids["customer"] = env["res.partner"].create({"name": "Bench customer"}).id

    def set_up(self, env, ids, side):
        order = env["sale.order"].create(
            {
                "partner_id": ids["customer"],
                "order_line": [
                    Command.create({"product_id": product, "product_uom_qty": 3})
                    for product in ids["products"]
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        assert picking.state == "assigned", picking.state
        picking.move_ids.picked = True
        return picking

    def act(self, picking):
        picking.button_validate()

    def check(self, picking):
        assert picking.state == "done", picking.state
        if "o2c.consignment.consumption" in picking.env:
            consumptions = picking.move_ids.o2c_consumption_ids
            assert len(consumptions) == LINES, len(consumptions)
            assert consumptions.accrual_move_id.state == "posted"


CASE = DeliveryOverhead()
