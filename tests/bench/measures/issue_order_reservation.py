"""Reserve 1,000 lines where there are 50,000 quants ÷ the same on core: ≤ 1.2.

A transfer of a thousand products, each in fifty quants: twenty-five shelves, our own
and a consignor's on each. Both sides hold the same rows; with the suite an agreement
says that consigned goods leave first, so that every line is sorted anew.
"""

from odoo.fields import Command

from .. import consigned
from ..case import Case

PRODUCTS, SHELVES = 1_000, 25


class IssueOrderReservation(Case):
    repetitions = 3  # of half a minute each
    warm_up = 1
    with_wholesaler = False

    def prepare(self, env, ids, side):
        warehouse = env["stock.warehouse"].search([], limit=1)
        products = env["product.product"].create(
            [{"name": f"Bench {n}", "is_storable": True} for n in range(PRODUCTS)]
        )
        shelves = env["stock.location"].create(
            [
                {"name": f"S{n}", "location_id": warehouse.lot_stock_id.id}
                for n in range(SHELVES)
            ]
        )
        if side == "value":
            agreement = consigned.agreement(
                env, products, issue_order="consigned_first"
            )
            owner = agreement.consignor_id
        else:
            owner = env["res.partner"].create({"name": "Bench consignor"})
        self._put(env, products, shelves, owner)
        ids["picking"] = self._order(env, products, warehouse).id

    def _put(self, env, products, shelves, owner):
        env.flush_all()
        env.cr.execute(
            """INSERT INTO stock_quant (product_id, location_id, company_id, owner_id,
                                        quantity, reserved_quantity, in_date)
               SELECT product, shelf, %(company)s, owner, 10, 0,
                      now() AT TIME ZONE 'UTC'
                      - (shelf + product) %% 90 * INTERVAL '1 day'
                 FROM unnest(%(products)s) AS product,
                      unnest(%(shelves)s) AS shelf,
                      unnest(ARRAY[NULL, %(owner)s]::int[]) AS owner""",
            {
                "company": env.company.id,
                "products": products.ids,
                "shelves": shelves.ids,
                "owner": owner.id,
            },
        )
        env.cr.commit()
        env.cr.execute("ANALYZE stock_quant")
        env.cr.commit()
        env.invalidate_all()

    def _order(self, env, products, warehouse):
        """A confirmed transfer of all products that waits for somebody to reserve."""
        kind = warehouse.out_type_id
        kind.reservation_method = "manual"
        picking = env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "location_id": kind.default_location_src_id.id,
                "location_dest_id": env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create({"product_id": product.id, "product_uom_qty": 15})
                    for product in products
                ],
            }
        )
        picking.action_confirm()
        return picking

    def set_up(self, env, ids, side):
        picking = env["stock.picking"].browse(ids["picking"])
        assert picking.state == "confirmed", picking.state
        return picking

    def act(self, picking):
        picking.action_assign()

    def check(self, picking):
        assert picking.state == "assigned", picking.state
        assert len(picking.move_line_ids) == 2 * PRODUCTS, len(picking.move_line_ids)
        if "o2c.consignment.agreement" in picking.env:
            assert all(picking.move_line_ids.mapped("owner_id"))


CASE = IssueOrderReservation()
