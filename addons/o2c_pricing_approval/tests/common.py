"""The words in which the pricing tests are written."""

from odoo.fields import Command

from odoo.addons.o2c_order_gate.tests.common import GateCommon

APPROVER = "o2c_pricing_approval.o2c_pricing_approval_group_approver"
MANAGER = "o2c_pricing_approval.o2c_pricing_approval_group_manager"

# a rule of a price list
HALF_PRICE = {
    "compute_price": "percentage",
    "percent_price": 50,
    "applied_on": "3_global",
}


class PricingCommon(GateCommon):
    """The gate's wholesaler, with a limit of 10 % discount.

    A drill is sold at 100 and costs 60.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.approver.write({"group_ids": [Command.link(cls.env.ref(APPROVER).id)]})
        cls.colleague.write({"group_ids": [Command.link(cls.env.ref(APPROVER).id)]})
        cls.env["o2c.pricing.policy"].search([]).active = False
        cls.policy = cls.env["o2c.pricing.policy"].create(
            {"name": "Test", "company_id": cls.company.id}
        )
        cls._limit("discount", 10)

    @classmethod
    def _limit(cls, kind, limit=0.0, **values):
        return cls.env["o2c.pricing.policy.line"].create(
            {"policy_id": cls.policy.id, "kind": kind, "limit": limit, **values}
        )

    @classmethod
    def _only(cls, kind, limit=0.0, **values):
        """The policy has this limit alone."""
        cls.policy.line_ids.unlink()
        return cls._limit(kind, limit, **values)

    @classmethod
    def _pricelist(cls, *items, **values):
        """A price list next to the public one; the items are values of its rules."""
        feature = cls.env.ref("product.group_product_pricelist")
        cls.env.ref("base.group_user").implied_ids = [Command.link(feature.id)]
        # customers without a list of their own get the first one there is
        lists = cls.env["product.pricelist"]
        lists.create({"name": "Public", "sequence": 1})
        return lists.create(
            {
                "name": "Agreement",
                "sequence": 99,
                "currency_id": cls.company.currency_id.id,
                "item_ids": [Command.create(item) for item in items],
                **values,
            }
        )

    def _combo(self, extra_price=0, **values):
        """A quotation of one combo with one drill in it."""
        combo = self.env["product.combo"].create(
            {
                "name": "Tool",
                "combo_item_ids": [
                    Command.create(
                        {"product_id": self.goods.id, "extra_price": extra_price}
                    )
                ],
            }
        )
        kit = self._goods(
            "Kit",
            price=100,
            type="combo",
            is_storable=False,
            combo_ids=[Command.set(combo.ids)],
        )
        order = self._quote({"product_id": kit.id, "product_uom_qty": 1}, **values)
        order.write(
            {
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.goods.id,
                            "product_uom_qty": 1,
                            "combo_item_id": combo.combo_item_ids.id,
                            "linked_line_id": order.order_line.id,
                        }
                    )
                ]
            }
        )
        return order

    def _findings(self, order):
        """[(kind, measure)] of what the order breaks."""
        found = order._o2c_gate_uncovered("confirm")[order.id]
        return [(f.policy.split(".")[1], float(f.measure)) for f in found]
