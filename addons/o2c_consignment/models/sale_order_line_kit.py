from odoo import models

from ..consignment_core import MissingPrice
from .legal_time import legal_today


class SaleOrderLine(models.Model):
    """The cost of a kit: what its components cost, each as its owner's goods."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order.line"

    def _o2c_unit_cost(self, sources):
        # EXTENDS o2c_consignment: a kit's moves are about other products than the sale
        moves = self.sudo().move_ids.filtered(lambda move: move.state != "cancel")
        if not moves.product_id - self.product_id:
            return super()._o2c_unit_cost(sources)
        return self._o2c_kit_cost(moves) if self._o2c_has_consigned_goods() else None

    def _o2c_kit_cost(self, moves):
        """Cost of one kit: of what was delivered, and of what is on its way.

        :param moves: the moves of its components
        :rtype: float | None
        """
        self.ensure_one()
        pending = moves.filtered(
            lambda move: (
                move.state != "done" and move.location_dest_id._o2c_is_customer_side()
            )
        )
        uom = self.product_id.uom_id
        ordered, kits = (
            self.product_uom_id._compute_quantity(quantity, uom)
            for quantity in (self.product_uom_qty, self.qty_delivered)
        )
        if pending:
            kits = max(kits, ordered)
        if uom.is_zero(kits):
            return None
        cost = self._o2c_own_delivered()[1] + self._o2c_consigned_delivered()[1]
        return (cost + sum(map(self._o2c_cost_of_component, pending))) / kits

    def _o2c_cost_of_component(self, move):
        """Cost of what a move that waits will take, at today's prices.

        :rtype: float
        """
        product = move.product_id.with_company(self.company_id)
        consigned = move.move_line_ids.filtered(lambda line: line._o2c_is_consigned())
        own = move.product_qty - sum(consigned.mapped("quantity_product_uom"))
        return own * product.standard_price + sum(
            line.quantity_product_uom * self._o2c_agreed_component_cost(line)
            for line in consigned
        )

    def _o2c_agreed_component_cost(self, move_line):
        """Agreed cost of one unit of a component, in the company's currency.

        :rtype: float
        """
        day = legal_today()
        product = move_line.product_id.with_company(self.company_id)
        agreement = (
            self.env["o2c.consignment.agreement"]
            .sudo()
            ._o2c_find(move_line.owner_id, self.company_id, day)
        )
        try:
            cost = agreement and agreement._agreed_cost(product, day, product.lst_price)
        except MissingPrice:
            cost = None
        if not cost:
            return product.standard_price
        return agreement.currency_id._convert(
            float(cost.unit_cost),
            self.company_id.currency_id,
            self.company_id,
            day,
            round=False,
        )
