from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .legal_time import legal_day, legal_today

# What happened, in the order in which it does; nobody enters it.
EVENTS = {"sent_on", "answered_on", "cancelled_on", "mail_state", "mail_error"}
SUMS = {
    "line_count",
    "amount_total",
    "amount_accepted",
    "amount_disputed",
    "amount_billed",
    "amount_to_bill",
}
DAYS = {"date_from", "date_to"}
FACTS = {"company_id", "consignor_id", "currency_id", *DAYS}


class O2cConsignmentSettlement(models.Model):
    """What is due to a consignor for consumptions of a period (liquidación).

    Drawn up with :meth:`_o2c_create_for`, sent (:meth:`action_send`), answered line by
    line (:meth:`action_accept`), billed by his document (:meth:`action_create_bill`)
    or closed without one (:meth:`action_close_without_document`).
    """

    _name = "o2c.consignment.settlement"
    _description = "Consignment Settlement"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "date_to desc, id desc"

    name = fields.Char(required=True, copy=False, default="/", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    consignor_id = fields.Many2one(
        "res.partner", required=True, check_company=True, index=True, tracking=True
    )
    currency_id = fields.Many2one("res.currency", required=True)
    date_from = fields.Date()
    date_to = fields.Date(required=True, default=legal_today)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("accepted", "Accepted"),
            ("disputed", "Disputed"),
            ("billed", "Billed"),
            ("paid", "Paid"),
            ("cancel", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
        help="Follows what was sent, what the consignor answered and his bills.",
    )
    cancelled_on = fields.Datetime(readonly=True, copy=False)
    sent_on = fields.Datetime(readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many("o2c.consignment.settlement.line", "settlement_id")
    line_count = fields.Integer(compute="_compute_amounts", store=True)
    amount_total = fields.Monetary(compute="_compute_amounts", store=True)
    amount_accepted = fields.Monetary(compute="_compute_amounts", store=True)
    amount_disputed = fields.Monetary(compute="_compute_amounts", store=True)
    amount_billed = fields.Monetary(
        compute="_compute_amounts", store=True, help="Due amount of the billed lines."
    )
    amount_to_bill = fields.Monetary(compute="_compute_amounts", store=True)
    bill_ids = fields.One2many("account.move", "o2c_settlement_id", string="Bills")
    bill_count = fields.Integer(compute="_compute_bill_count")

    # === COMPUTE METHODS === #

    @api.depends("line_ids.amount", "line_ids.state", "line_ids.bill_id")
    def _compute_amounts(self):
        # Summed by the database: a settlement may have a hundred thousand lines.
        rows = self.env["o2c.consignment.settlement.line"]._read_group(
            [("settlement_id", "in", self.ids)],
            ["settlement_id", "state", "bill_id"],
            ["amount:sum", "__count"],
        )
        sums = defaultdict(list)
        for settlement, *row in rows:
            sums[settlement.id].append(row)
        for settlement in self:
            settlement._set_amounts(sums[settlement._origin.id])

    def _set_amounts(self, rows):
        """Set the sums; ``rows``: state, bill, amount and count of lines."""
        self.ensure_one()

        def total(wanted=lambda state, bill: True):
            return sum(row[2] for row in rows if wanted(*row[:2]))

        self.line_count = sum(count for *_row, count in rows)
        self.amount_total = total()
        self.amount_accepted = total(lambda state, bill: state == "accepted")
        self.amount_billed = total(lambda state, bill: state == "accepted" and bill)
        self.amount_to_bill = self.amount_accepted - self.amount_billed
        self.amount_disputed = total(lambda state, bill: state == "disputed")

    @api.depends(
        "sent_on",
        "cancelled_on",
        "line_ids.state",
        "line_ids.closed_on",
        "line_ids.bill_id.state",
        "line_ids.bill_id.payment_state",
    )
    def _compute_state(self):
        rows = self.env["o2c.consignment.settlement.line"]._read_group(
            [("settlement_id", "in", self.ids)],
            ["settlement_id", "state", "bill_id", "closed_on:day"],
        )
        answers = defaultdict(list)
        for settlement, *row in rows:
            answers[settlement.id].append(row)
        for settlement in self:
            if settlement.cancelled_on:
                settlement.state = "cancel"
            elif not settlement.sent_on:
                settlement.state = "draft"
            else:
                answered = answers[settlement._origin.id]
                settlement.state = self._state_by_answers(answered)

    @api.model
    def _state_by_answers(self, answers):
        """State of a settlement that was sent.

        :param answers: state, bill and day of being closed without one, as its lines
            have them
        """
        states = {state for state, *_rest in answers}
        if "disputed" in states:
            return "disputed"
        if states != {"accepted"}:
            return "sent"
        open_answers = [bill for _state, bill, closed_on in answers if not closed_on]
        if not all(open_answers):
            return "accepted"
        paid = all(bill.sudo()._o2c_is_paid() for bill in open_answers)
        return "paid" if paid else "billed"

    def _compute_bill_count(self):
        for settlement in self:
            settlement.bill_count = len(settlement.bill_ids)

    def _compute_access_url(self):
        super()._compute_access_url()
        for settlement in self:
            settlement.access_url = f"/my/consignment/settlements/{settlement.id}"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/" or not self.env.su:
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
        settlements = super().create(vals_list)
        if not self.env.su:
            # asked of the records: defaults come from the context too
            entered = [n for n in EVENTS | SUMS if any(settlements.mapped(n))]
            if any(settlement.state != "draft" for settlement in settlements):
                entered.append("state")
            if entered:
                raise self._derived_error(entered)
        return settlements

    def write(self, vals):
        if not self.env.su:
            derived = (EVENTS | SUMS | {"name", "state"}) & vals.keys()
            if derived:
                raise self._derived_error(derived)
            if FACTS & vals.keys():
                self._check_facts_open(FACTS & vals.keys())
        return super().write(vals)

    def _derived_error(self, names):
        """Refuse what follows from the business; for all fields at once."""
        labels = [
            self._fields[name]._description_string(self.env) for name in sorted(names)
        ]
        return UserError(
            self.env._(
                "%(fields)s cannot be entered. In a settlement the state follows what "
                "was sent, what the consignor answered and his bills, and so do the "
                "sums. Use the buttons of the settlement.",
                fields=", ".join(labels),
            )
        )

    def _check_facts_open(self, names):
        """Refuse to change whose settlement it is, and of which days.

        :raises UserError: it was sent, or has lines already
        """
        for settlement in self:
            if settlement.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s was sent: its consignor, days and currency stay. "
                        "Cancel it and draw up another one.",
                        name=settlement.name,
                    )
                )
            if names - DAYS and settlement.line_ids:
                raise UserError(
                    self.env._(
                        "A settlement with lines keeps its consignor and currency."
                    )
                )

    def _note(self, **vals):
        """Record what happened to settlements that the user may change."""
        self.check_access("write")
        self.sudo().write(vals)

    def unlink(self):
        # The lines go first: deleted by the database alone they would leave their
        # consumptions settled.
        self.check_access("unlink")
        self._unlink_except_sent()
        self.sudo().line_ids.unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        kept = self.filtered(lambda s: s.state not in ("draft", "cancel"))
        if kept:
            raise UserError(
                self.env._(
                    "The consignor has seen %(names)s: cancel it, do not delete it.",
                    names=", ".join(kept.mapped("name")),
                )
            )

    # === ACTION METHODS === #

    def action_add_consumptions(self):
        """Take in every open consumption of the consignor up to the last day."""
        for settlement in self:
            settlement._require_state("draft")
            settlement._add(settlement._open_consumptions())

    def action_send(self):
        """Hand the settlement to the consignor, who answers it line by line."""
        for settlement in self:
            settlement._require_state("draft")
            if not settlement.line_count:
                raise UserError(
                    self.env._(
                        "%(name)s has no lines: add consumptions first.",
                        name=settlement.name,
                    )
                )
        self._note(sent_on=fields.Datetime.now())

    def action_cancel(self):
        """Give the consumptions back, open for another settlement."""
        for settlement in self:
            settlement._require_state("draft", "sent", "accepted", "disputed")
            if settlement.line_ids.search_count(settlement._done_domain(), limit=1):
                raise UserError(
                    self.env._(
                        "%(name)s was billed: cancel the bill first.",
                        name=settlement.name,
                    )
                )
        self._note(cancelled_on=fields.Datetime.now())
        self.sudo().line_ids.unlink()

    def action_create_bill(self, reference=None, date=None, amount=None):
        """Book the consignor's document for the accepted lines not billed yet.

        :param str reference: number of his document
        :param date date: date of his document
        :param float amount: its total without taxes, in the settlement's currency;
            None for what is due
        :raises UserError: nothing to bill, or the amount differs beyond the tolerance
        :return: the draft vendor bill
        :rtype: account.move
        """
        self.ensure_one()
        self._require_state("accepted", "disputed")
        return self._create_bill(reference, date, amount)

    def action_open_bills(self):
        return self.bill_ids._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _o2c_create_for(self, consignor, company, consumptions=None, date_to=None):
        """Draw up the settlement of a consignor, with every open consumption.

        :param consumptions: only these, when given
        :param date date_to: last day, today when not given
        :return: the draft settlement, empty when there is nothing to settle
        """
        domain = self.env["o2c.consignment.consumption"]._open_domain(
            consignor, company, date_to
        )
        if consumptions is not None:
            domain &= Domain("id", "in", consumptions.ids)
        found = self.env["o2c.consignment.consumption"]._read_group(
            domain, ["currency_id"], ["id:recordset", "date:min"]
        )
        settlements = self.browse()
        for currency, same, first in found:
            settlement = self.create(
                {
                    "company_id": company.id,
                    "consignor_id": consignor.id,
                    "currency_id": currency.id,
                    "date_from": legal_day(first),
                    "date_to": date_to or legal_today(),
                }
            )
            settlement._add(same)
            settlements |= settlement
        return settlements

    def _open_consumptions(self):
        self.ensure_one()
        Consumption = self.env["o2c.consignment.consumption"]
        domain = Consumption._open_domain(
            self.consignor_id, self.company_id, self.date_to
        ) & Domain("currency_id", "=", self.currency_id.id)
        return Consumption.search(domain)

    def _add(self, consumptions):
        self.ensure_one()
        self.check_access("write")
        # Nobody writes lines himself: their amounts are what was consumed.
        self.env["o2c.consignment.settlement.line"].sudo()._settle(self, consumptions)

    def _require_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(name)s is %(state)s; this can be done only while it is "
                    "%(expected)s.",
                    name=self.name,
                    state=labels[self.state],
                    expected=", ".join(labels[s] for s in states),
                )
            )
