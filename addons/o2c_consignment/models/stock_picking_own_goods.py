from odoo import api, fields, models

from .legal_time import legal_today


class StockPicking(models.Model):
    """Goods of a consignor may come as our own, and somebody should mean it."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    o2c_own_goods_warning = fields.Text(
        string="Own or Consigned", compute="_compute_o2c_own_goods_warning"
    )

    @api.depends(
        "state",
        "partner_id",
        "company_id",
        "owner_id",
        "location_id",
        "move_ids.product_id",
        "move_line_ids.owner_id",
    )
    def _compute_o2c_own_goods_warning(self):
        Agreement = self.env["o2c.consignment.agreement"]
        today = legal_today()
        for picking in self:
            products = Agreement._o2c_goods_agreed(
                picking.partner_id,
                picking.company_id,
                picking._o2c_products_received_as_own(),
                today,
            )
            picking.o2c_own_goods_warning = False
            if products:
                picking.o2c_own_goods_warning = self.env._(
                    "By his agreement %(consignor)s leaves %(products)s on "
                    "consignment, and they would come as our own goods. If they stay "
                    "his until they are sold, enter him as the owner on the detailed "
                    "operations.",
                    consignor=picking.partner_id.commercial_partner_id.name,
                    products=", ".join(products.mapped("display_name")),
                )

    def _o2c_products_received_as_own(self):
        """Products of a receipt from a supplier that nobody is named the owner of."""
        self.ensure_one()
        if (
            self.location_id.usage != "supplier"
            or self.owner_id
            or self.state in ("done", "cancel")
        ):
            return self.env["product.product"]
        owned = self.move_line_ids.filtered("owner_id").move_id
        return (self.move_ids - owned).product_id
