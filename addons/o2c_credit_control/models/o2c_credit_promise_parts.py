from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.o2c_order_gate.models.messages import refused

from ..credit_core import instalments

# in the portal: parts that a customer may choose, one a week
PORTAL_PARTS = ("1", "2", "3", "4")
PORTAL_DAYS = 7


class O2cCreditPromise(models.Model):
    """How promises come in: in parts, and from the portal."""

    # apart from the promise itself: this is about who makes it and in how many parts
    _inherit = "o2c.credit.promise"  # pylint: disable=consider-merging-classes-inherited

    @api.private
    def _promise_in_parts(self, parts, values):
        """Record one promise for each part of a payment.

        :param list parts: (date, amount) of each
        :param dict values: what they have in common
        :raise ValidationError: with what is wrong with one of them; none is taken then
        """
        count = len(parts)
        return self.create(
            [
                {
                    **values,
                    "date": day,
                    "amount": str(amount),
                    "instalment": f"{number}/{count}" if count > 1 else False,
                }
                for number, (day, amount) in enumerate(parts, start=1)
            ]
        )

    @api.private
    def _promise_from_portal(
        self, partner, moves, amount_text, date_text, note, count_text="1"
    ):
        """Take what a customer typed in the portal.

        :param partner: the commercial entity of the user
        :param moves: open invoices that the user may see, all of one company
        :param str amount_text: amount with a decimal point or comma
        :param str date_text: ISO date, of the first part where there are several
        :param str count_text: how many weekly parts
        :raise ValidationError: with everything that is wrong
        """
        try:
            day = fields.Date.from_string((date_text or "").strip())
        except ValueError:
            raise refused(
                "promise",
                self,
                self.env._("The date is not a date: choose one in the calendar."),
                ValidationError,
            ) from None
        if count_text not in PORTAL_PARTS:
            raise refused(
                "promise",
                self,
                self.env._("Choose between 1 and 4 parts."),
                ValidationError,
            )
        parts = [(day, amount_text)]
        amount = self._number(amount_text)
        # an amount that cannot be split is refused as it was written
        if count_text != "1" and day and amount.is_finite() and amount > 0:
            parts = instalments(amount, int(count_text), day, PORTAL_DAYS)
        return self.sudo()._promise_in_parts(
            parts,
            {
                "company_id": moves.company_id.id,
                "partner_id": partner.id,
                "move_ids": [fields.Command.set(moves.ids)],
                "channel": "portal",
                "note": (note or "")[:2000],
                "user_id": False,
            },
        )
