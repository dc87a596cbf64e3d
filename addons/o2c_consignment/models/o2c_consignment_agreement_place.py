from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..consignment_core import reorder_quantity

UNCONFIRMED = ("draft", "sent", "to approve")
PENDING = ("waiting", "confirmed", "assigned", "partially_available")


class O2cConsignmentAgreementPlace(models.Model):
    """How much of a consignor's product should lie in one place.

    Levels are no terms: they follow the season, and may change while the agreement is
    in force.
    """

    _name = "o2c.consignment.agreement.place"
    _description = "Consignment Stock Level"
    _check_company_auto = True
    _order = "agreement_id, location_id, product_id"

    agreement_id = fields.Many2one(
        "o2c.consignment.agreement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    consignor_id = fields.Many2one(
        related="agreement_id.consignor_id", store=True, index=True
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain=[("is_storable", "=", True)],
        ondelete="restrict",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    location_id = fields.Many2one(
        "stock.location",
        string="Place",
        required=True,
        check_company=True,
        domain=[("usage", "in", ("internal", "view"))],
        ondelete="restrict",
    )
    stock_min = fields.Float(
        string="Minimum Stock",
        digits="Product Unit",
        required=True,
        help="Below this quantity of his goods in the place somebody is told.",
    )
    stock_max = fields.Float(
        string="Maximum Stock",
        digits="Product Unit",
        help="Orders fill the place up to here.",
    )
    on_hand = fields.Float(digits="Product Unit", compute="_compute_quantities")
    expected = fields.Float(
        digits="Product Unit",
        compute="_compute_quantities",
        help="On consignment orders, not received yet.",
    )
    to_order = fields.Float(digits="Product Unit", compute="_compute_quantities")
    is_low = fields.Boolean(string="Low", compute="_compute_quantities")

    _once_in_a_place = models.Constraint(
        "UNIQUE (agreement_id, product_id, location_id)",
        "The product has levels for this place already.",
    )
    _in_order = models.Constraint(
        "CHECK (stock_min >= 0 AND (stock_max = 0 OR stock_max >= stock_min))",
        "The maximum stock is below the minimum stock.",
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id", "location_id", "stock_min", "stock_max", "consignor_id")
    def _compute_quantities(self):
        for (company, consignor), places in self.grouped(
            lambda place: (place.company_id, place.consignor_id)
        ).items():
            on_hand = self._on_hand_by_place(company, consignor, places.product_id)
            expected = self._expected_by_place(company, consignor, places.product_id)
            for place in places:
                place._set_quantities(
                    place._sum_inside(on_hand), place._sum_inside(expected)
                )

    def _set_quantities(self, on_hand, expected):
        self.ensure_one()
        self.on_hand, self.expected = on_hand, expected
        self.to_order = float(
            reorder_quantity(
                *(
                    Decimal(repr(value))
                    for value in (on_hand, expected, self.stock_min, self.stock_max)
                )
            )
        )
        self.is_low = self.product_uom_id.compare(on_hand, self.stock_min) < 0

    def _sum_inside(self, quantities):
        """Sum what lies in this place and below it, or is to come there from outside.

        :param dict quantities: (product, parent path of a place, and of the one where
            it is until then) → quantity
        """
        self.ensure_one()
        path = self.location_id.parent_path
        if not path:
            return 0.0
        return sum(
            quantity
            for (product, where, now), quantity in quantities.items()
            if product == self.product_id
            and where.startswith(path)
            and not now.startswith(path)
        )

    @api.model
    def _on_hand_by_place(self, company, consignor, products):
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("owner_id", "child_of", consignor.id),
                    ("product_id", "in", products.ids),
                    ("location_id.usage", "in", ("internal", "transit")),
                ],
                ["product_id", "location_id"],
                ["quantity:sum"],
            )
        )
        return {
            (product, where.parent_path, ""): quantity
            for product, where, quantity in rows
        }

    @api.model
    def _expected_by_place(self, company, consignor, products):
        """What consignment orders will bring, drafts included, and is on the way.

        An order that was not confirmed counts too: otherwise each day would make
        another. So do goods that wait to be brought in from the input place.
        """
        found = defaultdict(float)
        mine = [
            ("order_id.o2c_is_consignment", "=", True),
            ("order_id.partner_id", "child_of", consignor.id),
            ("company_id", "=", company.id),
            ("product_id", "in", products.ids),
        ]
        Line = self.env["purchase.order.line"].sudo()
        for line in Line.search([*mine, ("state", "in", UNCONFIRMED)]):
            quantity = line.product_uom_id._compute_quantity(
                line.product_qty, line.product_id.uom_id
            )
            where = line._o2c_place().parent_path or ""
            found[line.product_id, where, ""] += quantity
        rows = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [("purchase_line_id", "any", mine), ("state", "in", PENDING)],
                ["product_id", "location_final_id", "location_dest_id"],
                ["product_qty:sum"],
            )
        )
        for product, final, target, quantity in rows:
            found[product, (final or target).parent_path or "", ""] += quantity
        for line in self._lines_on_the_way(company, consignor, products):
            where = line.move_id.location_final_id or line.location_dest_id
            key = (line.product_id, where.parent_path, line.location_id.parent_path)
            found[key] += line.quantity_product_uom
        return found

    @api.model
    def _lines_on_the_way(self, company, consignor, products):
        """What is reserved of his goods to be moved inside our warehouses."""
        ours = ("internal", "transit")
        return (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("owner_id", "child_of", consignor.id),
                    ("product_id", "in", products.ids),
                    ("state", "in", PENDING),
                    ("location_id.usage", "in", ours),
                    ("location_dest_id.usage", "in", ours),
                ]
            )
        )

    def _receiving_places(self, warehouse):
        """Where goods for these levels are received in a warehouse.

        A place outside its stock can be received in only where goods come in one step.

        :rtype: stock.location
        """
        stock, inside = warehouse.lot_stock_id, warehouse.view_location_id
        places = stock.browse()
        if not warehouse:
            return places
        for place in self.location_id:
            if stock._child_of(place):
                places |= stock
            elif place.usage == "internal" and (
                place._child_of(stock)
                or (warehouse.reception_steps == "one_step" and place._child_of(inside))
            ):
                places |= place
        return places

    def _to_order_by_place(self, warehouse):
        """What fills these places, by product and the place that receives it.

        What fills a place inside another one is in both.

        :rtype: dict
        """
        found = defaultdict(float)
        for level in self.sorted(lambda x: -len(x.location_id.parent_path)):
            path = level.location_id.parent_path
            inside = sum(
                quantity
                for (product, place), quantity in found.items()
                if product == level.product_id and place.parent_path.startswith(path)
            )
            if level.to_order > inside:
                place = level._receiving_places(warehouse)
                found[level.product_id, place] += level.to_order - inside
        return found

    # === CONSTRAINTS === #

    @api.constrains("product_id", "agreement_id")
    def _check_product(self):
        problems = [
            self.env._(
                "%(agreement)s has no price for %(product)s.",
                agreement=place.agreement_id.display_name,
                product=place.product_id.display_name,
            )
            for place in self
            if place.product_id not in place.agreement_id.line_ids.product_id
        ]
        if problems:
            raise ValidationError("\n".join(problems))
