from dataclasses import replace
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from ..consignment_core import Outstanding, undo

# Sales that goods may come back from whose delivery nobody named.
RECENT_SALES = 500


class O2cConsignmentConsumption(models.Model):
    """What a return or a find undoes: goods that left and did not come back yet.

    A return names the move that delivered, which may have had several lines, from two
    places or packages. So what comes back on one line may undo several consumptions,
    and each has a row that names it: no more of it comes back than left, at what it
    was charged at, cost changes included.

    Goods that a customer has and that go from him into scrap or another place that is
    not ours have no row: they were sold, and stay sold.
    """

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.consumption"

    def _undone_by(self, move_lines):
        """What returns and finds undo of what left before.

        :param move_lines: completed ``stock.move.line``, of any kind
        :raises UserError: more would come back than left, for all goods at once
        :return: line of a return or a find → list of consignment_core.Undone, whose
            keys are consumptions; empty for goods that were never lost
        :rtype: dict
        """
        kinds = {line: line._o2c_consumption_kind() for line in move_lines}
        origins = {
            **self._sales_before(move_lines.filtered(lambda m: kinds[m] == "return")),
            **self._losses_before(move_lines.filtered(lambda m: kinds[m] == "found")),
        }
        if not origins:
            return {}
        outstanding = self.union(*origins.values())._outstanding()
        undone, problems = {}, []
        for line, candidates in origins.items():
            undone[line], rest = candidates._undo(line, outstanding)
            # A count that finds more than was ever lost is a receipt.
            if rest and kinds[line] == "return":
                problems.append((line, rest))
        if problems:
            raise self._too_many_error(problems)
        return undone

    def _sales_before(self, returns):
        """Sales that returns may undo: of the moves that they name, or the latest.

        :rtype: dict
        """
        named = returns.move_id.origin_returned_move_id
        sold = self.search([("move_id", "in", named.ids), ("kind", "=", "sale")])
        by_move = sold.grouped(lambda c: (c.move_id, c._goods_key()))
        latest, result = {}, {}
        for line in returns:
            key = self._goods_on(line)
            same = by_move.get((line.move_id.origin_returned_move_id, key))
            if same is None:
                # Rare, so that a search for each product does no harm.
                if key not in latest:
                    latest[key] = self._latest_sales(*key)
                customer = line.picking_id.partner_id.commercial_partner_id
                same = latest[key].sorted(
                    lambda c, lot=line.lot_id, customer=customer: (
                        c.lot_id != lot,
                        c.customer_id != customer,
                    )
                )
            result[line] = same
        return result

    def _latest_sales(self, company, consignor, product, lot):
        return self.search(
            [
                ("company_id", "=", company.id),
                ("consignor_id", "=", consignor.id),
                ("product_id", "=", product.id),
                # what was sold before somebody kept lots has none
                ("lot_id", "in", [lot.id, False]),
                ("kind", "=", "sale"),
            ],
            limit=RECENT_SALES,
        )

    def _losses_before(self, finds):
        """Losses that finds may undo, the last ones first.

        :rtype: dict
        """
        if not finds:
            return {}
        lost = self.search(
            [
                ("kind", "=", "loss"),
                ("company_id", "in", finds.company_id.ids),
                ("consignor_id", "in", finds.owner_id.commercial_partner_id.ids),
                ("product_id", "in", finds.product_id.ids),
            ]
        ).grouped(lambda c: c._goods_key())
        return {line: lost.get(self._goods_on(line), self.browse()) for line in finds}

    def _goods_key(self):
        """Whose goods of which product and lot these are."""
        self.ensure_one()
        return self.company_id, self.consignor_id, self.product_id, self.lot_id

    @api.model
    def _goods_on(self, line):
        """The same of a completed move line."""
        owner = line.owner_id.commercial_partner_id
        return line.company_id, owner, line.product_id, line.lot_id

    def _outstanding(self):
        """How much of these goods did not come back, and what it was charged at.

        :return: consumption → consignment_core.Outstanding
        :rtype: dict
        """
        rows = self._read_group(
            [
                ("origin_id", "in", self.ids),
                ("kind", "in", ("return", "found", "adjustment")),
            ],
            ["origin_id"],
            ["quantity:sum", "amount:sum", "__count"],
        )
        later = {origin: sums for origin, *sums in rows}
        result = {}
        for origin in self:
            quantity, amount, count = later.get(origin, (0.0, 0.0, 0))
            left = origin.product_uom_id.round(origin.quantity + quantity)
            result[origin] = Outstanding(
                origin,
                Decimal(repr(left)),
                Decimal(repr(origin.amount + amount)),
                Decimal(repr(origin._effective_unit_cost())),
                1 + count,
            )
        return result

    def _undo(self, line, outstanding):
        """Take what comes back on a line from what is outstanding of these goods.

        :param dict outstanding: consumption → consignment_core.Outstanding, from which
            what is undone is taken
        :return: list of consignment_core.Undone, quantity that nothing was left for
        """
        quantity = line.product_id.uom_id.round(line.quantity_product_uom)
        parts, rest = undo(
            Decimal(repr(quantity)),
            [outstanding[origin] for origin in self],
            self.currency_id[:1].decimal_places,
        )
        for part in parts:
            left = outstanding[part.key]
            outstanding[part.key] = replace(
                left,
                quantity=left.quantity - part.quantity,
                amount=left.amount - part.amount,
                entries=left.entries + 1,
            )
        return parts, rest

    def _prepare_undoing(self, line, undone):
        """Values of the row for a part of what comes back on a completed line.

        :param undone: consignment_core.Undone
        """
        origin = undone.key
        agreement = origin.agreement_id
        unit_cost = origin._effective_unit_cost()
        return {
            **self._prepare_facts(line, line._o2c_consumption_kind()),
            "agreement_id": agreement.id,
            "agreement_line_id": origin.agreement_line_id.id,
            "origin_id": origin.id,
            "quantity": -float(undone.quantity),
            "currency_id": agreement.currency_id.id,
            "unit_cost": unit_cost,
            "original_unit_cost": unit_cost,
            "amount": -float(undone.amount) if origin.is_chargeable else 0,
            "is_chargeable": origin.is_chargeable,
            "state": "open" if origin.is_chargeable else "waived",
            "sale_unit_price": origin.sale_unit_price,
        }

    def _too_many_error(self, problems):
        """What is wrong with returns.

        :param problems: list of (move line, quantity that nothing was left for)
        """
        return UserError(
            "\n".join(
                self.env._(
                    "%(quantity)s more of %(product)s would come back than left as "
                    "goods of %(consignor)s and are still out. Check the quantity, the "
                    "owner and the lot on the detailed operations; what he sends new "
                    "is received from him.",
                    quantity=f"{float(quantity):g}",
                    product=line.product_id.display_name,
                    consignor=line.owner_id.commercial_partner_id.display_name,
                )
                for line, quantity in problems
            )
        )
