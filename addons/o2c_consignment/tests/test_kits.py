from odoo import Command
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install", "-standard", "o2c_kits")
class TestKits(ConsignmentCommon):
    """Needs `mrp`, on which the addon does not depend: tests/system/test_kits.py plays
    these in a database that has it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.blender = cls._product("Licuadora")
        cls.glass = cls._product("Vaso")
        cls.book = cls._product("Recetario", standard_price=5)
        cls.kit = cls._product("Combo", is_storable=False)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": product.id, "product_qty": quantity})
                    for product, quantity in (
                        (cls.blender, 1),
                        (cls.glass, 4),
                        (cls.book, 1),
                    )
                ],
            }
        )
        cls._agree(cls.consignor, {cls.blender: 50})
        cls._agree(cls.other_consignor, {cls.glass: 2})
        cls._receive_consigned(cls.consignor, cls.blender, 10)
        cls._receive_consigned(cls.other_consignor, cls.glass, 40)
        cls._receive_own(cls.book, 10, 5)

    def test_each_component_is_its_owners(self):
        self._deliver(self._sell(self.kit, 3, 120))
        # 3 blenders × 50 and 12 glasses × 2; the books are ours
        self.assertRecordValues(
            self._consumptions(), [{"quantity": 3, "unit_cost": 50, "amount": 150}]
        )
        self.assertRecordValues(
            self._consumptions(self.other_consignor),
            [{"quantity": 12, "unit_cost": 2, "amount": 24}],
        )
        self.assertEqual(self._accrued(), 174)
        self.assertEqual(self._on_hand(self.book), 7)

    def test_returned_kit_gives_each_owner_his_own(self):
        picking = self._deliver(self._sell(self.kit, 3, 120))
        per_kit = {self.blender: 1, self.glass: 4, self.book: 1}
        for product, quantity in per_kit.items():
            self._return_where(
                picking,
                quantity,
                lambda move, product=product: move.product_id == product,
            )
        self.assertEqual(self._consumptions().mapped("quantity"), [3, -1])
        self.assertEqual(
            self._consumptions(self.other_consignor).mapped("quantity"), [12, -4]
        )
        # 2 kits are gone: 2 × 50 + 8 × 2
        self.assertEqual(self._accrued(), 116)
        self.assertEqual(self._on_hand(self.glass, self.other_consignor), 32)

    def test_margin_of_a_kit_has_all_its_components(self):
        order = self._sell(self.kit, 3, 120)
        # one kit: 50 + 4 × 2 agreed, and our book at 5
        self.assertEqual(order.sudo().order_line.purchase_price, 63)
        self._deliver(order)
        self.assertEqual(order.sudo().order_line.purchase_price, 63)
