from odoo import api, models

from ..consignment_core import MissingPrice


class O2cConsignmentAgreement(models.Model):
    """Which goods of a supplier an agreement is about."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.agreement"

    @api.model
    def _o2c_goods_agreed(self, supplier, company, products, day):
        """Those of these products that a supplier gives us on consignment.

        :param date day: in the legal time zone
        :rtype: product.product
        """
        supplier = supplier.commercial_partner_id
        if supplier.id not in self._o2c_issue_orders(company.id):
            return products.browse()
        agreement = self.sudo()._o2c_find(supplier, company, day)
        return products.filtered(
            lambda product: agreement and agreement._prices(product, day)
        )

    def _prices(self, product, day):
        """Whether the agreement has a price for a product on a day.

        :rtype: bool
        """
        self.ensure_one()
        try:
            self._agreed_cost(product, day)
        except MissingPrice:
            return False
        return True
