import hashlib
import hmac

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .legal_time import end_of_day

# A share of a sale price has more decimals than a price.
COST_DIGITS = (16, 6)
KINDS = [
    ("sale", "Sale"),
    ("return", "Customer return"),
    ("loss", "Loss or scrap"),
    ("found", "Found again"),
    ("use", "Own use"),
    ("adjustment", "Cost adjustment"),
]


class O2cConsignmentConsumption(models.Model):
    """Consigned goods that crossed the boundary of our stock, one completed move line.

    A line that brings back what left on several has a row for each of those.
    Made by ``stock.move._action_done`` and by approved cost changes, never by hand:
    everyone has read access only. ``quantity`` and ``amount`` are negative when goods
    come back. Amounts are in the agreement's currency.
    """

    _name = "o2c.consignment.consumption"
    _description = "Consignment Consumption"
    _check_company_auto = True
    _order = "date desc, id desc"

    company_id = fields.Many2one("res.company", required=True)
    consignor_id = fields.Many2one("res.partner", required=True, index=True)
    agreement_id = fields.Many2one(
        "o2c.consignment.agreement", required=True, index=True, ondelete="restrict"
    )
    agreement_line_id = fields.Many2one(
        "o2c.consignment.agreement.line", required=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, required=True)
    date = fields.Datetime(required=True, index=True)
    move_line_id = fields.Many2one(
        "stock.move.line", index="btree_not_null", ondelete="restrict"
    )
    move_id = fields.Many2one("stock.move", index="btree_not_null", ondelete="restrict")
    picking_id = fields.Many2one("stock.picking", help="Of the move, kept with it.")
    origin_id = fields.Many2one(
        "o2c.consignment.consumption",
        index="btree_not_null",
        help="The consumption that this one undoes or adjusts.",
    )
    product_id = fields.Many2one(
        "product.product", required=True, index=True, ondelete="restrict"
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one("stock.lot", index="btree_not_null")
    location_id = fields.Many2one("stock.location", help="Our place they were in.")
    warehouse_id = fields.Many2one("stock.warehouse")
    quantity = fields.Float(digits="Product Unit", help="In the product's unit.")
    currency_id = fields.Many2one("res.currency", required=True)
    unit_cost = fields.Float(
        string="Agreed Unit Cost",
        digits=COST_DIGITS,
        help="What one unit costs us; a cost change before the settlement moves it.",
    )
    original_unit_cost = fields.Float(
        digits=COST_DIGITS, help="What was agreed on the day of the consumption."
    )
    amount = fields.Monetary(help="Due to the consignor.")
    is_chargeable = fields.Boolean(
        default=True, help="Not set: the consignor bears this loss."
    )
    sale_line_id = fields.Many2one("sale.order.line", index="btree_not_null")
    sale_order_id = fields.Many2one("sale.order", index="btree_not_null")
    customer_id = fields.Many2one("res.partner", index="btree_not_null")
    sale_unit_price = fields.Float(
        digits="Product Price",
        help="Net price of one unit without taxes, in the agreement's currency.",
    )
    invoice_ids = fields.Many2many(
        "account.move", string="Customer Invoices", compute="_compute_invoice_ids"
    )
    adjustment_ids = fields.One2many(
        "o2c.consignment.consumption",
        "origin_id",
        domain=[("kind", "=", "adjustment")],
    )
    cost_change_line_ids = fields.One2many(
        "o2c.consignment.cost.change.line", "consumption_id"
    )
    accrual_move_id = fields.Many2one(
        "account.move", string="Accrual Entry", index="btree_not_null", readonly=True
    )
    settlement_line_ids = fields.One2many(
        "o2c.consignment.settlement.line", "consumption_id", string="Settlement Lines"
    )
    # Not read-only, so that a delivery may say what they are at first and each row is
    # written once; nobody has the right to write them.
    settlement_line_id = fields.Many2one(
        "o2c.consignment.settlement.line",
        compute="_compute_state",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    settlement_id = fields.Many2one(
        "o2c.consignment.settlement",
        compute="_compute_state",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("settled", "In settlement"),
            ("billed", "Billed"),
            ("paid", "Paid"),
            ("waived", "Not charged"),
        ],
        compute="_compute_state",
        store=True,
        readonly=False,
    )

    _one_per_move_line = models.UniqueIndex(
        "(move_line_id, COALESCE(origin_id, 0)) WHERE kind != 'adjustment'",
        "These goods were recorded as consumed already.",
    )
    _open_of_consignor_idx = models.Index("(company_id, consignor_id, state, date)")

    # === COMPUTE METHODS === #

    @api.depends("product_id", "quantity", "date")
    def _compute_display_name(self):
        for consumption in self:
            consumption.display_name = self.env._(
                "%(quantity)s × %(product)s",
                quantity=f"{consumption.quantity:g}",
                product=consumption.product_id.display_name,
            )

    @api.depends(
        "is_chargeable",
        "settlement_line_ids",
        "settlement_line_ids.closed_on",
        "settlement_line_ids.bill_id.state",
        "settlement_line_ids.bill_id.payment_state",
    )
    def _compute_state(self):
        lines = self._settlement_states()
        for consumption in self:
            line, settlement, state = lines.get(consumption.id, (False, False, "open"))
            consumption.settlement_line_id = line
            consumption.settlement_id = settlement
            consumption.state = state if consumption.is_chargeable else "waived"

    def _settlement_states(self):
        """Settlement line, settlement and state of those that are settled, by id."""
        if not self.ids:
            return {}
        Line = self.env["o2c.consignment.settlement.line"]
        Line.flush_model(["consumption_id", "settlement_id", "bill_id", "closed_on"])
        self.env["account.move"].flush_model(["state", "payment_state"])
        self.env.cr.execute(
            SQL(
                """SELECT line.consumption_id, line.id, line.settlement_id, %s
                     FROM o2c_consignment_settlement_line line
                LEFT JOIN account_move bill ON bill.id = line.bill_id
                    WHERE line.consumption_id = ANY(%s)""",
                Line._consumption_state_sql(),
                list(self.ids),
            )
        )
        return {key: facts for key, *facts in self.env.cr.fetchall()}

    def _compute_invoice_ids(self):
        for consumption in self:
            lines = consumption.sale_line_id.sudo().invoice_lines
            consumption.invoice_ids = lines.move_id.filtered(
                lambda m: m.state != "cancel"
            )

    # === ACTION METHODS === #

    def action_settle(self):
        """Draw up settlements of the chosen consumptions, whatever the calendar says.

        :raises UserError: some of them are settled, or not charged at all
        """
        taken = self.filtered(lambda c: c.state != "open")
        if taken:
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                "\n".join(
                    self.env._(
                        "%(goods)s of %(consignor)s cannot be settled: %(state)s.",
                        goods=consumption.display_name,
                        consignor=consumption.consignor_id.display_name,
                        state=states[consumption.state],
                    )
                    for consumption in taken
                )
            )
        settlements = self.env["o2c.consignment.settlement"]
        for (company, consignor), same in self.grouped(
            lambda c: (c.company_id, c.consignor_id)
        ).items():
            settlements |= settlements.with_company(company)._o2c_create_for(
                consignor, company, same
            )
        return settlements._get_records_action()

    # === BUSINESS METHODS === #

    def _o2c_customer_label(self):
        """What the consignor may see of the customer, by the agreement.

        :rtype: str
        """
        self.ensure_one()
        customer = self.customer_id.commercial_partner_id
        visibility = self.agreement_id.customer_visibility
        if not customer or visibility == "none":
            return ""
        if visibility == "full":
            return customer.name
        # Stable for one consignor, and says nothing about any other's codes.
        return self.env._(
            "Customer %(code)s", code=self._customer_code(self.consignor_id, customer)
        )

    @api.model
    def _customer_code(self, consignor, customer):
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        digest = hmac.new(
            secret.encode(), f"{consignor.id}-{customer.id}".encode(), hashlib.sha256
        )
        return digest.hexdigest()[:6].upper()

    def _posted_invoice(self):
        """The first customer invoice of these goods.

        :rtype: account.move
        """
        self.ensure_one()
        return self.invoice_ids.filtered(
            lambda m: m.state == "posted" and m.move_type == "out_invoice"
        ).sorted("id")[:1]

    def _cost(self):
        """What these goods cost us, cost changes after the settlement included.

        :return: in the agreement's currency
        :rtype: float
        """
        self.ensure_one()
        if self.kind == "adjustment":
            return self.amount
        return self.quantity * self.unit_cost

    def _effective_unit_cost(self):
        """Cost of one unit with the differences that were charged on top.

        :rtype: float
        """
        self.ensure_one()
        if not self.quantity:
            return self.unit_cost
        extra = sum(self.adjustment_ids.mapped("amount"))
        return self.unit_cost + extra / self.quantity

    @api.model
    def _open_domain(self, consignor, company, date_to=None):
        """Consumptions that wait for a settlement.

        :param date date_to: last day, in the legal time zone
        :rtype: Domain
        """
        domain = Domain(
            [
                ("company_id", "=", company.id),
                ("consignor_id", "=", consignor.id),
                ("state", "=", "open"),
            ]
        )
        if date_to:
            domain &= Domain("date", "<", end_of_day(date_to))
        return domain
