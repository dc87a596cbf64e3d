from odoo import models

from ..consignment_core.returns import (
    EXPIRES_TOO_SOON,
    HERE_TOO_LONG,
    NOT_RETURNABLE,
)
from .legal_time import legal_day, legal_today


class StockMoveLine(models.Model):
    """Goods that go back to their consignor, by the terms of his agreement."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move.line"

    def _o2c_return_problems(self):
        """Why the agreements do not let these goods go back today.

        :return: a message for each problem, empty when all may go
        :rtype: list[str]
        """
        returned = self.filtered(
            lambda line: (
                line.quantity
                and line.location_dest_id.usage == "supplier"
                and line.location_id._should_be_valued()
            )
        )._o2c_of_consignors()
        today = legal_today()
        received = returned._o2c_received_on()
        problems = []
        for (company, owner), lines in returned.grouped(
            lambda line: (line.company_id, line.owner_id)
        ).items():
            agreement = (
                self.env["o2c.consignment.agreement"]
                .sudo()
                ._o2c_find(owner, company, today)
            )
            if agreement:
                problems += [
                    line._o2c_return_message(problem, agreement, received[line])
                    for line in lines
                    for problem in agreement._return_terms().problems(
                        today, received[line], line._o2c_expires_on()
                    )
                ]
        return problems

    def _o2c_expires_on(self):
        """Last day on which these goods are good, or None.

        :rtype: date | None
        """
        expiry = self.lot_id.expiration_date
        return legal_day(expiry) if expiry else None

    def _o2c_received_on(self):
        """When goods came: by the receipt that is undone, else by the oldest in place.

        :return: move line → date, or None
        :rtype: dict
        """
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id", "in", self.location_id.ids),
                    ("owner_id", "in", self.owner_id.ids),
                    ("quantity", ">", 0),
                ],
                ["product_id", "location_id", "owner_id", "lot_id"],
                ["in_date:min"],
            )
        )
        oldest = {tuple(r.id for r in key): moment for *key, moment in rows}
        result = {}
        for line in self:
            key = (line.product_id, line.location_id, line.owner_id, line.lot_id)
            receipt = line.move_id.origin_returned_move_id
            moment = receipt.date or oldest.get(tuple(r.id for r in key))
            result[line] = moment and legal_day(moment)
        return result

    def _o2c_return_message(self, problem, agreement, received_on):
        self.ensure_one()
        facts = {
            "product": self.product_id.display_name,
            "consignor": agreement.consignor_id.display_name,
        }
        if problem == NOT_RETURNABLE:
            return self.env._(
                "%(product)s: by his agreement nothing goes back to %(consignor)s.",
                **facts,
            )
        if problem == HERE_TOO_LONG:
            return self.env._(
                "%(product)s came on %(date)s: it could go back to %(consignor)s "
                "within %(days)s days.",
                date=received_on,
                days=agreement.return_days,
                **facts,
            )
        assert problem == EXPIRES_TOO_SOON, problem
        return self.env._(
            "%(product)s of lot %(lot)s expires on %(date)s: it could go back to "
            "%(consignor)s until %(days)s days before.",
            lot=self.lot_id.name,
            date=self._o2c_expires_on(),
            days=agreement.return_days_before_expiry,
            **facts,
        )
