from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .o2c_consignment_agreement_place import PENDING


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

    @api.depends_context("owners", "o2c_own_forecast")
    def _compute_quantities(self):
        # EXTENDS stock, whose quantities depend on the owners without saying so
        return super()._compute_quantities()

    def _with_valuation_context(self):
        # EXTENDS stock_account, which counts everybody's goods under FIFO and so
        # stretches the value of ours over the consignor's (measured: 2400 for 600),
        # and, where somebody works for two companies, a company's goods that the other
        # keeps for it, which are in a place of its own too (measured: 900 for 450)
        valued = super()._with_valuation_context()
        company = self.env.company
        places = self.env["stock.location"].browse(valued.env.context["location"])
        ours = places.filtered(
            lambda place: not place.company_id or place.company_id == company
        )
        return valued.with_context(
            location=ours.ids, owners=[False, company.partner_id.id]
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
        if self.env.context.get("o2c_own_forecast"):
            self._o2c_leave_out_planned(result, owners, past)
        if not owners or not past or past >= fields.Datetime.now():
            return result
        for product_id, quantity in self._o2c_moved_since(past, owners).items():
            for name in ("qty_available", "free_qty", "virtual_available"):
                if product_id in result:
                    result[product_id][name] += quantity
        return result

    def _o2c_leave_out_planned(self, result, owners, until):
        """Take out of a forecast what others will bring, and give of their own.

        :param dict result: what core worked out, by product id
        :param list owners: ids of the owners whose goods count, False for our own
        :param datetime until: last moment of the forecast, None for ever
        """
        _quant_domain, domain_in, domain_out = self._get_domain_locations()
        planned = Domain([("product_id", "in", self.ids), ("state", "in", PENDING)]) & (
            Domain("date", "<=", until) if until else Domain.TRUE
        )
        incoming = self.env["stock.move"]._read_group(
            planned
            & Domain(domain_in)
            & (
                Domain("purchase_line_id.order_id.o2c_is_consignment", "=", True)
                | Domain("restrict_partner_id", "not in", owners)
            ),
            ["product_id"],
            ["product_qty:sum"],
        )
        outgoing = self.env["stock.move.line"]._read_group(
            [
                ("owner_id", "not in", owners),
                ("move_id", "any", planned & Domain(domain_out)),
            ],
            ["product_id"],
            ["quantity_product_uom:sum"],
        )
        for name, rows, sign in (
            ("incoming_qty", incoming, -1),
            ("outgoing_qty", outgoing, 1),
        ):
            for product, quantity in rows:
                result[product.id][name] -= quantity
                result[product.id]["virtual_available"] += sign * quantity

    def _get_lines_domain(self, location_ids=False, warehouse_ids=False):
        # EXTENDS purchase_stock: what a consignor was asked for is no order of ours
        domain = super()._get_lines_domain(location_ids, warehouse_ids)
        if self.env.context.get("o2c_own_forecast"):
            domain = Domain(domain) & Domain("order_id.o2c_is_consignment", "=", False)
        return domain

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
