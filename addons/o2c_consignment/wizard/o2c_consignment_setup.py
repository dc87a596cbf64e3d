from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.legal_time import legal_today
from ..models.o2c_consignment_agreement import BEARERS, CALENDARS, ISSUE_ORDERS


class O2cConsignmentSetup(models.TransientModel):
    """Everything that a new consignor needs, in one go.

    The agreement with its prices, put in force; the place where his goods lie; their
    levels; and what he has here already, as a stock take that he agreed with.
    """

    _name = "o2c.consignment.setup"
    _description = "New Consignor"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    consignor_id = fields.Many2one(
        "res.partner",
        required=True,
        check_company=True,
        domain=[("parent_id", "=", False)],
        help="The supplier who owns the goods until they are sold.",
    )
    reference = fields.Char(
        string="Consignor Reference", help="The consignor's number of the contract."
    )
    date_start = fields.Date(required=True, default=legal_today)
    settlement_calendar = fields.Selection(CALENDARS, required=True, default="monthly")
    issue_order = fields.Selection(ISSUE_ORDERS, required=True, default="own_first")
    loss_bearer = fields.Selection(
        BEARERS, string="Loss and Scrap", required=True, default="company"
    )
    expiry_bearer = fields.Selection(
        BEARERS, string="Expired Goods", required=True, default="company"
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    has_own_place = fields.Boolean(
        string="A Place of His Own",
        help="A place named after the consignor inside the warehouse; otherwise his "
        "goods lie beside ours.",
    )
    agreed_with = fields.Char(
        string="Opening Count Agreed With",
        help="Who spoke for the consignor when his goods were counted.",
    )
    line_ids = fields.One2many("o2c.consignment.setup.line", "setup_id", string="Goods")

    # === ACTION METHODS === #

    def action_apply(self):
        """Set the consignor up and open his agreement.

        :raises UserError: all that is missing, at once
        """
        self.ensure_one()
        self._check()
        place = self._place()
        agreement = self.env["o2c.consignment.agreement"].create(
            self._prepare_agreement(place)
        )
        agreement.action_activate()
        self._count(agreement, place)
        return agreement._get_records_action()

    # === BUSINESS METHODS === #

    def _check(self):
        problems = []
        if not self.line_ids:
            problems.append(self.env._("Enter the goods and what they cost."))
        twice = [
            product
            for product, count in Counter(self.line_ids.mapped("product_id")).items()
            if count > 1
        ]
        problems += [
            self.env._(
                "%(product)s is on two lines: tiers and later prices are entered on "
                "the agreement.",
                product=product.display_name,
            )
            for product in twice
        ]
        counted = self.line_ids.filtered("quantity")
        problems += [
            self.env._(
                "%(product)s is kept by lots: enter the lot of what is here.",
                product=line.product_id.display_name,
            )
            for line in counted
            if line.product_id.tracking != "none" and not line.lot_id
        ]
        if counted and not self.agreed_with:
            problems.append(
                self.env._("Enter who agreed with the opening count for the consignor.")
            )
        if problems:
            raise UserError("\n".join(problems))

    def _place(self):
        """Where his goods lie, made when he is to have a place of his own.

        :rtype: stock.location
        """
        stock = self.warehouse_id.lot_stock_id
        if not self.has_own_place:
            return stock
        # Setting a consignor up is the manager's; places are the warehouse's right.
        Location = self.env["stock.location"].sudo()
        name = self.consignor_id.name
        return Location.search(
            [("location_id", "=", stock.id), ("name", "=", name)], limit=1
        ) or Location.create(
            {"name": name, "location_id": stock.id, "company_id": self.company_id.id}
        )

    def _prepare_agreement(self, place):
        return {
            "company_id": self.company_id.id,
            "currency_id": self.company_id.currency_id.id,
            "consignor_id": self.consignor_id.id,
            "reference": self.reference,
            "date_start": self.date_start,
            "settlement_calendar": self.settlement_calendar,
            "issue_order": self.issue_order,
            "loss_bearer": self.loss_bearer,
            "expiry_bearer": self.expiry_bearer,
            "line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "price_kind": line.price_kind,
                        "value": line.value,
                        "stock_min": line.stock_min,
                        "stock_max": line.stock_max,
                    }
                )
                for line in self.line_ids
            ],
            "place_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "location_id": place.id,
                        "stock_min": line.stock_min,
                        "stock_max": line.stock_max,
                    }
                )
                for line in self.line_ids
                if line.stock_min or line.stock_max
            ],
        }

    def _count(self, agreement, place):
        """Book what he has here as a stock take."""
        counted = self.line_ids.filtered("quantity")
        if not counted:
            return
        take = self.env["o2c.consignment.stock.take"].create(
            {
                "company_id": self.company_id.id,
                "agreement_id": agreement.id,
                "location_id": place.id,
                "agreed_with": self.agreed_with,
                "remarks": self.env._("Opening count"),
            }
        )
        take.action_start()
        known = {(line.product_id, line.lot_id): line for line in take.line_ids}
        for line in counted:
            if found := known.get((line.product_id, line.lot_id)):
                found.counted = line.quantity
        take.line_ids = [
            Command.create(
                {
                    "product_id": line.product_id.id,
                    "lot_id": line.lot_id.id,
                    "location_id": place.id,
                    "counted": line.quantity,
                }
            )
            for line in counted
            if (line.product_id, line.lot_id) not in known
        ]
        take.action_agree()
        take.action_apply()

    @api.onchange("company_id")
    def _onchange_company_id(self):
        if self.warehouse_id.company_id != self.company_id:
            self.warehouse_id = self.env["stock.warehouse"].search(
                [("company_id", "=", self.company_id.id)], limit=1
            )
