from datetime import timedelta
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.o2c_consignment.models.legal_time import legal_day, legal_today

from ..portal_core import alerts, replenish

STATES = [
    ("proposed", "To confirm"),
    ("confirmed", "In preparation"),
    ("shipped", "Shipped"),
    ("received", "Received"),
    ("refused", "Refused"),
    ("cancel", "Cancelled"),
]
OPEN = ("proposed", "confirmed", "shipped")


class O2cSupplierReplenishment(models.Model):
    """Goods that we ask a consignor to bring, from the proposal to the receipt.

    Proposed by :meth:`_cron_propose` or by a buyer, confirmed by the supplier
    (:meth:`_o2c_confirm`), which makes the consignment order that is received, shipped
    with his guía (:meth:`_o2c_ship`).
    """

    _name = "o2c.supplier.replenishment"
    _description = "Replenishment of Consigned Goods"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(readonly=True, required=True, default="/", copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    consignor_id = fields.Many2one(
        "res.partner", string="Supplier", required=True, index=True, tracking=True
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    line_ids = fields.One2many("o2c.supplier.replenishment.line", "replenishment_id")
    state = fields.Selection(
        STATES,
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
        help="Follows what the supplier answered and what was received.",
    )
    proposed_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    answered_on = fields.Datetime(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    refused_reason = fields.Char(readonly=True, copy=False)
    cancelled_on = fields.Datetime(readonly=True, copy=False)
    shipped_on = fields.Datetime(readonly=True, copy=False)
    guia = fields.Char(string="Guía de Remisión", readonly=True, copy=False)
    expected_on = fields.Date(readonly=True, copy=False, tracking=True)
    order_id = fields.Many2one(
        "purchase.order", string="Purchase Order", readonly=True, copy=False
    )
    received_on = fields.Date(compute="_compute_result", store=True)
    answer_hours = fields.Float(
        compute="_compute_answer_hours", store=True, aggregator="avg"
    )
    accuracy = fields.Float(
        string="Quantity Accuracy (%)",
        compute="_compute_result",
        store=True,
        aggregator="avg",
        help="How much of what was confirmed came; too much counts like too little.",
    )
    days_late = fields.Integer(
        compute="_compute_result",
        store=True,
        aggregator="avg",
        help="From the expected date to the last receipt; negative when early.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "answered_on",
        "refused_reason",
        "cancelled_on",
        "shipped_on",
        "order_id.picking_ids.state",
    )
    def _compute_state(self):
        for order in self:
            pickings = order.sudo().order_id.picking_ids
            done = pickings and all(p.state in ("done", "cancel") for p in pickings)
            if order.cancelled_on:
                order.state = "cancel"
            elif order.refused_reason:
                order.state = "refused"
            elif not order.answered_on:
                order.state = "proposed"
            elif done:
                order.state = "received"
            else:
                order.state = "shipped" if order.shipped_on else "confirmed"

    @api.depends("proposed_on", "answered_on")
    def _compute_answer_hours(self):
        for order in self:
            order.answer_hours = (
                (order.answered_on - order.proposed_on).total_seconds() / 3600
                if order.answered_on
                else 0
            )

    @api.depends("state", "line_ids.received", "line_ids.confirmed", "expected_on")
    def _compute_result(self):
        for order in self:
            pickings = order.sudo().order_id.picking_ids
            dates = pickings.filtered(lambda p: p.state == "done").mapped("date_done")
            is_over = order.state == "received" and dates
            order.received_on = legal_day(max(dates)) if is_over else False
            order.days_late = (
                replenish.days_late(order.expected_on, order.received_on or None) or 0
            )
            order.accuracy = order._accuracy() if is_over else 0

    def _accuracy(self):
        lines = self.line_ids.filtered("confirmed")
        values = [
            replenish.accuracy(exact(line.confirmed), exact(line.received))
            for line in lines
        ]
        return sum(values) / len(values) if values else 0

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
        orders = super().create(vals_list)
        orders._o2c_emit()
        return orders

    def write(self, vals):
        if "state" in vals:
            raise UserError(
                self.env._("The state follows the supplier's answer and the receipt.")
            )
        fixed = {"company_id", "consignor_id", "warehouse_id"} & vals.keys()
        if fixed and any(order.state != "proposed" for order in self):
            raise UserError(
                self.env._("The supplier answered already: cancel it and ask anew.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unanswered(self):
        if any(order.answered_on for order in self):
            raise UserError(
                self.env._("What a supplier answered is history: cancel it instead.")
            )

    def action_cancel(self):
        """Withdraw what we asked for, unless goods came."""
        for order in self:
            if order.state not in OPEN:
                raise UserError(self.env._("%s is over already.", order.name))
            if order.order_id:
                order.order_id.button_cancel()
        self.cancelled_on = fields.Datetime.now()

    # === THE SUPPLIER === #

    def _o2c_confirm(self, answers, expected_on):
        """Record what the supplier will bring, and order exactly that.

        Two colleagues at once follow one another: the second is told that it was
        answered. Callers found the order in the user's scope.

        :param dict answers: line id → (quantity, reason)
        :param date expected_on: when the goods will be here; None when none come
        :raises UserError: answered already, a change without a reason, a past date
        """
        self.ensure_one()
        self._o2c_wait_for_turn()
        self._o2c_require("proposed")
        self.line_ids._o2c_answer(answers)
        is_refused = not any(self.line_ids.mapped("confirmed"))
        if not is_refused:
            self._o2c_check_date(expected_on)
        self.write(
            {
                "answered_on": fields.Datetime.now(),
                "answered_by_id": self.env.uid,
                "expected_on": not is_refused and expected_on,
                "refused_reason": is_refused and self.line_ids[:1].reason,
            }
        )
        if not is_refused:
            self.order_id = self._o2c_order()
        self._o2c_log(self.env._("%(name)s: answered", name=self.name))

    def _o2c_ship(self, guia, expected_on):
        """Record that the goods left the supplier.

        :raises UserError: not confirmed, no number of a guía, a past date
        """
        self.ensure_one()
        self._o2c_wait_for_turn()
        self._o2c_require("confirmed")
        guia = (guia or "").strip()
        if not guia or len(guia) > 60:
            raise UserError(
                self.env._("Write the number of your guía de remisión (60 characters).")
            )
        self._o2c_check_date(expected_on)
        self.write(
            {
                "guia": guia,
                "expected_on": expected_on,
                "shipped_on": fields.Datetime.now(),
            }
        )
        self.order_id.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        ).write({"origin": f"{self.name} · {guia}"})
        self._o2c_log(self.env._("%(name)s: shipped", name=self.name))

    def _o2c_require(self, state):
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(name)s is “%(state)s” already.",
                    name=self.name,
                    state=labels[self.state],
                )
            )

    def _o2c_check_date(self, day):
        today = legal_today()
        if not day or not today <= day <= today + timedelta(days=365):
            raise UserError(self.env._("Give the day on which the goods will be here."))

    def _o2c_order(self):
        lines = self.line_ids.filtered("confirmed")
        order = (
            self.env["purchase.order"]
            .with_company(self.company_id)
            .create(self._o2c_order_values({line: line.confirmed for line in lines}))
        )
        order.button_confirm()
        for line in lines:
            line.order_line_id = order.order_line.filtered(
                lambda o, line=line: o.product_id == line.product_id
            )[:1]
        return order

    def _o2c_order_values(self, quantities):
        # not the supplier's user, in whose name this runs
        buyer = self.consignor_id.with_company(self.company_id).buyer_id
        return {
            "partner_id": self.consignor_id.id,
            "company_id": self.company_id.id,
            "user_id": buyer.id,
            "o2c_is_consignment": True,
            "picking_type_id": self.warehouse_id.in_type_id.id,
            "date_planned": fields.Datetime.to_datetime(self.expected_on),
            "origin": self.name,
            "order_line": [
                Command.create(
                    {"product_id": line.product_id.id, "product_qty": quantity}
                )
                for line, quantity in quantities.items()
            ],
        }

    def _o2c_log(self, text):
        self.message_post(body=text, author_id=self.env.user.partner_id.id)
        self.env["o2c.supplier.access.log"]._o2c_log(
            "action", text, company=self.company_id
        )

    def _o2c_emit(self):
        self.env["o2c.supplier.event"]._o2c_emit(
            [
                {
                    "company_id": order.company_id.id,
                    "consignor_id": order.consignor_id.id,
                    "kind": alerts.REPLENISHMENT,
                    "res_id": order.id,
                    "label": order.name,
                    "quantity": sum(order.line_ids.mapped("proposed")),
                }
                for order in self
            ]
        )


def exact(number):
    """Return a stored quantity as the exact number that it shows."""
    return Decimal(str(number or 0))
