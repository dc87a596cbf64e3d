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
        consumptions._mirror_in_consignors_books()
        consumptions._update_purchases()
        return consumptions

    def _prepare_all_vals(self, move_lines):
        agreements = self._agreements_for(move_lines)
        undone = self._undone_by(move_lines)
        vals_list, problems = [], []
        for line in move_lines:
            try:
                if line in undone:
                    vals_list += [
                        self._prepare_undoing(line, part) for part in undone[line]
                    ]
                else:
                    vals_list.append(self._prepare_vals(line, agreements))
            except MissingPrice:
                problems.append(line)
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
        agreements = self.env["o2c.consignment.agreement"].search_fetch(
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

    def _prepare_vals(self, line, agreements):
        kind = line._o2c_consumption_kind()
        quantity = line.quantity_product_uom
        agreement, term, unit_cost, sale_price = self._price(line, agreements)
        chargeable = kind != "loss" or (
            agreement._bears_loss(line.lot_id, legal_day(line.date)) == "company"
        )
        amount = agreement.currency_id.round(quantity * unit_cost) if chargeable else 0
        return {
            **self._prepare_facts(line, kind),
            "agreement_id": agreement.id,
            "agreement_line_id": term.id,
            "origin_id": False,
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
        inside, other = line.location_id, line.location_dest_id
        # straight from the consignor to a customer and back: his place stands for ours
        if not inside._should_be_valued() and (
            other._should_be_valued() or other.usage == "supplier"
        ):
            inside = other
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

    def _price(self, line, agreements):
        """What a completed move line costs and was sold for.

        :return: agreement, its line, cost of one unit, net sale price of one unit
        """
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
