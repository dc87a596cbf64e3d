from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..consignment_core import MissingPrice
from .legal_time import legal_today

COUNTING = {"take_id", "product_id", "lot_id", "location_id", "counted", "remark"}


class O2cConsignmentStockTakeLine(models.Model):
    """How much of a product, lot and place was expected and counted."""

    _name = "o2c.consignment.stock.take.line"
    _description = "Counted Goods of a Consignor"
    _check_company_auto = True
    _order = "take_id, location_id, product_id, lot_id, id"

    take_id = fields.Many2one(
        "o2c.consignment.stock.take", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="take_id.company_id", store=True)
    currency_id = fields.Many2one(related="take_id.currency_id")
    state = fields.Selection(related="take_id.state")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain=[("is_storable", "=", True)],
        ondelete="restrict",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one(
        "stock.lot", check_company=True, domain="[('product_id', '=', product_id)]"
    )
    location_id = fields.Many2one(
        "stock.location",
        string="Place",
        required=True,
        check_company=True,
        compute="_compute_location_id",
        store=True,
        precompute=True,
        readonly=False,
        domain=[("usage", "=", "internal")],
    )
    expected = fields.Float(digits="Product Unit", readonly=True)
    counted = fields.Float(digits="Product Unit")
    is_counted = fields.Boolean(
        readonly=True, help="Somebody entered a quantity, be it zero."
    )
    remark = fields.Char()
    difference = fields.Float(
        digits="Product Unit", compute="_compute_difference", store=True
    )
    amount = fields.Monetary(
        string="Charged to Us",
        compute="_compute_amount",
        help="What the agreement charges us for what is missing.",
    )
    move_id = fields.Many2one(
        "stock.move", readonly=True, copy=False, index="btree_not_null"
    )

    _counted_once = models.UniqueIndex(
        "(take_id, product_id, COALESCE(lot_id, 0), location_id)",
        "These goods are on the list already.",
    )
    _not_negative = models.Constraint(
        "CHECK (counted >= 0)", "Nobody counts less than nothing."
    )

    # === COMPUTE METHODS === #

    @api.depends("take_id.location_id")
    def _compute_location_id(self):
        for line in self.filtered(lambda line: not line.location_id):
            place = line.take_id.location_id
            line.location_id = place if place.usage == "internal" else False

    @api.depends("expected", "counted", "is_counted")
    def _compute_difference(self):
        for line in self:
            found = line.counted - line.expected if line.is_counted else 0.0
            line.difference = found

    @api.depends("difference", "move_id")
    def _compute_amount(self):
        today = legal_today()
        for line in self:
            consumptions = line.sudo().move_id.o2c_consumption_ids
            if consumptions:
                line.amount = sum(consumptions.mapped("amount"))
            else:
                line.amount = line._expected_charge(today)

    def _expected_charge(self, day):
        """What a loss would cost us today; 0 where he bears it or nothing is missing.

        :rtype: float
        """
        self.ensure_one()
        agreement = self.take_id.agreement_id
        if self.difference >= 0:
            return 0.0
        if agreement._bears_loss(self.lot_id, day) != "company":
            return 0.0
        try:
            cost = agreement._agreed_cost(
                self.product_id, day, sale_price=self.product_id.lst_price
            )
        except MissingPrice:
            return 0.0
        return self.currency_id.round(-self.difference * float(cost.unit_cost))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_counting_only(vals)
        lines = super().create([self._with_counted(vals) for vals in vals_list])
        lines.take_id._require_state("counting")
        lines._check_inside()
        if not self.env.su:
            lines._check_nothing_expected()
        return lines

    def write(self, vals):
        self._check_counting_only(vals)
        if COUNTING & vals.keys():
            self.take_id._require_state("counting")
        result = super().write(self._with_counted(vals))
        if "take_id" in vals:
            self.take_id._require_state("counting")
        if {"take_id", "location_id"} & vals.keys():
            self._check_inside()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.take_id._require_state("draft", "counting", "cancel")

    @api.model
    def _with_counted(self, vals):
        return {"is_counted": True, **vals} if "counted" in vals else vals

    @api.model
    def _check_counting_only(self, vals):
        if vals.keys() - COUNTING and not self.env.su:
            raise self._count_only_error()

    def _check_nothing_expected(self):
        """Refuse what a context's defaults would say of a line that somebody adds.

        :raises AccessError: anything besides the count
        """
        if any(line.expected or line.move_id for line in self):
            raise self._count_only_error()

    @api.model
    def _count_only_error(self):
        return AccessError(
            self.env._("What is expected is worked out; only the count is yours.")
        )

    # === BUSINESS METHODS === #

    def _check_inside(self):
        """Refuse goods of a place that is not counted.

        :raises UserError: for all lines at once
        """
        outside = self.filtered(
            lambda line: (
                not (line.location_id.parent_path or "").startswith(
                    line.take_id.location_id.parent_path or "-"
                )
            )
        )
        if outside:
            raise UserError(
                self.env._(
                    "%(places)s lies outside %(place)s, which is counted.",
                    places=", ".join(set(outside.location_id.mapped("display_name"))),
                    place=outside[0].take_id.location_id.display_name,
                )
            )

    def _check_counted(self):
        """Refuse what nobody counted, and lots that nobody named.

        :raises UserError: for all goods at once
        """
        problems = [
            self.env._(
                "%(product)s in %(place)s was not counted: enter the quantity, be it "
                "zero.",
                product=line.product_id.display_name,
                place=line.location_id.display_name,
            )
            for line in self
            if not line.is_counted
        ] + [
            self.env._(
                "%(product)s is kept by lots: enter the lot that was counted.",
                product=line.product_id.display_name,
            )
            for line in self
            if line.product_id.tracking != "none" and not line.lot_id
        ]
        if problems:
            raise UserError("\n".join(problems))

    def _moved(self):
        """Lines whose goods are not as many any more as when they were listed."""
        moved = self.browse()
        for take, lines in self.grouped("take_id").items():
            on_hand = take._on_hand()
            moved |= lines.filtered(
                lambda line, on_hand=on_hand: line.product_uom_id.compare(
                    on_hand.get((line.product_id, line.lot_id, line.location_id), 0.0),
                    line.expected,
                )
            )
        return moved

    def _check_not_moved(self):
        moved = self._moved()
        if moved:
            raise UserError(
                self.env._(
                    "%(products)s moved since they were counted. Press Count Again and "
                    "count them once more.",
                    products=", ".join(set(moved.product_id.mapped("display_name"))),
                )
            )

    def _refresh(self):
        for take, lines in self._moved().sudo().grouped("take_id").items():
            on_hand = take._on_hand()
            for line in lines:
                key = (line.product_id, line.lot_id, line.location_id)
                line.write(
                    {
                        "expected": on_hand.get(key, 0.0),
                        "counted": 0,
                        "is_counted": False,
                    }
                )

    def _book(self):
        """Move the differences out of stock, or into it, in the consignor's name."""
        different = self.filtered(
            lambda line: not line.product_uom_id.is_zero(line.difference)
        )
        # Whoever may book was checked; moving stock is the warehouse's right.
        moves = (
            self.env["stock.move"]
            .sudo()
            .create([line._prepare_move() for line in different])
        )
        for line, move in zip(different.sudo(), moves, strict=True):
            line.move_id = move
        moves._action_done()

    def _prepare_move(self):
        self.ensure_one()
        take = self.take_id
        outside = self.product_id.with_company(take.company_id).property_stock_inventory
        places = (self.location_id, outside)
        source, target = places if self.difference < 0 else reversed(places)
        quantity = abs(self.difference)
        common = {
            "product_id": self.product_id.id,
            "company_id": take.company_id.id,
            "location_id": source.id,
            "location_dest_id": target.id,
        }
        line = {
            **common,
            "product_uom_id": self.product_uom_id.id,
            "quantity": quantity,
            "lot_id": self.lot_id.id,
            "owner_id": take.consignor_id.id,
        }
        return {
            **common,
            "product_uom": self.product_uom_id.id,
            "product_uom_qty": quantity,
            "state": "confirmed",
            "restrict_partner_id": take.consignor_id.id,
            "is_inventory": True,
            "inventory_name": take.name,
            "picked": True,
            "move_line_ids": [fields.Command.create(line)],
        }
