from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError


class StockMoveLine(models.Model):
    """Nobody's goods leave in somebody else's name."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _o2c_check_not_negative(self):
        """Refuse to take more of somebody's goods than there are of them.

        What is a consignor's cannot be owed to him before he brought it. Our own stock
        may be negative until it is counted, but not where his goods lie: they would be
        the ones that left, and nobody would owe him for them.

        :raises UserError: for all products at once
        """
        taken = self.filtered(
            lambda line: (
                line.quantity
                and line.location_id._should_be_valued()
                and line._o2c_consignors()
            )
        )
        # nearly always there is enough of everything: asked in one short answer
        if not taken._o2c_groups_there([("quantity:sum", "<", 0)]):
            return
        there = taken._o2c_quantities_there()
        problems = dict.fromkeys(
            problem
            for line in taken
            for problem in line._o2c_shortages(there[line._o2c_quant_key()])
        )
        if problems:
            raise UserError("\n".join(problems))

    def _o2c_consignors(self):
        """Ids of all consignors of the company."""
        return self.env["o2c.consignment.agreement"]._o2c_issue_orders(
            self.company_id.id
        )

    def _o2c_quant_key(self):
        return self.product_id, self.location_id, self.lot_id, self.package_id

    def _o2c_quantities_there(self):
        """What is left where these goods were taken from.

        Summed: goods that another transfer is moving have a row of their own until
        core merges them. What it takes and has not committed is not seen; goods that
        were reserved are safe from it.

        :return: product, place, lot and package → owner → quantity
        :rtype: dict
        """
        there = defaultdict(dict)
        for *key, owner, quantity in self._o2c_groups_there():
            there[tuple(key)][owner] = quantity
        return there

    def _o2c_groups_there(self, having=()):
        if not self:
            return []
        return (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id", "in", self.location_id.ids),
                    ("lot_id", "in", [*self.lot_id.ids, False]),
                    ("package_id", "in", [*self.package_id.ids, False]),
                ],
                ["product_id", "location_id", "lot_id", "package_id", "owner_id"],
                ["quantity:sum"],
                having=having,
            )
        )

    def _o2c_shortages(self, by_owner):
        """What is wrong with what is left where these goods were taken from.

        :param dict by_owner: owner → quantity
        :return: messages
        :rtype: list[str]
        """
        self.ensure_one()
        consignors = self._o2c_consignors()
        us = (self.env["res.partner"], self.company_id.partner_id)
        same = us if self.owner_id in us else (self.owner_id,)
        left = sum(by_owner.get(owner, 0.0) for owner in same)
        if self.product_id.uom_id.compare(left, 0) >= 0:
            return []
        facts = {
            "missing": f"{-left:g}",
            "product": self.product_id.display_name,
            "owner": self.owner_id.display_name or self.company_id.name,
            "place": self.location_id.display_name,
        }
        if self.owner_id.commercial_partner_id.id in consignors:
            return [
                self.env._(
                    "%(missing)s of %(product)s would be missing from the goods of "
                    "%(owner)s in %(place)s. Receive or count them first, or correct "
                    "the owner on the detailed operations.",
                    **facts,
                )
            ]
        return [
            self.env._(
                "%(missing)s of %(product)s in %(place)s would leave as goods of "
                "%(owner)s, who has no more there, and %(consignor)s has "
                "%(available)s. Set the owner on the detailed operations to the one "
                "whose goods leave, or count the goods of %(owner)s first.",
                consignor=owner.display_name,
                available=f"{quantity:g}",
                **facts,
            )
            for owner, quantity in by_owner.items()
            if owner.commercial_partner_id.id in consignors and quantity > 0
        ]
