from odoo import api, fields, models

from ..consignment_core import last_closed_period
from .legal_time import legal_day


class O2cConsignmentSettlement(models.Model):
    """Settlements by the calendar of the agreements."""

    _inherit = "o2c.consignment.settlement"

    @api.model
    def _cron_draw_up(self):
        """Draw up and send the settlements of every period that is over.

        One agreement at a time and committed, so that one that fails keeps nobody
        else's, and any number of workers share the work.
        """
        today = legal_day(fields.Datetime.now())
        due = self._agreements_due(today)
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for agreement in due:
            locked = agreement.try_lock_for_update()
            if locked and locked._is_due(today):
                self._draw_up(locked, today)
            self.env["ir.cron"]._commit_progress(1)

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
        agreement.settled_until = period.end
        return settlements


class O2cConsignmentAgreement(models.Model):
    _inherit = "o2c.consignment.agreement"

    def _is_due(self, today):
        """Whether a period ended since the last settlement by the calendar."""
        self.ensure_one()
        end = last_closed_period(self.settlement_calendar, today).end
        return end >= self.date_start and (
            not self.settled_until or self.settled_until < end
        )
