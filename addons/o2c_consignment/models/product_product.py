from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ProductProduct(models.Model):
    _inherit = "product.product"

    def write(self, vals):
        # EXTENDS stock_account
        if vals.get("active") is False:
            self._o2c_check_archive()
        return super().write(vals)

    def _o2c_check_archive(self):
        """Refuse to archive a product while a consignor has goods of it here.

        :raises UserError: for all products at once
        """
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.ids),
                    ("owner_id", "!=", False),
                    ("location_id.usage", "in", ("internal", "transit")),
                    ("quantity", "!=", 0),
                ]
            )
        )
        consigned = quants.filtered(lambda quant: quant._o2c_is_consigned())
        if consigned:
            raise UserError(
                "\n".join(
                    self.env._(
                        "%(quantity)s of %(product)s are still here and belong to "
                        "%(owner)s: sell or return them before you archive it.",
                        quantity=f"{quant.quantity:g}",
                        product=quant.product_id.display_name,
                        owner=quant.owner_id.display_name,
                    )
                    for quant in consigned
                )
            )

    @api.depends_context("owners")
    def _compute_quantities(self):
        # EXTENDS stock, whose quantities depend on the owners without saying so
        return super()._compute_quantities()

    def _with_valuation_context(self):
        # EXTENDS stock_account, which counts everybody's goods under FIFO and so
        # stretches the value of ours over the consignor's (measured: 2400 for 600)
        return (
            super()
            ._with_valuation_context()
            .with_context(owners=[False, self.env.company.partner_id.id])
        )

    def _compute_quantities_dict(
        self, lot_id, owner_id, package_id, from_date=False, to_date=False
    ):
        # EXTENDS stock: quants are filtered by owner, the moves since a past date are
        # not; take out the goods of other owners that moved since
        result = super()._compute_quantities_dict(
            lot_id, owner_id, package_id, from_date, to_date
        )
        past = fields.Datetime.to_datetime(to_date)
        owners = self.env.context.get("owners")
        if not owners or not past or past >= fields.Datetime.now():
            return result
        for product_id, quantity in self._o2c_moved_since(past, owners).items():
            for name in ("qty_available", "free_qty", "virtual_available"):
                if product_id in result:
                    result[product_id][name] += quantity
        return result

    def _o2c_moved_since(self, moment, owners):
        """Net quantity of other owners' goods that came in since a moment.

        :param datetime moment: naive, in UTC
        :param list owners: ids of the owners whose goods count, False for our own
        :rtype: dict
        """
        _quant_domain, domain_in, domain_out = self._get_domain_locations()
        base = Domain([("state", "=", "done"), ("date", ">", moment)]) & Domain(
            "product_id", "in", self.ids
        )
        result = {}
        for domain, sign in ((domain_in, 1), (domain_out, -1)):
            rows = self.env["stock.move.line"]._read_group(
                [
                    ("owner_id", "not in", owners),
                    ("move_id", "any", base & Domain(domain)),
                ],
                ["product_id"],
                ["quantity_product_uom:sum"],
            )
            for product, quantity in rows:
                result[product.id] = result.get(product.id, 0.0) + sign * quantity
        return result
