from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, format_amount

from odoo.addons.o2c_order_gate.models.messages import refused

from ..credit_core import Document, plan_reminder
from .dates import today
from .o2c_credit_ladder_step import CHANNELS

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
    channel = fields.Selection(CHANNELS, required=True)
    text = fields.Text(compute="_compute_text")
    whatsapp_url = fields.Char(compute="_compute_text")
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
            raise refused(
                "write", self, self.env._("The log of reminders cannot be changed.")
            )
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
        values = []
        for payer in payers:
            documents = [
                Document(item, due, frozenset(sent[item]), move in paused)
                for item, move, due in owed.get(payer.id, ())
            ]
            steps = ladders._for_partner(payer).step_ids
            plan = plan_reminder(steps._core(), documents, today(self.env))
            if plan:
                values.append(self._values(company, payer, documents, *plan))
        self.create(values)._send()

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
                SELECT payer, id, move_id, due FROM owed WHERE owed > 0 ORDER BY due, id
                """,
                tuple(payers.ids),
                exposure._owed_ctes(company),
            )
        )
        owed = defaultdict(list)
        for payer, item, move, due in rows:
            owed[payer].append((item, move, due))
        return owed

    def _flush_items(self):
        self.env["o2c.credit.exposure"]._flush_receivable()

    def _paused_moves(self, moves):
        """Ids of invoices about which the customer promised or complained."""
        promised = self.env["o2c.credit.promise"].search(
            [("state", "=", "open"), ("move_ids", "in", moves.ids)]
        )
        disputed = self.env["o2c.credit.dispute"].search(
            [("state", "=", "open"), ("move_id", "in", moves.ids)]
        )
        return set(promised.move_ids.ids) | set(disputed.move_id.ids)

    def _values(self, company, payer, documents, step, settles):
        """Values of one reminder.

        :param list documents: everything that the customer owes
        :param step: the step of the message
        :param dict settles: steps that each document goes through by it
        """
        rung = self.env["o2c.credit.ladder.step"].browse(step.key)
        items = self.env["account.move.line"].browse(
            document.key for document in documents if not document.paused
        )
        return {
            "company_id": company.id,
            "partner_id": payer.id,
            "date": today(self.env),
            "step_id": rung.id,
            "channel": rung._channel_for(payer),
            "item_ids": [fields.Command.set(items.ids)],
            "amount": sum(items.mapped("amount_residual")),
            "line_ids": [
                fields.Command.create({"item_id": item, "step_id": settled.key})
                for item, steps in settles.items()
                for settled in steps
            ],
        }

    def _send(self):
        """Put mails into the queue, and leave the rest to the collectors."""
        by_mail = self.filtered(lambda reminder: reminder.channel == "mail")
        for template, reminders in by_mail.grouped(
            lambda reminder: reminder.step_id.template_id
        ).items():
            # the mail queue sends it: a mail server out of reach must not stop the run
            template.send_mail_batch(reminders.ids, force_send=False)
        (self - by_mail)._ask_collectors()

    def _ask_collectors(self):
        """Leave what a person has to send, print or say to the customers' collectors.

        A run may leave hundreds to one of them: they stand in his worklist, and no mail
        tells him of each.
        """
        call = self.env.ref("mail.mail_activity_data_call")
        customers = self.env["ir.model"]._get_id("res.partner")
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        activities.create(
            [
                {
                    "activity_type_id": call.id,
                    "automated": True,
                    "res_model_id": customers,
                    "res_id": reminder.partner_id.id,
                    **reminder._prepare_activity(),
                }
                for reminder in self
            ]
        )

    def _prepare_activity(self):
        """What the collector has to do with this reminder, as values of an activity."""
        self.ensure_one()
        partner = self.partner_id
        rung = self.step_id
        summaries = {
            "whatsapp": self.env._("Send the WhatsApp"),
            "letter": self.env._("Print and send the letter"),
        }
        note = self.env._(
            "%(step)s: %(count)s documents, %(amount)s open.",
            step=rung.name,
            count=len(self.item_ids),
            amount=format_amount(self.env, self.amount, self.currency_id),
        )
        missing = {
            "mail": self.env._("The customer has no e-mail address."),
            "whatsapp": self.env._("The customer has no telephone for WhatsApp."),
        }
        if self.channel == "activity" and rung.channel in missing:
            note = f"{note} {missing[rung.channel]}"
        if self.channel == "whatsapp":
            link = Markup('<a href="%s" target="_blank">WhatsApp</a>')
            note = Markup("%s %s") % (note, link % self.whatsapp_url)
        return {
            "user_id": partner._o2c_credit_follower(self.company_id).id,
            "summary": summaries.get(self.channel, self.env._("Ask for payment")),
            "note": note,
        }

    # ------------------------------------------------------- WhatsApp, letter
    @api.depends("item_ids", "step_id", "partner_id")
    def _compute_text(self):
        for reminder in self:
            partner = reminder.partner_id
            step = reminder.step_id.with_context(lang=partner.lang)
            reminder.text = partner._o2c_credit_message(
                step.message or "", reminder.item_ids, reminder.company_id
            )
            reminder.whatsapp_url = partner._o2c_whatsapp_url(reminder.text)

    def action_whatsapp(self):
        """Open WhatsApp with the message written; the collector sends it.

        :raise UserError: when the customer has no number that WhatsApp takes
        """
        self.ensure_one()
        return self.partner_id._o2c_action_whatsapp(self.text)
