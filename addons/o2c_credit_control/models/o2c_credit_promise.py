from collections import defaultdict
from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_amount, format_date

from odoo.addons.o2c_order_gate.models.messages import refused

from ..credit_core import (
    Payment,
    Promise,
    allocate,
    check_promise,
    settle,
)
from .dates import today
from .manager import check_manager

# What the people who follow a promise may still change; the promise itself stands.
OPEN_FIELDS = {"note", "user_id", "channel", "message_follower_ids", "activity_ids"}
DEFAULT_MAX_DAYS = 30
VERDICT_FIELDS = ("state", "paid", "missing", "kept")


class O2cCreditPromise(models.Model):
    """A date and an amount that a customer committed to.

    Made by a collector or by the customer in the portal (`_promise_from_portal`). It is
    decided by payments matched with its invoices and by the date (`_decide`), never by
    hand: a promise not kept stops the customer until what is missing has been paid.

    Invariant: partner, amount, date and invoices never change.
    """

    _name = "o2c.credit.promise"
    _description = "Promise of payment"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('parent_id', '=', False)]",
    )
    move_ids = fields.Many2many(
        "account.move",
        "o2c_credit_promise_move_rel",
        "promise_id",
        "move_id",
        string="Invoices",
        check_company=True,
        domain="[('commercial_partner_id', '=', partner_id), ('state', '=', 'posted'),"
        " ('move_type', '=', 'out_invoice'), ('company_id', '=', company_id),"
        " ('payment_state', 'in', ('not_paid', 'partial'))]",
        help="Left empty: all open invoices of the customer.",
    )
    amount = fields.Monetary(required=True)
    date = fields.Date(
        required=True, index=True, help="The money will be here that day."
    )
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("mail", "E-mail"),
            ("whatsapp", "WhatsApp"),
            ("visit", "Visit"),
            ("portal", "Portal"),
        ],
        required=True,
        default="phone",
    )
    note = fields.Text()
    user_id = fields.Many2one(
        "res.users", string="Collector", default=lambda self: self.env.user
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("kept", "Kept"),
            ("partly", "Partly kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        index=True,
    )
    paid = fields.Monetary(readonly=True, help="Matched with its invoices since then.")
    missing = fields.Monetary(
        readonly=True, help="Still to pay before the promise counts as regularised."
    )
    kept = fields.Monetary("Kept in time", readonly=True)
    instalment = fields.Char(
        readonly=True, help="Which part of a payment in instalments it is."
    )
    last_match = fields.Integer(
        readonly=True,
        help="Technical: matchings up to this one came before the promise.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A promise is of an amount above zero."
    )
    # the customers whom a broken promise stops, without reading history
    _o2c_missing_idx = models.Index(
        "(company_id, partner_id) WHERE state IN ('partly', 'broken') AND missing > 0"
    )

    # ------------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        promises = self.browse()
        for vals in vals_list:
            # one by one: what the first one promises, the second cannot
            promises += super().create([self._accept(vals)])
        return promises

    def _accept(self, vals):
        """Complete the values of a promise, refusing one that cannot be taken.

        :raise ValidationError: with everything that is wrong with it
        """
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        partner = partner.commercial_partner_id
        company = self.env["res.company"].browse(
            vals.get("company_id") or self.env.company.id
        )
        if not partner:
            raise refused(
                "promise",
                self,
                self.env._("Whose promise is it? Choose the customer."),
                ValidationError,
            )
        # two promises at once must not both promise the same debt
        partner._o2c_credit_lock()
        moves = self._promised_moves(vals, partner, company)
        amount = self._number(vals.get("amount"))
        day = fields.Date.to_date(vals.get("date"))
        self._check_acceptable(partner, company, moves, amount, day)
        return {
            **vals,
            "partner_id": partner.id,
            "company_id": company.id,
            "move_ids": [fields.Command.set(moves.ids)],
            "amount": float(amount),
            "state": "open",
            "paid": 0,
            "kept": 0,
            "missing": float(amount),
            "last_match": self._last_match(),
        }

    def _promised_moves(self, vals, partner, company):
        """The invoices that were chosen, or all that are open."""
        chosen = self.new({"move_ids": vals.get("move_ids") or []}).move_ids._origin
        return chosen or self._open_invoices(partner, company)

    def _number(self, value):
        try:
            return Decimal(str(value or 0).strip().replace(",", "."))
        except InvalidOperation:
            raise refused(
                "promise",
                self,
                self.env._("Write the amount as a number."),
                ValidationError,
            ) from None

    def write(self, vals):
        if not self.env.su and not set(vals) <= OPEN_FIELDS:
            raise refused(
                "write",
                self,
                self.env._(
                    "A promise cannot be changed: payments and its date decide it."
                    " Take another promise, or ask a credit manager to cancel this one."
                ),
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise refused(
            "unlink", self, self.env._("Promises of payment cannot be deleted.")
        )

    # ------------------------------------------------------------- acceptance
    def _open_invoices(self, partner, company):
        return self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("commercial_partner_id", "=", partner.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("amount_residual_signed", ">", 0),
            ]
        )

    def _check_acceptable(self, partner, company, moves, amount, day):
        """Refuse what is not the customer's to promise, saying everything at once."""
        if not day:
            raise refused(
                "promise",
                self,
                self.env._("Choose the date of the promise."),
                ValidationError,
            )
        foreign = moves.filtered(
            lambda move: (
                move.commercial_partner_id != partner
                or move.company_id != company
                or move.move_type != "out_invoice"
                or move.state != "posted"
            )
        )
        if foreign:
            raise refused(
                "promise",
                self,
                self.env._(
                    "A promise is about open invoices of the customer and company that"
                    " it names; choose among those."
                ),
                ValidationError,
            )
        policy = self.env["o2c.credit.policy"]._for_partners(partner, company)[
            partner.id
        ]
        errors = check_promise(
            amount,
            day,
            open_amount=self._promisable(moves, company),
            today=today(self.env),
            max_days=policy.promise_max_days if policy else DEFAULT_MAX_DAYS,
        )
        if errors:
            texts = [self._error_text(error, company.currency_id) for error in errors]
            raise refused("promise", self, "\n".join(texts), ValidationError)

    def _promisable(self, moves, company):
        """What invoices owe and other promises in course do not cover."""
        others = self.sudo().search(
            [("state", "=", "open"), ("move_ids", "in", moves.ids)]
        )
        owed = sum(moves.mapped("amount_residual_signed"))
        covered = sum(others.mapped("missing"))
        return Decimal(str(company.currency_id.round(owed - covered)))

    def _error_text(self, error, currency):
        env = self.env
        limit = error.limit
        if error.code == "amount_open":
            limit = format_amount(env, float(limit), currency)
        elif limit:
            limit = format_date(env, limit)
        return {
            "amount_positive": env._("Promise an amount above zero."),
            "amount_cents": env._("An amount has two decimals at most."),
            "no_invoice": env._("There is no open invoice without a promise to pay."),
            "amount_open": env._(
                "Promise at most %(limit)s: that is open.", limit=limit
            ),
            "date_past": env._("The date has passed: promise a day from today on."),
            "date_far": env._("Promise a day up to %(limit)s.", limit=limit),
        }[error.code]

    # --------------------------------------------------------------- deciding
    def action_cancel(self):
        """Take back promises that were recorded by mistake.

        :raise AccessError: unless a credit manager asks
        """
        why_not = self.env._("Only a credit manager cancels a promise.")
        check_manager("cancel", self, why_not, "write")
        if any(promise.state != "open" for promise in self):
            raise refused(
                "cancel",
                self,
                self.env._("Only an open promise can be cancelled, not one decided."),
            )
        self.sudo().write({"state": "cancelled", "missing": 0})
        return True

    @api.private
    def _decide(self):
        """Set the state of promises from their payments and today's date."""
        promises = self.sudo().filtered(lambda p: p.state != "cancelled")
        if not promises:
            return
        # instalments share payments: all promises on these invoices share them out
        family = promises.search(
            [("move_ids", "in", promises.move_ids.ids), ("state", "!=", "cancelled")]
        )
        given = allocate([p._core() for p in family], family._payments())
        day = today(self.env)
        changes = defaultdict(promises.browse)
        for promise in promises:
            owed = sum(promise.move_ids.mapped("amount_residual_signed"))
            verdict = settle(
                promise._core(),
                given[promise.id],
                today=day,
                still_open=Decimal(str(promise.currency_id.round(owed))),
            )
            values = (
                verdict.state,
                float(verdict.paid),
                float(verdict.missing),
                float(verdict.kept),
            )
            if values != tuple(promise[name] for name in VERDICT_FIELDS):
                changes[values] |= promise
        for values, changed in changes.items():
            changed.write(dict(zip(VERDICT_FIELDS, values, strict=True)))

    def _core(self):
        return Promise(
            key=self.id,
            after=self.last_match,
            due=self.date,
            amount=Decimal(str(self.amount)),
            documents=frozenset(self.move_ids.ids),
        )

    def _payments(self):
        """Money matched with the invoices of self; credit notes are not payments."""
        if not self.move_ids:
            return []
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model(["move_id", "date"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.id, debit.move_id, credit.date, part.amount
                  FROM account_partial_reconcile part
                  JOIN account_move_line debit ON debit.id = part.debit_move_id
                  JOIN account_move_line credit ON credit.id = part.credit_move_id
                  JOIN account_move source ON source.id = credit.move_id
                 WHERE debit.move_id IN %s
                   AND source.move_type <> 'out_refund'
                """,
                tuple(self.move_ids.ids),
            )
        )
        return [
            Payment(match, move, day, Decimal(str(amount)))
            for match, move, day, amount in rows
        ]

    def _last_match(self):
        query = SQL("SELECT COALESCE(MAX(id), 0) FROM account_partial_reconcile")
        return self.env.execute_query(query)[0][0]

    @api.model
    def _cron_decide(self):
        """Decide the promises whose date has passed."""
        domain = [("state", "=", "open"), ("date", "<", today(self.env))]
        remaining = self.search_count(domain)
        while promises := self.search(domain, limit=500, order="id"):
            promises._decide()
            remaining = max(0, remaining - len(promises))
            if not self.env["ir.cron"]._commit_progress(
                len(promises), remaining=remaining
            ):
                break
