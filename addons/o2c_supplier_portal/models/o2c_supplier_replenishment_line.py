from odoo import api, fields, models
from odoo.exceptions import UserError


class O2cSupplierReplenishmentLine(models.Model):
    """One product that a supplier is asked to bring, and what he answered."""

    _name = "o2c.supplier.replenishment.line"
    _description = "Replenished Product"

    replenishment_id = fields.Many2one(
        "o2c.supplier.replenishment", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="replenishment_id.company_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        domain=[("is_storable", "=", True)],
        ondelete="restrict",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    proposed = fields.Float(digits="Product Unit", required=True)
    confirmed = fields.Float(digits="Product Unit", readonly=True, copy=False)
    reason = fields.Char(
        readonly=True, copy=False, help="Why the supplier brings another quantity."
    )
    order_line_id = fields.Many2one("purchase.order.line", readonly=True, copy=False)
    received = fields.Float(
        related="order_line_id.qty_received", digits="Product Unit", compute_sudo=True
    )

    _proposed_positive = models.Constraint(
        "CHECK (proposed > 0)", "Ask for more than nothing."
    )
    _product_once = models.UniqueIndex(
        "(replenishment_id, product_id)", "A product is asked for once."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        if {"product_id", "proposed", "replenishment_id"} & vals.keys():
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self._check_open()

    def _check_open(self):
        if any(line.replenishment_id.answered_on for line in self):
            raise UserError(
                self.env._("The supplier answered already: cancel it and ask anew.")
            )

    def _o2c_answer(self, answers):
        """Record the supplier's quantities; what he does not name he confirms.

        :param dict answers: line id → (quantity, reason)
        :raises UserError: for all lines at once
        """
        problems = []
        for line in self:
            quantity, reason = answers.get(line.id, (line.proposed, ""))
            reason = (reason or "").strip()
            if not 0 <= quantity <= 10**9:
                problems.append(
                    self.env._(
                        "%(product)s: write a quantity from 0 on.",
                        product=line.product_id.display_name,
                    )
                )
            elif quantity != line.proposed and not reason:
                problems.append(
                    self.env._(
                        "%(product)s: say why you bring another quantity.",
                        product=line.product_id.display_name,
                    )
                )
            elif len(reason) > 500:
                problems.append(
                    self.env._(
                        "%(product)s: the reason is too long.",
                        product=line.product_id.display_name,
                    )
                )
            else:
                line.write({"confirmed": quantity, "reason": reason})
        if problems:
            raise UserError("\n".join(problems))
