from odoo import api, fields, models
from odoo.tools import SQL

# What he receives depends on what the goods were sold for, so he may see both.
OF_THE_SALE = ("percent", "share")


class O2cConsignmentSettlement(models.Model):
    """What we keep of sales of which the consignor receives a part."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.settlement"

    amount_sold = fields.Monetary(
        string="Net Sales",
        compute="_compute_commission",
        help="Net sales without taxes of the goods of which the consignor receives a "
        "percentage or a share.",
    )
    amount_kept = fields.Monetary(
        string="Our Commission",
        compute="_compute_commission",
        help="These net sales less what is due for them.",
    )
    has_commission = fields.Boolean(compute="_compute_commission")

    @api.depends("line_ids.amount", "currency_id")
    def _compute_commission(self):
        sums = self._commission_sums()
        for settlement in self:
            sold, due = sums.get(settlement._origin.id, (0.0, 0.0))
            settlement.has_commission = settlement._origin.id in sums
            settlement.amount_sold = sold
            settlement.amount_kept = settlement.currency_id.round(sold - due)

    def _commission_sums(self):
        """Net sales, and what is due for them, of settlements that have such goods.

        Summed by the database: a settlement may have a hundred thousand lines.

        :return: settlement id → (sold, due)
        :rtype: dict
        """
        if not self.ids:
            return {}
        self.env["o2c.consignment.settlement.line"].flush_model()
        self.env["o2c.consignment.consumption"].flush_model(
            ["sale_unit_price", "agreement_line_id"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.settlement_id,
                       SUM(ROUND((line.quantity * consumption.sale_unit_price)::numeric,
                                 currency.decimal_places)),
                       SUM(line.amount)
                  FROM o2c_consignment_settlement_line line
                  JOIN o2c_consignment_consumption consumption
                    ON consumption.id = line.consumption_id
                  JOIN o2c_consignment_agreement_line term
                    ON term.id = consumption.agreement_line_id
                  JOIN res_currency currency ON currency.id = consumption.currency_id
                 WHERE line.settlement_id = ANY(%s)
                   AND term.price_kind = ANY(%s)
              GROUP BY line.settlement_id
                """,
                list(self.ids),
                list(OF_THE_SALE),
            )
        )
        return {key: (float(sold), float(due)) for key, sold, due in rows}


class O2cConsignmentSettlementLine(models.Model):
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.settlement.line"

    has_commission = fields.Boolean(compute="_compute_commission")
    amount_sold = fields.Monetary(string="Net Sale", compute="_compute_commission")
    amount_kept = fields.Monetary(
        string="Our Commission", compute="_compute_commission"
    )

    @api.depends("amount", "quantity", "consumption_id.sale_unit_price")
    def _compute_commission(self):
        for line in self:
            consumption = line.sudo().consumption_id
            line.has_commission = (
                consumption.agreement_line_id.price_kind in OF_THE_SALE
            )
            sold = 0.0
            if line.has_commission:
                sold = line.currency_id.round(
                    line.quantity * consumption.sale_unit_price
                )
            line.amount_sold = sold
            line.amount_kept = (
                line.currency_id.round(sold - line.amount)
                if line.has_commission
                else 0.0
            )
