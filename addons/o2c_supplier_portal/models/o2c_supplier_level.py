from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..portal_core import levels


class O2cSupplierLevel(models.Model):
    """The low-stock level that a supplier set for a product, and what he was told.

    It stands beside the minimum of the agreement, which is ours: the higher one counts
    for his alerts. The agreement's maximum is the limit.
    """

    _name = "o2c.supplier.level"
    _description = "Supplier's Low-Stock Level"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    consignor_id = fields.Many2one(
        "res.partner", string="Supplier", required=True, readonly=True, index=True
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade"
    )
    level = fields.Float(digits="Product Unit")
    is_told = fields.Boolean(readonly=True, help="He knows that it is low.")

    _once = models.UniqueIndex(
        "(consignor_id, product_id, company_id)", "A product has one level."
    )
    _not_negative = models.Constraint(
        "CHECK (level >= 0)", "A level cannot be negative."
    )

    @api.model
    def _o2c_set(self, stock, level):
        """Set the level of a product that was found in the supplier's scope.

        Called with the superuser's rights.

        :param stock: ``o2c.supplier.stock``
        :param float level: in the product's unit; 0 takes it away
        :raises UserError: negative, or above the maximum of the agreement
        """
        limit = stock.stock_max
        above = limit and float_compare(level, limit, precision_digits=6) > 0
        if level < 0 or above or level > 10**9:
            raise UserError(
                self.env._(
                    "The level of %(product)s must be between 0 and %(limit)s.",
                    product=stock.product_label,
                    limit=f"{limit:g}" if limit else "1000000000",
                )
            )
        own = self._o2c_of(stock)
        if own:
            own.level = level
        else:
            self.create(
                {
                    "company_id": stock.company_id.id,
                    "consignor_id": stock.consignor_id.id,
                    "product_id": stock.product_id.id,
                    "level": level,
                }
            )

    def _o2c_of(self, stock):
        return self.search(
            [
                ("company_id", "=", stock.company_id.id),
                ("consignor_id", "=", stock.consignor_id.id),
                ("product_id", "=", stock.product_id.id),
            ]
        )

    @api.model
    def _o2c_check(self, consignors):
        """Note an event for products that became low, once until they recover."""
        stocks = self.env["o2c.supplier.stock"].sudo()
        stocks.invalidate_model()
        stocks = stocks.search(
            [("consignor_id", "in", consignors.ids), ("low_level", ">", 0)]
        )
        known = {
            (row.company_id, row.consignor_id, row.product_id): row
            for row in self.sudo().search([("consignor_id", "in", consignors.ids)])
        }
        new, events = [], []
        for stock in stocks:
            row = known.get((stock.company_id, stock.consignor_id, stock.product_id))
            is_low = stock.stock_state == levels.LOW
            if row and row.is_told != is_low:
                row.is_told = is_low
            elif not row and is_low:
                new.append(
                    {
                        "company_id": stock.company_id.id,
                        "consignor_id": stock.consignor_id.id,
                        "product_id": stock.product_id.id,
                        "is_told": True,
                    }
                )
            else:
                continue
            if is_low:
                events.append(stock._o2c_low_event())
        self.sudo().create(new)
        self.env["o2c.supplier.event"]._o2c_emit(events)

    @api.model
    def _cron_levels(self):
        """Look at every supplier's stock: goods also leave without a sale."""
        cron = self.env["ir.cron"]
        members = self.env["o2c.supplier.member"]._read_group([], ["partner_id"])
        for (partner,) in members:
            self._o2c_check(partner)
            if not cron._commit_progress(1):
                break
