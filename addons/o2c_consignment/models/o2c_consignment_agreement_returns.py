from odoo import api, fields, models

from ..consignment_core import ReturnTerms, has_expired
from .legal_time import legal_day, legal_today
from .o2c_consignment_agreement import BEARERS

# Long enough to agree on a date and to pack.
RETURN_NOTICE_DAYS = 14


class O2cConsignmentAgreement(models.Model):
    """What may go back to the consignor, until when, and who bears what expires."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.agreement"

    return_policy = fields.Selection(
        [
            ("any", "At any time"),
            ("within", "Within the days agreed"),
            ("never", "Never"),
        ],
        required=True,
        default="any",
        string="Returns to the Consignor",
        help="When unsold goods may go back to him.",
    )
    return_days = fields.Integer(
        string="Days After Receipt",
        help="Goods may go back until so many days after they came. 0: no such limit.",
    )
    return_days_before_expiry = fields.Integer(
        string="Days Before Expiry",
        help="Goods that go back must still last so many days. 0: no such limit.",
    )
    expiry_bearer = fields.Selection(
        BEARERS,
        required=True,
        compute="_compute_expiry_bearer",
        store=True,
        precompute=True,
        readonly=False,
        string="Expired Goods",
        help="Who bears goods whose lot expired in our care.",
    )
    return_terms = fields.Text(
        string="Remarks on Returns", help="Packing, address, who fetches the goods."
    )
    expiry_terms = fields.Text(
        string="Remarks on Expiry", help="Where and how expired goods are destroyed."
    )

    _return_days_positive = models.Constraint(
        "CHECK (return_days >= 0 AND return_days_before_expiry >= 0)",
        "Days for a return cannot be negative.",
    )
    _return_days_given = models.Constraint(
        "CHECK (return_policy != 'within'"
        " OR COALESCE(return_days, 0) + COALESCE(return_days_before_expiry, 0) > 0)",
        "Enter until how many days after receipt, or before expiry, goods may go back.",
    )

    @api.depends("loss_bearer")
    def _compute_expiry_bearer(self):
        # whoever said nothing about expiry means any loss
        for agreement in self:
            if not agreement.expiry_bearer:
                agreement.expiry_bearer = agreement.loss_bearer

    def _return_terms(self):
        """The terms of returns as the core knows them.

        :rtype: consignment_core.ReturnTerms
        """
        self.ensure_one()
        return ReturnTerms(
            self.return_policy, self.return_days, self.return_days_before_expiry
        )

    # === ALERT === #

    @api.model
    def _cron_last_returns(self):
        """Tell the buyers what must go back soon, once a day and once each."""
        agreements = self.search(
            [("state", "=", "active"), ("return_policy", "=", "within")]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(agreements))
        for agreement in agreements:
            agreement._alert_last_returns()
            self.env["ir.cron"]._commit_progress(1)

    def _alert_last_returns(self):
        """Keep one activity for goods whose last days for a return have come."""
        self.ensure_one()
        today = legal_today()
        last = fields.Date.add(today, days=RETURN_NOTICE_DAYS)
        rows = self.env["o2c.consignment.stock.report"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("owner_id", "child_of", self.consignor_id.id),
                ("return_until", ">=", today),
                ("return_until", "<=", last),
            ],
            order="return_until, product_id",
        )
        self._keep_activity(
            "o2c_consignment.mail_activity_type_last_return",
            [
                self.env._(
                    "%(product)s: of %(quantity)s some can go back until %(date)s.",
                    product=row.product_id.display_name,
                    quantity=f"{row.quantity:g}",
                    date=row.return_until,
                )
                for row in rows
            ],
        )

    # === LOSSES === #

    def _bears_loss(self, lot, day):
        """Who bears goods that are lost or thrown away on a day.

        :param lot: ``stock.lot``, empty for goods without lots
        :param date day: in the legal time zone
        :return: company or consignor
        :rtype: str
        """
        self.ensure_one()
        expiry = lot.expiration_date
        expired = has_expired(day, expiry and legal_day(expiry))
        return self.expiry_bearer if expired else self.loss_bearer
