from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..credit_core import Document, plan_reminder
from .dates import today

BATCH = 100


class O2cCreditReminder(models.Model):
    """One message to one customer about all of his open documents.

    Entry point: `_cron_remind`. The message and the record of which document went
    through which step are written in one transaction per batch of customers, and a
    document goes through a step once (unique constraint of the lines): a run that is
    stopped and started again, or two at a time, sends nothing twice.
    """

    _name = "o2c.credit.reminder"
    _description = "Reminder of payment"
    _order = "id desc"
    _check_company_auto = True
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True)
    step_id = fields.Many2one(
        "o2c.credit.ladder.step", string="Tone", required=True, ondelete="restrict"
    )
    channel = fields.Selection(
        [("mail", "E-mail"), ("activity", "Activity for the collector")], required=True
    )
    item_ids = fields.Many2many(
        "account.move.line",
        "o2c_credit_reminder_item_rel",
        "reminder_id",
        "item_id",
        string="Documents",
        help="Everything that was open when the customer was reminded.",
    )
    line_ids = fields.One2many("o2c.credit.reminder.line", "reminder_id")
    amount = fields.Monetary(help="Open on the documents at the time.")

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env._("The log of reminders cannot be changed."))
        return super().write(vals)

    # ------------------------------------------------------------------- run
    @api.model
    def _cron_remind(self):
        """Remind every customer who reached a new step of his ladder."""
        for company in self.env["res.company"].search([("active", "=", True)]):
            if not self.with_company(company)._remind_company(company):
                return

    @api.model
    def _remind_company(self, company):
        """Remind the customers of one company, batch by batch.

        :return: whether there was time for all of them
        """
        ladders = self.env["o2c.credit.ladder"].search(
            [("company_id", "=", company.id)]
        )
        if not ladders.step_ids:
            return True
        last, time_left = 0, True
        while time_left and (payers := self._next_payers(company, ladders, last)):
            last = payers[-1].id
            self._remind_batch(company, ladders, payers)
            # flat memory, however many customers there are
            self.env.cr.flush()
            self.env.invalidate_all()
            time_left = self.env["ir.cron"]._commit_progress(
                len(payers), remaining=len(self._next_payers(company, ladders, last))
            )
        return bool(time_left)

    def _next_payers(self, company, ladders, last):
        """The next customers by id who have a document old enough for some step."""
        self._flush_items()
        horizon = today(self.env) - timedelta(days=min(ladders.step_ids.mapped("days")))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT payer.commercial_partner_id
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner payer ON payer.id = line.partner_id
                 WHERE line.company_id = %s
                   AND line.parent_state = 'posted'
                   AND line.amount_residual > 0
                   AND line.date_maturity <= %s
                   AND account.account_type = 'asset_receivable'
                   AND payer.commercial_partner_id > %s
              ORDER BY payer.commercial_partner_id
                 LIMIT %s
                """,
                company.id,
                horizon,
                last,
                BATCH,
            )
        )
        return self.env["res.partner"].browse(row[0] for row in rows)

    def _remind_batch(self, company, ladders, payers):
        # somebody else is busy with the others: they are for the next run
        payers = payers.try_lock_for_update(allow_referencing=True)
        owed = self._owed_items(company, payers)
        items = self.env["account.move.line"].browse(
            item for documents in owed.values() for item, _move, _due in documents
        )
        sent = self.env["o2c.credit.reminder.line"]._steps_by_item(items)
        paused = self._paused_moves(items.move_id)
        for payer in payers:
            documents = [
                Document(item, due, frozenset(sent[item]), move in paused)
                for item, move, due in owed.get(payer.id, ())
            ]
            steps = ladders._for_partner(payer).step_ids
            plan = plan_reminder(steps._core(), documents, today(self.env))
            if plan:
                self._remind(company, payer, documents, *plan)

    def _owed_items(self, company, payers):
        """{customer id: [(item id, move id, due date)]} of what no payment covers."""
        if not payers:
            return {}
        self._flush_items()
        exposure = self.env["o2c.credit.exposure"]
        rows = self.env.execute_query(
            SQL(
                """
                WITH family AS (
                    SELECT id, commercial_partner_id AS payer FROM res_partner
                     WHERE commercial_partner_id IN %s
                ), %s
                SELECT payer, id, move_id, due FROM aged WHERE owed > 0 ORDER BY due, id
                """,
                tuple(payers.ids),
                exposure._receivable_ctes(company, today(self.env)),
            )
        )
        owed = defaultdict(list)
        for payer, item, move, due in rows:
            owed[payer].append((item, move, due))
        return owed

    def _flush_items(self):
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])

    def _paused_moves(self, moves):
        """Ids of invoices about which the customer promised or complained."""
        promised = self.env["o2c.credit.promise"].search(
            [("state", "=", "open"), ("move_ids", "in", moves.ids)]
        )
        disputed = self.env["o2c.credit.dispute"].search(
            [("state", "=", "open"), ("move_id", "in", moves.ids)]
        )
        return set(promised.move_ids.ids) | set(disputed.move_id.ids)

    def _remind(self, company, payer, documents, step, settles):
        """Write down and send one reminder.

        :param list documents: everything that the customer owes
        :param step: the step of the message
        :param dict settles: steps that each document goes through by it
        """
        rung = self.env["o2c.credit.ladder.step"].browse(step.key)
        items = self.env["account.move.line"].browse(
            document.key for document in documents if not document.paused
        )
        by_mail = rung.channel == "mail" and bool(payer.email)
        reminder = self.create(
            {
                "company_id": company.id,
                "partner_id": payer.id,
                "date": today(self.env),
                "step_id": rung.id,
                "channel": "mail" if by_mail else "activity",
                "item_ids": [fields.Command.set(items.ids)],
                "amount": sum(items.mapped("amount_residual")),
                "line_ids": [
                    fields.Command.create({"item_id": item, "step_id": settled.key})
                    for item, steps in settles.items()
                    for settled in steps
                ],
            }
        )
        if by_mail:
            # the mail queue sends it: a mail server out of reach must not stop the run
            rung.template_id.send_mail(reminder.id, force_send=False)
        else:
            reminder._ask_collector()

    def _ask_collector(self):
        self.ensure_one()
        partner = self.partner_id
        note = self.env._(
            "%(step)s: %(count)s documents, %(amount)s %(currency)s open.",
            step=self.step_id.name,
            count=len(self.item_ids),
            amount=self.amount,
            currency=self.currency_id.name,
        )
        if self.step_id.channel == "mail":
            note += " " + self.env._("The customer has no e-mail address.")
        partner.activity_schedule(
            "mail.mail_activity_data_call",
            user_id=self._collector().id,
            summary=self.env._("Ask for payment"),
            note=note,
        )

    def _collector(self):
        """Who follows this customer: his collector, or somebody of the group."""
        group = self.env.ref("o2c_credit_control.o2c_credit_control_group_collector")
        company = self.company_id
        team = group.all_user_ids.filtered(lambda user: company in user.company_ids)
        return self.partner_id.o2c_collector_id or team[:1] or self.env.user
