from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_compare

from odoo.addons.o2c_sri_einvoice.sri_core import access_key as sri_key
from odoo.addons.o2c_sri_einvoice.sri_core import parser
from odoo.addons.o2c_sri_einvoice.sri_core.errors import ParseError

from ..portal_core import access_key as pasted_key
from ..portal_core import alerts

INVOICE = "01"
MAX_REASON = 500


class O2cConsignmentSettlement(models.Model):
    _inherit = "o2c.consignment.settlement"

    o2c_reminded_on = fields.Datetime(readonly=True, copy=False)

    # === NEWS === #

    def action_send(self):
        # EXTENDS o2c_consignment
        result = super().action_send()
        self._o2c_emit(alerts.SETTLEMENT)
        return result

    def action_accept(self, answers=None):
        # EXTENDS o2c_consignment
        result = super().action_accept(answers)
        self.filtered(lambda s: s.state == "accepted")._o2c_emit(alerts.TO_BILL)
        self.filtered(lambda s: s.state == "disputed")._o2c_emit(alerts.DISPUTE)
        return result

    def message_post(self, **kwargs):
        # EXTENDS mail: what we write to the supplier is news for him
        message = super().message_post(**kwargs)
        by_us = message.author_id.user_ids.filtered(lambda user: not user.share)
        if by_us and message.subtype_id == self.env.ref("mail.mt_comment"):
            self._o2c_emit(alerts.DISPUTE)
        return message

    def _o2c_emit(self, kind):
        self.env["o2c.supplier.event"]._o2c_emit(
            [
                {
                    "company_id": settlement.company_id.id,
                    "consignor_id": settlement.consignor_id.id,
                    "kind": kind,
                    "res_id": settlement.id,
                    "label": settlement.name,
                    "amount": settlement.amount_total,
                }
                for settlement in self
                if settlement.sent_on
            ]
        )

    @api.model
    def _cron_o2c_remind(self):
        """Remind suppliers each week of what they accepted and did not bill."""
        week = fields.Datetime.now() - timedelta(days=7)
        due = self.search(
            [
                ("state", "=", "accepted"),
                ("amount_to_bill", ">", 0),
                ("answered_on", "<", week),
                "|",
                ("o2c_reminded_on", "=", False),
                ("o2c_reminded_on", "<", week),
            ]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for settlement in due:
            # who writes beside it, as his bill, refers to it and does not hold it
            locked = settlement.try_lock_for_update(allow_referencing=True)
            if locked and not (
                locked.o2c_reminded_on and locked.o2c_reminded_on >= week
            ):
                locked.o2c_reminded_on = fields.Datetime.now()
                locked._o2c_emit(alerts.TO_BILL)
            if not cron._commit_progress(len(locked)):
                break

    # === CHOICE === #

    @api.model
    def _o2c_supplier_settle(self, consignor, company, chosen):
        """Draw up what is due for sales that the supplier chose, ready for his answer.

        What he owes us, for goods that came back or cost less, goes along whether he
        chose it or not: he would bill more than is due. Of two colleagues who choose
        the same sale at once, the second is refused.

        :param chosen: consumptions that were found in the user's scope
        :raises UserError: none chosen, settled by somebody else meanwhile, or nothing
            is due for all of them together
        :return: the settlements, one for each currency
        """
        if not chosen:
            raise UserError(self.env._("Choose at least one sale."))
        Consumption = self.env["o2c.consignment.consumption"]
        owed_back = Consumption.search(
            Consumption._open_domain(consignor, company)
            & Domain("amount", "<", 0)
            & Domain("currency_id", "in", chosen.currency_id.ids)
        )
        chosen |= owed_back
        chosen._o2c_lock_open()
        settlements = self.with_company(company)._o2c_create_for(
            consignor, company, chosen
        )
        for settlement in settlements:
            if settlement.amount_total <= 0:
                raise UserError(
                    self.env._(
                        "Goods that came back are worth as much as what you chose: "
                        "choose more sales."
                    )
                )
        settlements.action_send()
        for settlement in settlements:
            settlement._o2c_tell_choice()
        return settlements

    def _o2c_tell_choice(self):
        text = self.env._(
            "%(user)s chose what is settled: %(count)s lines.",
            user=self.env.user.name,
            count=self.line_count,
        )
        self.message_post(body=text, author_id=self.env.user.partner_id.id)
        self.env["o2c.supplier.access.log"]._o2c_log(
            "action", f"{self.name}: {text}", company=self.company_id
        )

    # === ANSWER === #

    def _o2c_supplier_answer(self, reasons, *, accept_rest):
        """Record what the supplier's user answered, as that user.

        Two colleagues who answer at once follow one another: the second sees the
        first one's answer. Callers looked the settlement up in the user's scope.

        :param dict reasons: settlement line id → why it is disputed, or False for
            "accepted after all"
        :param bool accept_rest: accept every line that is still to be answered
        :raises UserError: nothing to answer, lines that are billed, reasons too long
        """
        self.ensure_one()
        self._o2c_wait_for_turn()
        self._o2c_check_reasons(reasons)
        answers = dict(reasons)
        if accept_rest:
            pending = self.line_ids.filtered(lambda line: line.state == "pending")
            answers = {**dict.fromkeys(pending.ids, False), **answers}
        if not answers:
            raise UserError(
                self.env._(
                    "There is nothing to answer in %(name)s: every line was answered "
                    "already, or no line was chosen.",
                    name=self.name,
                )
            )
        self.action_accept(answers)
        self._o2c_tell_answer(answers)

    def _o2c_check_reasons(self, reasons):
        if any(len(reason or "") > MAX_REASON for reason in reasons.values()):
            raise UserError(
                self.env._(
                    "A reason is too long: at most %(count)s characters.",
                    count=MAX_REASON,
                )
            )
        billed = self.line_ids.filtered("bill_id")
        if set(billed.ids) & set(reasons):
            raise UserError(
                self.env._(
                    "Lines of %(name)s that were billed cannot be answered again.",
                    name=self.name,
                )
            )

    def _o2c_tell_answer(self, answers):
        disputed = sum(1 for reason in answers.values() if reason)
        text = self.env._(
            "%(user)s accepted %(accepted)s lines and disputed %(disputed)s.",
            user=self.env.user.name,
            accepted=len(answers) - disputed,
            disputed=disputed,
        )
        self.message_post(body=text, author_id=self.env.user.partner_id.id)
        self.env["o2c.supplier.access.log"]._o2c_log(
            "action", f"{self.name}: {text}", company=self.company_id
        )

    # === FACTURA === #

    def _o2c_supplier_register_bill(self, text, xml=None):
        """Book the supplier's authorised factura as the draft bill of the settlement.

        What the supplier sends only names the document: it is fetched from the SRI,
        whose copy counts. Callers looked the settlement up in the user's scope.

        :param str text: access key as it was pasted
        :param bytes xml: the document instead, bare or in its authorisation
        :raises UserError: no key, another issuer's, not authorised, registered already,
            or an amount that differs from what is due by more than the tolerance
        :return: the draft vendor bill
        """
        self.ensure_one()
        key = self._o2c_own_key(self._o2c_key_of(xml) if xml else text)
        # before any lock: nobody waits for the SRI but who asked
        received = self.env["o2c.sri.received"]._o2c_fetch(key, self.company_id)
        self._o2c_wait_for_turn()
        self._o2c_check_received(received)
        bill = self.action_create_bill(
            received.number, received.issue_date, received.subtotal
        )
        bill.write(self._o2c_document_vals(bill, received))
        received.move_id = bill
        self._o2c_tell_match(bill, received)
        return bill

    def _o2c_key_of(self, xml):
        try:
            return parser.parse(xml).access_key
        except ParseError as error:
            lang = self.env.user.lang or "en"
            problems = [message.in_language(lang) for message in error.messages]
            raise UserError(
                self.env._(
                    "The file is not an electronic document of the SRI:\n%(problems)s",
                    problems="\n".join(problems[:10]),
                )
            ) from error

    def _o2c_own_key(self, text):
        """Return the access key of a factura that this supplier issued.

        Told from the key itself, so that nobody learns from us, nor makes us ask the
        SRI, about documents of somebody else.
        """
        key = pasted_key.clean(text or "")
        if not sri_key.is_valid(key):
            raise UserError(
                self.env._(
                    "This is not an access key: it has 49 digits, the last one is a "
                    "check digit. You find it on your factura, below its number."
                )
            )
        parts = sri_key.parse(key)
        problems = []
        if parts.document_type != INVOICE:
            problems.append(self.env._("It is not the key of a factura."))
        if parts.ruc != (self.consignor_id.vat or ""):
            problems.append(
                self.env._(
                    "It was issued with the RUC %(ruc)s; yours with us is %(own)s.",
                    ruc=parts.ruc,
                    own=self.consignor_id.vat or self.env._("missing"),
                )
            )
        if problems:
            raise UserError("\n".join(problems))
        return key

    def _o2c_check_received(self, received):
        if received.supplier_ruc != self.consignor_id.vat:
            raise UserError(self.env._("This factura was issued by somebody else."))
        if received.move_id:
            raise UserError(
                self.env._(
                    "The factura %(number)s was registered already.",
                    number=received.number,
                )
            )

    def _o2c_document_vals(self, bill, received):
        vals = {"o2c_sri_authorisation": received.access_key}
        if bill.l10n_latam_use_documents:
            vals["l10n_latam_document_type_id"] = (
                self.env["l10n_latam.document.type"]
                .search(
                    [
                        ("code", "=", received.document_type),
                        ("country_id.code", "=", "EC"),
                    ],
                    limit=1,
                )
                .id
            )
            vals["l10n_latam_document_number"] = received.number
        return vals

    def _o2c_tell_match(self, bill, received):
        """Say in the settlement's conversation how the factura compares."""
        currency = self.currency_id
        lines = [
            self.env._(
                "%(user)s registered the factura %(number)s.",
                user=self.env.user.name,
                number=received.number,
            )
        ]
        for label, ours, stated in (
            (self.env._("Without taxes"), bill.amount_untaxed, received.subtotal),
            (self.env._("Taxes"), bill.amount_tax, received.tax_total),
            (self.env._("Total"), bill.amount_total, received.total),
        ):
            if float_compare(ours, stated, precision_digits=currency.decimal_places):
                lines.append(
                    self.env._(
                        "%(label)s: %(stated)s on the factura, %(ours)s by the "
                        "settlement.",
                        label=label,
                        stated=currency.format(stated),
                        ours=currency.format(ours),
                    )
                )
        if len(lines) == 1:
            lines.append(self.env._("It matches the settlement to the cent."))
        text = " ".join(lines)
        self.message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.env["o2c.supplier.access.log"]._o2c_log(
            "action", f"{self.name}: {text}", company=self.company_id
        )
