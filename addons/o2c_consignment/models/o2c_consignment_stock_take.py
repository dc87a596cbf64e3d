from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .legal_time import legal_today

# What is fixed as soon as somebody counts.
PLAN = {"company_id", "agreement_id", "location_id", "name"}


class O2cConsignmentStockTake(models.Model):
    """A count of a consignor's goods that he agrees with before it changes anything.

    Planned, counted line by line, agreed with whoever speaks for the consignor, then
    booked: what is missing is a loss, charged as the agreement says; what is found
    again undoes a loss, or came in without a receipt.
    """

    _name = "o2c.consignment.stock.take"
    _description = "Consignment Stock Take"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "date_planned desc, id desc"

    name = fields.Char(required=True, copy=False, default="/", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    agreement_id = fields.Many2one(
        "o2c.consignment.agreement",
        required=True,
        check_company=True,
        index=True,
        domain=[("state", "=", "active")],
        ondelete="restrict",
    )
    consignor_id = fields.Many2one(
        related="agreement_id.consignor_id", store=True, index=True
    )
    loss_bearer = fields.Selection(related="agreement_id.loss_bearer")
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    location_id = fields.Many2one(
        "stock.location",
        string="Place",
        required=True,
        check_company=True,
        domain=[("usage", "in", ("internal", "view"))],
        help="Everything of the consignor in this place and inside it is counted.",
    )
    date_planned = fields.Date(required=True, default=legal_today)
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user
    )
    agreed_with = fields.Char(
        tracking=True, copy=False, help="Who spoke for the consignor."
    )
    agreed_on = fields.Date(readonly=True, copy=False)
    remarks = fields.Text(help="What the consignor wants on record.")
    state = fields.Selection(
        [
            ("draft", "Planned"),
            ("counting", "Counting"),
            ("agreed", "Agreed"),
            ("done", "Booked"),
            ("cancel", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many(
        "o2c.consignment.stock.take.line", "take_id", string="Goods"
    )
    difference_count = fields.Integer(compute="_compute_differences")
    amount = fields.Monetary(
        string="Charged to Us",
        compute="_compute_differences",
        help="What the differences cost us by the agreement, in its currency.",
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.difference", "line_ids.amount")
    def _compute_differences(self):
        for take in self:
            lines = take.line_ids.filtered("difference")
            take.difference_count = len(lines)
            take.amount = sum(lines.mapped("amount"))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
        takes = super().create(vals_list)
        # The record counts, not the values: a context brings defaults along.
        if any(take.state != "draft" or take.agreed_on for take in takes):
            raise UserError(self.env._("A stock take starts as a plan."))
        return takes

    def write(self, vals):
        if {"state", "agreed_on"} & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._("A stock take goes on by counting, agreeing and booking it.")
            )
        if PLAN & vals.keys():
            self._require_state("draft")
        if {"agreed_with", "remarks"} & vals.keys():
            self._require_state("draft", "counting")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._require_state("draft", "cancel")

    # === ACTION METHODS === #

    def action_start(self):
        """List what the consignor should have in the place, to be counted."""
        for take in self:
            take._require_state("draft")
            take.check_access("write")
            take.sudo().state = "counting"
            # what is expected is nobody's to enter
            take.sudo().line_ids = [
                fields.Command.create(vals) for vals in take._prepare_lines()
            ]

    def action_agree(self):
        """Note that the consignor agrees with what was counted.

        :raises AccessError: no consignment user
        :raises UserError: goods are not counted, or nobody spoke for the consignor
        """
        self._require_group("user")
        for take in self:
            take._require_state("counting")
            if not take.agreed_with:
                raise UserError(
                    self.env._(
                        "Enter who agrees with %(take)s for %(consignor)s.",
                        take=take.name,
                        consignor=take.consignor_id.name,
                    )
                )
            take.line_ids._check_counted()
            take.sudo().write({"state": "agreed", "agreed_on": legal_today()})

    def action_recount(self):
        """Count again: the goods that moved meanwhile lose their count."""
        self._require_group("user")
        for take in self:
            take._require_state("agreed", "counting")
            take.sudo().write({"state": "counting", "agreed_on": False})
            take.line_ids._refresh()

    def action_apply(self):
        """Book the differences; who pays is what the agreement says.

        :raises AccessError: no consignment manager
        :raises UserError: goods moved since they were counted
        """
        self._require_group("manager")
        for take in self:
            take._require_state("agreed")
            take.line_ids._check_not_moved()
            take.line_ids._book()
            take.sudo().state = "done"

    def action_cancel(self):
        self._require_state("draft", "counting", "agreed")
        self.check_access("write")
        self.sudo().state = "cancel"

    def action_open_consumptions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_consignment.o2c_consignment_consumption_action"
        )
        return {
            **action,
            "domain": [("move_id", "in", self.line_ids.move_id.ids)],
            "context": {},
        }

    # === BUSINESS METHODS === #

    def _prepare_lines(self):
        """One line for each product, lot and place where he has goods."""
        self.ensure_one()
        return [
            {
                "product_id": product.id,
                "lot_id": lot.id,
                "location_id": place.id,
                "expected": quantity,
            }
            for (product, lot, place), quantity in self._on_hand().items()
        ]

    def _on_hand(self):
        """What the consignor has in the place by product, lot and place.

        :rtype: dict
        """
        self.ensure_one()
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("owner_id", "child_of", self.consignor_id.id),
                    ("location_id", "child_of", self.location_id.id),
                    ("location_id.usage", "=", "internal"),
                ],
                ["product_id", "lot_id", "location_id"],
                ["quantity:sum"],
            )
        )
        return {tuple(key): quantity for *key, quantity in rows if quantity}

    def _require_group(self, name):
        if not self.env.user.has_group(f"o2c_consignment.o2c_consignment_group_{name}"):
            raise AccessError(
                self.env._("Only consignment people agree and book stock takes.")
            )

    def _require_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        wrong = self.filtered(lambda take: take.state not in states)
        if wrong:
            raise UserError(
                self.env._(
                    "%(names)s: this can be done only while it is %(expected)s.",
                    names=", ".join(wrong.mapped("name")),
                    expected=", ".join(labels[state] for state in states),
                )
            )
