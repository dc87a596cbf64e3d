from odoo import api, fields, models


class PurchaseOrder(models.Model):
    """Goods of a consignor may be bought as our own, and somebody should mean it."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "purchase.order"

    o2c_own_goods_warning = fields.Text(
        string="Own or Consigned", compute="_compute_o2c_own_goods_warning"
    )

    @api.depends(
        "o2c_is_consignment",
        "partner_id",
        "company_id",
        "date_order",
        "state",
        "order_line.product_id",
    )
    def _compute_o2c_own_goods_warning(self):
        Agreement = self.env["o2c.consignment.agreement"]
        for order in self:
            products = self.env["product.product"]
            if not order.o2c_is_consignment and order.state != "cancel":
                products = Agreement._o2c_goods_agreed(
                    order.partner_id,
                    order.company_id,
                    order.order_line.product_id,
                    order._o2c_day(),
                )
            order.o2c_own_goods_warning = False
            if products:
                order.o2c_own_goods_warning = self.env._(
                    "By his agreement %(consignor)s leaves %(products)s on "
                    "consignment, and this order buys them as our own. If they stay "
                    "his until they are sold, mark the order as a consignment before "
                    "you confirm it.",
                    consignor=order.partner_id.commercial_partner_id.name,
                    products=", ".join(products.mapped("display_name")),
                )
