import base64
import logging
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

from odoo import api, fields, models, modules
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..outbox import backoff, courier
from ..outbox.courier import Errand, Result
from ..tools import ecuador

_logger = logging.getLogger(__name__)

BATCH = 64
IN_FLIGHT = 24
PROBES = 4
# Longer than all network calls of one errand together, so that nobody else takes a
# document while its answer may still come.
LEASE = timedelta(minutes=4)
# Workers that meet at a row, of a document or of the circuit, try again: at the latest
# when the others are done.
CONFLICT_TRIES = 5
DUE_STATES = ("signed", "sent", "received")
# A key that reception took but authorisation does not know for this long is asked
# for once more from the start: asking first, then sending the same bytes.
FORGOTTEN_AFTER = timedelta(minutes=30)
RESULT_STATES = {
    Result.RECEIVED: "received",
    Result.REJECTED: "rejected",
    Result.RETURNED: "returned",
    Result.UNKNOWN: "sent",
}


class O2cSriDocument(models.Model):
    """The outbox: documents that are signed and wait for the SRI.

    Any number of workers drain it. A worker takes documents by writing a lease
    (state ``sent``, a try counted, the next one minutes away) and committing that
    before it calls the SRI; killed at any point, the next worker asks what became of
    the key. Answers of a try that somebody else has taken over are dropped.
    """

    # One file a topic, none above 400 lines.
    _inherit = "o2c.sri.document"  # pylint: disable=consider-merging-classes-inherited

    # === CRON METHODS === #

    @api.model
    def _cron_outbox(self):
        """Send and ask for what is due, until nothing is or the time is over."""
        cron = self.env["ir.cron"]
        taken = self._o2c_take_turn()
        while taken:
            self._o2c_process(taken)
            # what was sent is of no more use: memory stays flat however many wait
            self.env.invalidate_all()
            left = self._o2c_due_count()
            if self._o2c_can_commit():
                if not cron._commit_progress(len(taken), remaining=left):
                    break
            taken = self._o2c_take_turn()
        self._o2c_schedule()

    @api.model
    def _o2c_due_domain(self):
        closed = self.env["o2c.sri.circuit"].sudo()._o2c_closed_domain()
        if self.env["res.company"]._o2c_is_neutralised():
            closed.append(("environment", "=", "1"))
        return [
            ("state", "in", DUE_STATES),
            ("next_try", "<=", fields.Datetime.now()),
            *closed,
        ]

    @api.model
    def _o2c_due_count(self):
        return self.sudo().search_count(self._o2c_due_domain(), limit=BATCH * 10)

    @api.model
    def _o2c_due(self):
        """Return due documents that no other worker is taking, oldest first.

        A few of those whose environment did not answer: they probe whether it is back.
        """
        due = self.sudo().search(self._o2c_due_domain(), order="id", limit=BATCH * 2)
        probes = dict.fromkeys(self.env["o2c.sri.circuit"].sudo()._o2c_probing(), 0)
        if probes:
            taken = due.browse()
            for document in due:
                group = (document.company_id.id, document.environment)
                if group in probes:
                    probes[group] += 1
                if probes.get(group, 0) <= PROBES:
                    taken |= document
            due = taken
        return due.try_lock_for_update(limit=BATCH)

    @api.model
    def _o2c_schedule(self):
        """Wake the outbox when the next document is due."""
        first = self.sudo().search(
            [("state", "in", DUE_STATES), ("next_try", "!=", False)],
            order="next_try, id",
            limit=1,
        )
        if first:
            self._o2c_trigger(at=first.next_try)

    @api.model
    def _o2c_take_turn(self):
        """Lock what is due; look again when another worker took it in this moment."""
        for left in reversed(range(CONFLICT_TRIES)):
            try:
                return self._o2c_due()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if not left or not self._o2c_can_commit():
                    raise
                # nothing is pending here: everything before was committed
                self.env.cr.rollback()

    @api.model
    def _o2c_trigger(self, at=None):
        cron = self.env.ref("o2c_sri_einvoice.ir_cron_outbox", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(at=at)

    # === BUSINESS METHODS === #

    def _o2c_process(self, batch=None):
        """Carry documents to the SRI and store what it answers.

        :param batch: documents locked by the caller; ``self`` when omitted.
        """
        batch = (self if batch is None else batch).sudo()
        errands = batch._o2c_take()
        if not errands:
            return
        clients = {
            group: batch.browse(ids[0]).company_id._o2c_sri_client(group[1])
            for group, ids in self._o2c_groups(batch, errands).items()
        }
        with ThreadPoolExecutor(max_workers=IN_FLIGHT) as pool:
            futures = [
                pool.submit(courier.deliver, clients[group], errand)
                for group, errand in errands
            ]
            for (_group, errand), future in zip(errands, futures, strict=True):
                self._o2c_settle(errand, future.result)

    @api.model
    def _o2c_groups(self, batch, errands):
        groups = {}
        for group, errand in errands:
            groups.setdefault(group, []).append(errand.document_id)
        return groups

    def _o2c_take(self):
        """Lease documents and commit that, so that a crash is an unknown outcome.

        :return: list of ((company id, environment), Errand)
        """
        now = fields.Datetime.now()
        errands = []
        for document in self.with_context(bin_size=False):
            errands.append(
                (
                    (document.company_id.id, document.environment),
                    document._o2c_prepare_errand(),
                )
            )
            document.write(
                {
                    "state": "sent" if document.state == "signed" else document.state,
                    "attempts": document.attempts + 1,
                    "first_sent_on": document.first_sent_on or now,
                    "next_try": now + LEASE,
                }
            )
        self._o2c_commit()
        return errands

    def _o2c_prepare_errand(self):
        corrected = self.corrected_on
        return Errand(
            document_id=self.id,
            attempt=self.attempts + 1,
            access_key=self.access_key,
            xml=base64.b64decode(self.signed_xml),
            ask_first=bool(self.state != "signed" or self.attempts),
            may_send=self.state != "received" or self._o2c_is_forgotten(),
            corrected_on=corrected and corrected.replace(tzinfo=timezone.utc),
        )

    def _o2c_is_forgotten(self):
        received = self.received_on
        return received and fields.Datetime.now() - received > FORGOTTEN_AFTER

    @api.model
    def _o2c_settle(self, errand, get_report):
        """Store one answer in a transaction of its own.

        :param get_report: returns the Report, or raises what went wrong in a thread.
        """
        document = self.sudo().browse(errand.document_id)
        for left in reversed(range(CONFLICT_TRIES)):
            try:
                report = get_report()
                with self.env.cr.savepoint():
                    document._o2c_apply(report)
                break
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Another worker changed the same circuit: what the SRI said is still
                # in memory, so say it again to the database as it is now.
                if not left or not self._o2c_can_commit():
                    raise
                self.env.cr.rollback()
            except Exception:
                # One answer that cannot be stored must not lose those of the others;
                # the lease ends, and the document is asked for again.
                _logger.exception("Could not store the SRI's answer on %s", document.id)
                break
        self._o2c_commit()

    def _o2c_apply(self, report):
        """Change the state by what came of a try, unless somebody took it over."""
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["attempts", "state"])
        if self.attempts != report.errand.attempt or self.state not in DUE_STATES:
            return
        self.env["o2c.sri.circuit"]._o2c_record(self, report)
        # what is stored is read by everybody: in the company's language
        lang = self.company_id.partner_id.lang or "es"
        words = [message.words(lang) for message in report.messages]
        for message, text in zip(report.messages, words, strict=True):
            self._o2c_note(message.identifier, text, message.additional, message.kind)
        if report.result is Result.AUTHORISED:
            self._o2c_authorise(report.authorisation)
            return
        vals = {
            "state": RESULT_STATES[report.result],
            "next_try": self._o2c_next_try(report.result),
            "unanswered": (
                self.unanswered + 1 if report.result is Result.UNKNOWN else 0
            ),
            "cause": words[0] if words else False,
            "number_taken": report.number_taken,
        }
        if report.result is Result.RECEIVED and not self.received_on:
            vals["received_on"] = fields.Datetime.now()
        if report.result in (Result.REJECTED, Result.RETURNED):
            self._o2c_alert_refusal()
        if self.state == "received" and report.result is Result.UNKNOWN:
            # It was received: not being able to ask does not make that unsure.
            vals["state"] = "received"
        self.write(vals)

    def _o2c_next_try(self, result):
        if result in (Result.REJECTED, Result.RETURNED):
            return False
        if result is Result.RECEIVED:
            seconds = backoff.until_poll(self.attempts - 1)
        else:
            # Spread, not secrecy: any generator does.
            chance = random.random()  # noqa: S311
            seconds = backoff.until_retry(self.unanswered + 1, chance)
        return fields.Datetime.now() + timedelta(seconds=seconds)

    def _o2c_authorise(self, authorisation):
        """Keep the authorisation verbatim and hand the document over to mailing."""
        moment = authorisation.date
        now = fields.Datetime.now()
        signed = self.corrected_on or self.create_date
        self.write(
            {
                "state": "authorised",
                "authorised_xml": base64.b64encode(authorisation.wrapper),
                "authorised_on": ecuador.as_utc(moment) if moment else False,
                "received_on": self.received_on or now,
                "next_try": False,
                "unanswered": 0,
                "cause": False,
                "seconds_to_authorise": max(0, (now - signed).total_seconds()),
                "mail_state": "pending",
            }
        )
        self._o2c_trigger_delivery()

    def _o2c_alert_refusal(self):
        """Tell the responsible user that a document waits for a correction."""
        user = self.company_id.o2c_sri_responsible_id
        target = self._o2c_origin()
        if user and target:
            target.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("The SRI refused %s", self.display_name),
                user_id=user.id,
            )

    def _o2c_origin(self):
        """Return the business record that the document was issued for."""
        return self.move_id or self.picking_id or self.withholding_id

    # === ACTION METHODS === #

    def action_send_now(self):
        """Send, or ask for the outcome of, documents that wait."""
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        self.check_access("read")
        waiting = self.sudo().filtered(lambda d: d.state in DUE_STATES)
        if not waiting:
            raise UserError(
                self.env._("Nothing is waiting for the SRI among these documents.")
            )
        locked = waiting.try_lock_for_update()
        if not locked:
            raise UserError(
                self.env._("They are being sent at this moment: look again shortly.")
            )
        locked._o2c_process()

    # === TRANSACTIONS === #

    @api.model
    def _o2c_can_commit(self):
        return not modules.module.current_test

    @api.model
    def _o2c_commit(self):
        """Make what is known durable before and after each network call."""
        if self._o2c_can_commit():
            self.env.cr.commit()  # pylint: disable=invalid-commit
        else:
            self.env.flush_all()
