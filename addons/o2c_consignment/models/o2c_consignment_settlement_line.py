from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .o2c_consignment_consumption import COST_DIGITS


class O2cConsignmentSettlementLine(models.Model):
    """One consumption in a settlement; the database holds it to one settlement."""

    _name = "o2c.consignment.settlement.line"
    _description = "Consignment Settlement Line"
    _check_company_auto = True
    _order = "settlement_id, product_id, date, id"

    settlement_id = fields.Many2one(
        "o2c.consignment.settlement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True)
    consignor_id = fields.Many2one(
        related="settlement_id.consignor_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    consumption_id = fields.Many2one(
        "o2c.consignment.consumption", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(related="consumption_id.kind")
    date = fields.Datetime(related="consumption_id.date", store=True)
    product_id = fields.Many2one(
        related="consumption_id.product_id", store=True, index=True
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one(related="consumption_id.lot_id")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    unit_cost = fields.Float(digits=COST_DIGITS, readonly=True)
    amount = fields.Monetary(readonly=True)
    state = fields.Selection(
        [("pending", "To answer"), ("accepted", "Accepted"), ("disputed", "Disputed")],
        required=True,
        default="pending",
        readonly=True,
    )
    dispute_reason = fields.Char(readonly=True)
    bill_id = fields.Many2one(
        "account.move", readonly=True, index="btree_not_null", copy=False
    )

    closed_on = fields.Datetime(
        string="Closed Without Document On",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    _consumption_once = models.Constraint(
        "UNIQUE (consumption_id)",
        "A consumption can be in one settlement only.",
    )

    # === LINES BY THE THOUSAND === #

    # A settlement may have a hundred thousand lines. They are made and marked by one
    # statement each: record by record it takes minutes and gigabytes.

    @api.model
    def _settle(self, settlement, consumptions):
        """Take consumptions into a settlement.

        :raises UserError: one of them is settled already
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO o2c_consignment_settlement_line (
                       settlement_id, company_id, consignor_id, consumption_id, date,
                       product_id, quantity, unit_cost, amount, state,
                       create_uid, create_date, write_uid, write_date)
                SELECT %(settlement)s, company_id, consignor_id, id, date,
                       product_id, quantity, unit_cost, amount, 'pending',
                       %(user)s, %(now)s, %(user)s, %(now)s
                  FROM o2c_consignment_consumption
                 WHERE id = ANY(%(ids)s) AND state = 'open'
              ORDER BY date, id
                """,
                settlement=settlement.id,
                ids=list(consumptions.ids),
                user=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        if self.env.cr.rowcount != len(consumptions):
            raise UserError(
                self.env._("Some of these goods are in a settlement already.")
            )
        self._refresh_consumptions([settlement.id])
        self._refresh_settlements([settlement.id])

    @api.model
    def _mark(self, lines, vals):
        """Write the same values to all lines of a domain, by one statement.

        :param Domain lines: which lines
        :param dict vals: column → value, ``None`` for nothing
        """
        self.env.flush_all()
        vals = {**vals, "write_uid": self.env.uid, "write_date": self.env.cr.now()}
        assignments = [
            SQL("%s = %s", SQL.identifier(name), value) for name, value in vals.items()
        ]
        query = self._search(lines)
        self.env.cr.execute(
            SQL(
                """WITH marked AS (
                       UPDATE o2c_consignment_settlement_line SET %s
                        WHERE id IN %s RETURNING settlement_id
                   )
                   SELECT DISTINCT settlement_id FROM marked""",
                SQL(", ").join(assignments),
                query.subselect(),
            )
        )
        settlement_ids = [row[0] for row in self.env.cr.fetchall()]
        if {"bill_id", "closed_on"} & vals.keys():
            self._refresh_consumptions(settlement_ids)
        self._refresh_settlements(settlement_ids)

    @api.model
    def _refresh_settlements(self, settlement_ids):
        """Let sums and states of settlements follow their lines."""
        self.env.invalidate_all(flush=False)
        settlements = self.env["o2c.consignment.settlement"].browse(settlement_ids)
        settlements.modified(["line_ids"])

    @api.model
    def _refresh_consumptions(self, settlement_ids):
        """Let the states of consumptions follow the lines that settle them."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE o2c_consignment_consumption consumption
                   SET settlement_line_id = line.id,
                       settlement_id = line.settlement_id,
                       state = %s
                  FROM o2c_consignment_settlement_line line
             LEFT JOIN account_move bill ON bill.id = line.bill_id
                 WHERE line.consumption_id = consumption.id
                   AND line.settlement_id = ANY(%s)
                   AND consumption.is_chargeable
                   AND (consumption.settlement_line_id IS DISTINCT FROM line.id
                        OR consumption.state != %s)
                """,
                self._consumption_state_sql(),
                list(settlement_ids),
                self._consumption_state_sql(),
            )
        )
        self._update_purchases(settlement_ids)

    @api.model
    def _update_purchases(self, settlement_ids):
        """Let consignment orders say what was billed of them."""
        self.env.invalidate_all(flush=False)
        rows = self._read_group(
            [("settlement_id", "in", list(settlement_ids))],
            ["company_id", "consignor_id"],
            ["product_id:recordset"],
        )
        for company, consignor, products in rows:
            self.env["purchase.order.line"]._o2c_consumption_changed(
                company, consignor, products
            )

    @api.model
    def _consumption_state_sql(self):
        """State of a consumption by its ``line`` and the ``bill`` of that."""
        return SQL(
            """CASE WHEN line.closed_on IS NOT NULL THEN 'paid'
                    WHEN bill.id IS NULL OR bill.state = 'cancel' THEN 'settled'
                    WHEN bill.state = 'posted'
                     AND bill.payment_state IN ('paid', 'in_payment') THEN 'paid'
                    ELSE 'billed' END"""
        )

    # === ACTION METHODS === #

    def action_accept(self):
        """Accept these lines for the consignor, who said so."""
        for settlement, lines in self.grouped("settlement_id").items():
            settlement.action_accept(dict.fromkeys(lines.ids, False))

    def action_open_dispute(self):
        """Ask why the consignor disputes these lines.

        :raises UserError: they are of several settlements
        """
        if len(self.settlement_id) != 1:
            raise UserError(
                self.env._("Choose lines of one settlement: each has its own answer.")
            )
        return self.settlement_id._dispute_action(self)

    def action_release(self):
        """Leave disputed lines out: they are open for another settlement.

        :raises UserError: a line is not disputed
        """
        if any(line.state != "disputed" or line._is_done() for line in self):
            raise UserError(
                self.env._("Only disputed lines can be left out of a settlement.")
            )
        self.settlement_id.check_access("write")
        for settlement, lines in self.grouped("settlement_id").items():
            settlement.message_post(
                body=self.env._(
                    "Left out after dispute: %(goods)s.",
                    goods=", ".join(
                        f"{line.quantity:g} × {line.product_id.display_name}"
                        for line in lines
                    ),
                )
            )
        self.sudo().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        kept = self.filtered(
            lambda line: (
                line._is_done()
                or (line.state == "accepted" and line.settlement_id.state != "cancel")
            )
        )
        if kept:
            raise UserError(
                self.env._(
                    "%(count)s lines were accepted or billed and stay in the "
                    "settlement.",
                    count=len(kept),
                )
            )

    def _is_done(self):
        self.ensure_one()
        return bool(self.bill_id or self.closed_on)
