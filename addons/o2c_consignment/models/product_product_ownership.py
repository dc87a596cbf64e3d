from odoo import api, fields, models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """What of the stock is ours, and what belongs to consignors."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    o2c_own_qty = fields.Float(
        string="Own",
        digits="Product Unit",
        compute="_compute_o2c_ownership",
        help="Our own goods on hand.",
    )
    o2c_consigned_qty = fields.Float(
        string="Consigned",
        digits="Product Unit",
        compute="_compute_o2c_ownership",
        help="Goods on hand that stay the consignor's until they are sold.",
    )

    @api.depends("stock_quant_ids.quantity", "stock_quant_ids.owner_id")
    @api.depends_context("location", "warehouse_id", "allowed_company_ids")
    def _compute_o2c_ownership(self):
        by_owner = self._o2c_on_hand_by_owner()
        for product in self:
            owners = by_owner.get(product._origin, {})
            product.o2c_own_qty = owners.get(False, 0.0)
            product.o2c_consigned_qty = sum(owners.values()) - product.o2c_own_qty

    def _o2c_on_hand_by_owner(self):
        """Whose goods lie in the places of the context, all companies' by default.

        :return: product → consignor, or False for ourselves → quantity
        :rtype: dict
        """
        return self._o2c_sum_by_owner(Domain.TRUE, lambda total, _reserved: total)

    def _o2c_free_by_owner(self, until):
        """What nobody reserved and what does not expire before, by owner.

        :param datetime until: lots to be taken off sale by then are left out, as core
            does it
        :return: product → consignor, or False for ourselves → quantity
        :rtype: dict
        """
        lasting = Domain("removal_date", "=", False) | Domain(
            "removal_date", ">", until
        )
        return self._o2c_sum_by_owner(lasting, lambda total, reserved: total - reserved)

    def _o2c_sum_by_owner(self, wanted, measure):
        """Sum quants in one query; goods that we keep for customers are left out.

        :param Domain wanted: of quants
        :param measure: function of quantity and reserved quantity
        """
        places = Domain(self._get_domain_locations()[0])
        mine = Domain("product_id", "in", self._origin.ids) & Domain(
            "company_id", "in", self.env.companies.ids
        )
        # Who sells sees how much there is, and need not have rights on stock.
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                places & mine & wanted,
                ["product_id", "company_id", "owner_id"],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        )
        Agreement = self.env["o2c.consignment.agreement"]
        result = {}
        for product, company, owner, *quantities in rows:
            consignor = owner.commercial_partner_id
            if not owner or owner == company.partner_id:
                consignor = False
            elif consignor.id not in Agreement._o2c_issue_orders(company.id):
                continue
            owners = result.setdefault(product.with_env(self.env), {})
            owners[consignor] = owners.get(consignor, 0.0) + measure(*quantities)
        return result

    def action_o2c_open_owners(self):
        """Open what is on hand of this product, owner by owner."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_consignment.o2c_consignment_stock_report_action"
        )
        return {
            **action,
            "domain": [("product_id", "in", self.ids)],
            "context": {"create": False},
        }
