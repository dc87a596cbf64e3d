from odoo import api, fields, models
from odoo.exceptions import UserError

from ..consignment_core import MissingPrice
from .legal_time import legal_day


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    o2c_is_consignment = fields.Boolean(
        string="Consignment",
        help="The goods stay the supplier's until they are sold: they are received in "
        "his name and billed by settlement.",
    )
    o2c_agreement_id = fields.Many2one(
        "o2c.consignment.agreement",
        string="Consignment Agreement",
        compute="_compute_o2c_agreement_id",
        store=True,
    )

    @api.depends("o2c_is_consignment", "partner_id", "company_id", "date_order")
    def _compute_o2c_agreement_id(self):
        for order in self:
            order.o2c_agreement_id = (
                order.o2c_is_consignment
                and order.partner_id
                and self.env["o2c.consignment.agreement"]
                .sudo()
                ._o2c_find(order.partner_id, order.company_id, order._o2c_day())
            )

    def _o2c_day(self):
        return legal_day(self.date_order or fields.Datetime.now())

    def write(self, vals):
        if "o2c_is_consignment" in vals:
            confirmed = self.filtered(
                lambda o: (
                    o.state in ("purchase", "cancel")
                    and o.o2c_is_consignment != vals["o2c_is_consignment"]
                )
            )
            if confirmed:
                raise UserError(
                    self.env._(
                        "%(orders)s is confirmed: whose goods it brings cannot change.",
                        orders=", ".join(confirmed.mapped("name")),
                    )
                )
        result = super().write(vals)
        # The state is where every way of confirming comes past.
        if vals.get("state") == "purchase":
            self._o2c_check_agreement()
        return result

    def _o2c_check_agreement(self):
        """Refuse a consignment order without an agreement that prices all its goods.

        :raises UserError: for all orders and products at once
        """
        problems = []
        for order in self.filtered("o2c_is_consignment"):
            agreement = order.o2c_agreement_id
            if agreement.state != "active":
                problems.append(
                    self.env._(
                        "%(order)s: no agreement with %(partner)s is in force.",
                        order=order.name,
                        partner=order.partner_id.display_name,
                    )
                )
                continue
            problems += [
                self.env._(
                    "%(order)s: %(agreement)s has no price for %(product)s.",
                    order=order.name,
                    agreement=agreement.display_name,
                    product=product.display_name,
                )
                for product in order.order_line.product_id
                if not order._o2c_has_price(product)
            ]
        if problems:
            raise UserError("\n".join(problems))

    def _o2c_has_price(self, product):
        try:
            self.o2c_agreement_id.sudo()._agreed_cost(product, self._o2c_day())
        except MissingPrice:
            return False
        return True

    def _prepare_picking(self):
        # EXTENDS purchase_stock
        vals = super()._prepare_picking()
        if self.o2c_is_consignment:
            vals["owner_id"] = self.partner_id.commercial_partner_id.id
            vals["location_id"] = self._o2c_source_location().id
        return vals

    def _o2c_source_location(self):
        """Where consigned goods come from.

        Goods between companies of one database pass through a transit, sold by the one
        and bought by the other; consigned ones stay in a place of their owner instead.
        """
        self.ensure_one()
        place = self.partner_id.property_stock_supplier
        if place.usage == "transit":
            return self.env.ref("stock.stock_location_suppliers")
        return place

    def action_create_invoice(self, *args, **kwargs):
        # EXTENDS purchase
        consigned = self.filtered("o2c_is_consignment")
        if consigned:
            raise UserError(
                self.env._(
                    "%(orders)s brought consigned goods: bill what was sold from a "
                    "settlement of the consignor.",
                    orders=", ".join(consigned.mapped("name")),
                )
            )
        return super().action_create_invoice(*args, **kwargs)
