from collections import namedtuple

from odoo import models
from odoo.exceptions import UserError

from ..consignment_core import MissingPrice, round_money
from .legal_time import legal_day
from .o2c_consignment_consumption import COST_DIGITS

Agreements = namedtuple("Agreements", ["by_consignor", "terms"])


class O2cConsignmentConsumption(models.Model):
    """How consumptions come to be: from completed stock move lines."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.consumption"

    def _record(self, move_lines):
        """Record what happened to consigned goods, and accrue what it costs.

        :param move_lines: completed ``stock.move.line`` of consigned goods
        :raises UserError: the agreement has no price for them on that day
        :return: the new consumptions
        """
        move_lines = move_lines.filtered("quantity_product_uom")
        if move_lines:
            known = self.search([("move_line_id", "in", move_lines.ids)])
            move_lines -= known.move_line_id
        if not move_lines:
            return self.browse()
        vals_list = self._prepare_all_vals(move_lines)
        # first, so that each row is written once
        self._post_accruals(vals_list)
        consumptions = self.create(vals_list)
        consumptions._check_returns()
        consumptions._mirror_in_consignors_books()
        consumptions._update_purchases()
        return consumptions

    def _prepare_all_vals(self, move_lines):
        agreements = self._agreements_for(move_lines)
        origins = self._origins_for(move_lines)
        vals_list, problems = [], []
        for line in move_lines:
            origin = origins.get(line, self.browse())
            try:
                vals = self._prepare_vals(line, agreements, origin)
            except MissingPrice:
                problems.append(line)
            else:
                if vals:
                    vals_list.append(vals)
        if problems:
            raise self._missing_price_error(problems)
        return vals_list

    def _update_purchases(self):
        """Let consignment orders say what may be billed for now."""
        self.env["purchase.order.line"]._o2c_consumption_changed(
            self.company_id, self.consignor_id, self.product_id
        )

    def _agreements_for(self, move_lines):
        """The agreements that may price these goods, and their prices, read once.

        :rtype: Agreements
        """
        agreements = self.env["o2c.consignment.agreement"].search(
            [
                ("company_id", "in", move_lines.company_id.ids),
                ("consignor_id", "in", move_lines.owner_id.commercial_partner_id.ids),
                ("state", "in", ("active", "closed")),
            ]
        )
        return Agreements(
            agreements.grouped(lambda a: (a.company_id, a.consignor_id)),
            agreements._terms_by_product(move_lines.product_id),
        )

    def _origins_for(self, move_lines):
        """The consumption that a return or a find undoes, by move line.

        :rtype: dict
        """
        returned = move_lines.move_id.origin_returned_move_id
        delivered = self.search(
            [("move_id", "in", returned.ids), ("kind", "in", ("sale", "use"))]
        )
        origins = {}
        for line in move_lines:
            kind = line._o2c_consumption_kind()
            if kind == "return":
                origins[line] = delivered.filtered(
                    lambda c, line=line: (
                        c.move_id == line.move_id.origin_returned_move_id
                        and c.consignor_id == line.owner_id.commercial_partner_id
                        and c.lot_id == line.lot_id
                    )
                )[:1]
            elif kind == "found":
                origins[line] = self._lost_before(line)
        return origins

    def _lost_before(self, line):
        """The last loss of the same goods that was not found again yet."""
        lost = self.search(
            [
                ("kind", "=", "loss"),
                ("company_id", "=", line.company_id.id),
                ("consignor_id", "=", line.owner_id.commercial_partner_id.id),
                ("product_id", "=", line.product_id.id),
                ("lot_id", "=", line.lot_id.id),
            ]
        )
        found = dict(
            self._read_group(
                [("origin_id", "in", lost.ids), ("kind", "=", "found")],
                ["origin_id"],
                ["quantity:sum"],
            )
        )
        return lost.filtered(lambda c: c.quantity + found.get(c, 0.0) > 0)[:1]

    def _prepare_vals(self, line, agreements, origin):
        kind = line._o2c_consumption_kind()
        quantity = line.quantity_product_uom
        if kind == "found":
            # A count that finds more than was ever lost is a receipt.
            quantity = min(quantity, origin.quantity)
        if not kind or not quantity:
            return None
        agreement, term, unit_cost, sale_price = self._price(line, agreements, origin)
        if kind in ("return", "found"):
            quantity = -quantity
        chargeable = kind != "loss" or (
            agreement._bears_loss(line.lot_id, legal_day(line.date)) == "company"
        )
        if kind == "found":
            chargeable = origin.is_chargeable
        amount = agreement.currency_id.round(quantity * unit_cost) if chargeable else 0
        return {
            **self._prepare_facts(line, kind),
            "agreement_id": agreement.id,
            "agreement_line_id": term.id,
            "origin_id": origin.id,
            "quantity": quantity,
            "currency_id": agreement.currency_id.id,
            "unit_cost": unit_cost,
            "original_unit_cost": unit_cost,
            "amount": amount,
            "is_chargeable": chargeable,
            "state": "open" if chargeable else "waived",
            "sale_unit_price": sale_price,
        }

    def _prepare_facts(self, line, kind):
        """What the move says, with the stored fields that follow from it.

        Odoo would work each of these out on a virtual record per row.
        """
        inside = line.location_id
        if not inside._should_be_valued() and line.location_dest_id._should_be_valued():
            inside = line.location_dest_id
        move = line.move_id
        order = move.sale_line_id.order_id
        customer = order.partner_id or move.picking_id.partner_id
        return {
            "company_id": line.company_id.id,
            "consignor_id": line.owner_id.commercial_partner_id.id,
            "kind": kind,
            "date": line.date,
            "move_line_id": line.id,
            "move_id": move.id,
            "picking_id": move.picking_id.id,
            "product_id": line.product_id.id,
            "lot_id": line.lot_id.id,
            "location_id": inside.id,
            "warehouse_id": inside.warehouse_id.id,
            "sale_line_id": move.sale_line_id.id,
            "sale_order_id": order.id,
            "customer_id": customer.commercial_partner_id.id
            if kind in ("sale", "return")
            else False,
            "settlement_line_id": False,
            "settlement_id": False,
        }

    def _price(self, line, agreements, origin):
        """What a completed move line costs and was sold for.

        :return: agreement, its line, cost of one unit, net sale price of one unit
        """
        if origin:
            # What comes back is credited at what it was charged at.
            agreement = origin.agreement_id
            return (
                agreement,
                origin.agreement_line_id,
                origin._effective_unit_cost(),
                agreement._sale_unit_price(line),
            )
        key = (line.company_id, line.owner_id.commercial_partner_id)
        day = legal_day(line.date)
        candidates = agreements.by_consignor.get(
            key, self.env["o2c.consignment.agreement"]
        )
        agreement = candidates.filtered(lambda a: a._covers(day))[:1]
        if not agreement:
            raise MissingPrice(line.product_id, day)
        sale_price = agreement._sale_unit_price(line)
        cost = agreement._agreed_cost(
            line.product_id,
            day,
            sale_price=sale_price,
            terms=agreements.terms.get((agreement, line.product_id), []),
        )
        unit_cost = round_money(cost.unit_cost, COST_DIGITS[1])
        return agreement, cost.term.key, float(unit_cost), sale_price

    def _missing_price_error(self, lines):
        return UserError(
            "\n".join(
                self.env._(
                    "%(product)s belongs to %(consignor)s, and no agreement in force "
                    "says what it costs on %(date)s. Ask a consignment manager to add "
                    "the price to the agreement.",
                    product=line.product_id.display_name,
                    consignor=line.owner_id.display_name,
                    date=legal_day(line.date),
                )
                for line in lines
            )
        )

    def _check_returns(self):
        """Refuse to take back more of a consignor's goods than were delivered."""
        origins = self.filtered("origin_id").origin_id
        undone = dict(
            self._read_group(
                [
                    ("origin_id", "in", origins.ids),
                    ("kind", "in", ("return", "found")),
                ],
                ["origin_id"],
                ["quantity:sum"],
            )
        )
        for origin in origins:
            left = origin.quantity + undone.get(origin, 0.0)
            if origin.product_uom_id.compare(left, 0) < 0:
                raise UserError(
                    self.env._(
                        "%(quantity)s more of %(product)s would come back than left as "
                        "goods of %(consignor)s. Check the owner on the detailed "
                        "operations.",
                        quantity=f"{-left:g}",
                        product=origin.product_id.display_name,
                        consignor=origin.consignor_id.display_name,
                    )
                )
