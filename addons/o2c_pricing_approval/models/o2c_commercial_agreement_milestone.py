from odoo import fields, models


class CommercialAgreementMilestone(models.Model):
    """A part of each order's amount that is billed at some point of it."""

    _name = "o2c.commercial.agreement.milestone"
    _description = "Billing Milestone"
    _inherit = ["o2c.pricing.approvable.part"]
    _order = "agreement_id, sequence, id"
    _check_company_auto = True
    _o2c_whole = "agreement_id"

    agreement_id = fields.Many2one(
        "o2c.commercial.agreement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    trigger = fields.Selection(
        [
            ("confirmation", "The order is confirmed"),
            ("days", "Days after confirmation"),
            ("delivered", "Percent delivered"),
        ],
        required=True,
        default="confirmation",
    )
    threshold = fields.Float(help="Days, or percent of the ordered quantity.")
    percent = fields.Float(string="Bills (%)")
    final = fields.Boolean(
        string="Bills the rest",
        help="Invoices what was delivered or ordered, less what was billed in advance.",
    )

    _percent_check = models.Constraint(
        "CHECK((final AND COALESCE(percent, 0) = 0)"
        " OR (NOT COALESCE(final, FALSE) AND percent > 0 AND percent < 100))",
        "A milestone bills between 0 and 100 % of the order; the last one the rest.",
    )
    _threshold_check = models.Constraint(
        "CHECK(threshold >= 0)", "Days and percent are not negative."
    )

    def _content(self):
        """JSON-able content that a decision is bound to."""
        self.ensure_one()
        return {
            "name": self.name,
            "trigger": self.trigger,
            "threshold": f"{self.threshold:.6f}",
            "percent": f"{self.percent:.6f}",
            "final": self.final,
        }

    def _problems(self):
        """Texts: what keeps these from billing an order whole, once."""
        problems = []
        if len(self.filtered("final")) != 1:
            problems.append(
                self.env._("Exactly one milestone bills the rest of the order.")
            )
        if sum(self.mapped("percent")) >= 100:
            problems.append(
                self.env._("The milestones before the last bill less than 100 %.")
            )
        return problems

    def _is_due(self, order, today):
        """Whether an order has come as far as this milestone.

        :param order: a confirmed sale order
        :param date today: today where the company bills
        """
        self.ensure_one()
        if self.trigger == "confirmation":
            return True
        if self.trigger == "days":
            confirmed = fields.Datetime.context_timestamp(
                order.with_context(tz="America/Guayaquil"), order.date_order
            ).date()
            return fields.Date.add(confirmed, days=int(self.threshold)) <= today
        lines = order.order_line.filtered(
            lambda line: line.product_id and not line.is_downpayment
        )
        ordered = sum(lines.mapped("product_uom_qty"))
        delivered = sum(lines.mapped("qty_delivered"))
        # nothing delivered is no share of an order of nothing
        return bool(ordered) and delivered * 100 >= self.threshold * ordered > 0
