from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """What customers pay by note for a later cost belongs to the margin of the sale."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order.line"

    o2c_cost_change_line_ids = fields.One2many(
        "o2c.consignment.cost.change.line",
        "sale_line_id",
        string="Later Costs",
        readonly=True,
        groups="o2c_consignment.o2c_consignment_group_user",
    )

    @api.depends(
        "o2c_cost_change_line_ids.decision",
        "o2c_cost_change_line_ids.delta",
        "o2c_cost_change_line_ids.change_id.state",
        "o2c_cost_change_line_ids.note_id.state",
    )
    def _compute_margin(self):
        # EXTENDS sale_margin: a later cost lowers the margin, the note makes up for it
        super()._compute_margin()
        for line in self:
            passed_on = line._o2c_passed_on()
            if passed_on:
                line.margin += passed_on
                revenue = line.price_subtotal + passed_on
                line.margin_percent = revenue and line.margin / revenue

    def _o2c_passed_on(self):
        """What notes of applied cost changes add to the price of this line.

        :return: in the order's currency, without taxes
        :rtype: float
        """
        self.ensure_one()
        passed = self.sudo().o2c_cost_change_line_ids.filtered(
            lambda effect: (
                effect.decision == "pass_on"
                and effect.change_id.state == "applied"
                and effect.note_id
                and effect.note_id.state != "cancel"
            )
        )
        return sum(
            effect.currency_id._convert(
                effect.delta,
                self.currency_id,
                effect.company_id,
                # as the note itself
                effect.invoice_id.invoice_date,
                round=False,
            )
            for effect in passed
        )
