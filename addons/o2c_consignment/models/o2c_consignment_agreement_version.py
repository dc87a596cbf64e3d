from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..consignment_core import find_gaps, find_overlaps, find_tiers_without_base
from .legal_time import legal_today


class O2cConsignmentAgreement(models.Model):
    """Versions of a contract: how the next one is made, and what approval asks."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.agreement"

    price_gaps = fields.Text(
        compute="_compute_price_gaps",
        help="Days of the agreement on which goods have no price: they can be neither "
        "ordered nor delivered then.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "date_start",
        "date_end",
        "line_ids.product_id",
        "line_ids.date_start",
        "line_ids.date_end",
        "line_ids.tier_quantity",
        "line_ids.ended_by_id.state",
        "line_ids.cost_change_id.state",
    )
    def _compute_price_gaps(self):
        for agreement in self:
            gaps = []
            if agreement.date_start:
                # a form has lines whose product was not chosen yet
                terms = agreement.line_ids.filtered("product_id")._terms()
                gaps = find_gaps(
                    terms, agreement.date_start, agreement.date_end or None
                )
            agreement.price_gaps = "\n".join(map(agreement._gap_label, gaps))

    def _gap_label(self, gap):
        return self.env._(
            "%(product)s from %(start)s to %(end)s",
            product=gap.product.display_name,
            start=gap.start,
            end=gap.end or "…",
        )

    # === CONSTRAINTS === #

    @api.constrains("previous_version_id", "consignor_id", "company_id")
    def _check_previous_version(self):
        for agreement in self.filtered("previous_version_id"):
            previous = agreement.previous_version_id
            if (previous.consignor_id, previous.company_id) != (
                agreement.consignor_id,
                agreement.company_id,
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s follows %(previous)s: a version keeps consignor and "
                        "company. With another consignor make another agreement.",
                        name=agreement.display_name,
                        previous=previous.display_name,
                    )
                )

    # === A NEW VERSION === #

    def copy_data(self, default=None):
        # Prices that are over, or were taken back, are no part of what is copied.
        vals_list = super().copy_data(default)
        for agreement, vals in zip(self, vals_list, strict=True):
            if "line_ids" in (default or {}):
                continue
            lines = agreement._prepare_prices_from(
                fields.Date.to_date(vals["date_start"])
            )
            kept = {line["product_id"] for line in lines}
            vals["line_ids"] = [Command.create(line) for line in lines]
            vals["place_ids"] = [
                command
                for command in vals.get("place_ids", [])
                if command[2]["product_id"] in kept
            ]
        return vals_list

    def _prepare_prices_from(self, day):
        """Values of the prices that hold on a day or later, for another agreement.

        :param date day: first day of the other agreement
        """
        self.ensure_one()
        vals_list = []
        for line in self.line_ids.sorted("id"):
            end = line._last_day()
            if not line._is_in_force() or (end and end < day):
                continue
            [vals] = line.copy_data()
            vals.pop("agreement_id")
            if line.date_start and line.date_start <= day:
                vals["date_start"] = False
            vals_list.append({**vals, "date_end": end or False})
        return vals_list

    def action_new_version(self):
        """Copy the agreement, with the prices that hold then, into a draft.

        It starts tomorrow, or the day after this one starts.

        :return: the draft
        :rtype: o2c.consignment.agreement
        """
        self.ensure_one()
        first = fields.Date.add(max(legal_today(), self.date_start), days=1)
        version = self.copy({"name": self.name, "date_start": first})
        # what follows what is nobody's to enter
        version.sudo().write(
            {"version": self.version + 1, "previous_version_id": self.id}
        )
        return version

    def action_open_new_version(self):
        version = self.action_new_version()
        return version._get_records_action()

    # === APPROVAL === #

    def _prepare_approval(self):
        """Check the prices, set the company up, and end the version before this one.

        :raises UserError: prices are missing, or this version starts too early
        """
        for agreement in self:
            agreement._check_prices()
            agreement.company_id._o2c_consignment_setup()
            agreement._end_previous_version()

    def _end_previous_version(self):
        self.ensure_one()
        previous = self.previous_version_id
        if previous.state != "active":
            return
        if self.date_start <= previous.date_start:
            raise UserError(
                self.env._(
                    "%(name)s starts on %(start)s, and the version before it on "
                    "%(previous)s. Let it start later.",
                    name=self.display_name,
                    start=self.date_start,
                    previous=previous.date_start,
                )
            )
        last = fields.Date.subtract(self.date_start, days=1)
        if not previous.date_end or previous.date_end > last:
            previous.date_end = last

    def _record_approval(self):
        # nobody enters who approved
        self.sudo().write(
            {"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()}
        )
        for agreement in self.filtered("price_gaps"):
            agreement.message_post(
                body=self.env._(
                    "Approved with days on which goods have no price: %(days)s",
                    days=agreement.price_gaps.replace("\n", "; "),
                )
            )

    def _check_prices(self):
        """Refuse an agreement without prices, with two for a day, or tiers alone.

        :raises ValidationError: for all products at once
        """
        self.ensure_one()
        if not self.line_ids:
            raise ValidationError(
                self.env._("%(name)s has no prices yet.", name=self.display_name)
            )
        problems = self._overlap_problems() + self._tier_problems()
        if problems:
            raise ValidationError("\n".join(problems))

    def _overlap_problems(self):
        self.ensure_one()
        return [
            self.env._(
                "%(product)s has two prices for the same days: %(one)s and "
                "%(other)s. End one before the other starts.",
                product=one.product.display_name,
                one=one.key._price_label(),
                other=other.key._price_label(),
            )
            for one, other in find_overlaps(self._terms())
        ]

    def _tier_problems(self):
        self.ensure_one()
        return [
            self.env._(
                "%(days)s: there is a price from a quantity on, and none before it is "
                "reached. Add a price from quantity 0 for these days.",
                days=self._gap_label(gap),
            )
            for gap in find_tiers_without_base(self._terms())
        ]
