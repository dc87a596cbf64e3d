import logging

from odoo import api, models

from ..consignment_core import last_closed_period
from .cron_turns import take_turns
from .legal_time import legal_today

_logger = logging.getLogger(__name__)
NOT_DRAWN_UP = "o2c_consignment.mail_activity_type_not_drawn_up"


class O2cConsignmentSettlement(models.Model):
    """Drawn up by the calendar of each agreement."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.settlement"

    @api.model
    def _cron_draw_up(self):
        """Draw up and send the settlements of every period that is over.

        One agreement at a time and committed, so that one that fails keeps nobody
        else's, and any number of workers share the work.
        """
        today = legal_today()

        def draw_up(agreement):
            if agreement._is_due(today):
                self._draw_up(agreement, today)
                agreement._keep_activity(NOT_DRAWN_UP, [])

        take_turns(self._agreements_due(today), draw_up, self._tell_not_drawn_up)

    @api.model
    def _tell_not_drawn_up(self, agreement, error):
        """Tell the buyer why nothing was drawn up; the cron tries again tomorrow."""
        _logger.warning(
            "Settlement of %s was not drawn up", agreement.display_name, exc_info=error
        )
        agreement._keep_activity(
            NOT_DRAWN_UP,
            [
                self.env._(
                    "The settlement was not drawn up, and will be tried again "
                    "tomorrow: %(reason)s",
                    reason=str(error) or type(error).__name__,
                )
            ],
        )

    def _agreements_due(self, today):
        agreements = self.env["o2c.consignment.agreement"].search(
            [
                ("state", "in", ("active", "closed")),
                ("settlement_calendar", "!=", "manual"),
            ]
        )
        return agreements.filtered(lambda a: a._is_due(today))

    def _draw_up(self, agreement, today):
        period = last_closed_period(agreement.settlement_calendar, today)
        settlements = self.with_company(agreement.company_id)._o2c_create_for(
            agreement.consignor_id, agreement.company_id, date_to=period.end
        )
        settlements.action_send()
        agreement.sudo().settled_until = period.end
        return settlements
