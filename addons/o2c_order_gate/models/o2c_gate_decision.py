from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import float_repr, groupby

from ..gate_core import Acceptance, Content, Finding, Voice, standing
from .facts import facts_table

ECUADOR = "America/Guayaquil"


class GateDecision(models.Model):
    """An append-only record: someone entitled accepts or refuses findings of an order,
    for one content of it. Rows are made by `_record` only.
    """

    _name = "o2c.gate.decision"
    _inherit = ["o2c.gate.sealed"]
    _o2c_log = "gate"
    _description = "Order Decision"
    _order = "id desc"
    _rec_name = "sequence"
    _check_company_auto = True
    _log_access = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, ondelete="restrict", index=True
    )
    order_name = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(related="order_id.partner_id")
    request_id = fields.Many2one(
        "o2c.gate.request", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    decision = fields.Selection(
        [("accept", "Accepted"), ("refuse", "Refused")], required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Decided by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    principal_id = fields.Many2one(
        "res.users",
        string="In place of",
        readonly=True,
        ondelete="restrict",
        help="The approver whom he stood in for.",
    )
    date = fields.Datetime(required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    valid_until = fields.Date(readonly=True)
    amount = fields.Monetary(
        readonly=True, help="Largest amount accepted, in the company's currency."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    findings = fields.Json(required=True, readonly=True)
    findings_text = fields.Text(string="Policies", readonly=True)
    facts = fields.Json(readonly=True)
    facts_table = fields.Html(
        string="Figures at the time", compute="_compute_facts_table", sanitize=False
    )
    fingerprint = fields.Char(required=True, readonly=True)
    agreed_fingerprint = fields.Char(required=True, readonly=True)

    _sequence_uniq = models.UniqueIndex("(company_id, sequence)")

    @api.depends("facts", "findings")
    @api.depends_context("lang")
    def _compute_facts_table(self):
        for decision in self:
            decision.facts_table = facts_table(
                self.env,
                decision.facts or {},
                decision.findings or (),
                self._fact_labels(),
            )

    @api.model
    def _fact_labels(self):
        """{name of a figure: what people call it}; extended by who gives figures."""
        return {
            "amount_total": self.env._("Total"),
            "amount_untaxed": self.env._("Untaxed amount"),
            "currency": self.env._("Currency"),
            "list_price": self.env._("List price"),
            "net": self.env._("Net price"),
            "payment_term": self.env._("Payment terms"),
            "product": self.env._("Product"),
            "quantity": self.env._("Quantity"),
            "subtotal": self.env._("Subtotal"),
        }

    # ----------------------------------------------------------------- writing
    @api.model
    def _record(self, order, *, decision, findings, reason, **options):
        """Append a decision of the current user; entitlement is checked by the caller.

        :param order: one sale order
        :param str decision: ``accept`` or ``refuse``
        :param list findings: Finding objects that it is about
        :param str reason: why
        :param options: ``valid_until`` (date), ``amount`` (company currency),
            ``request`` (record), ``principal`` (user in whose place he decides)
        """
        order = order.sudo()
        data = order._o2c_gate_content()[order.id]
        content = Content.of(data)
        request, principal = options.get("request"), options.get("principal")
        values = {
            "company_id": order.company_id.id,
            "order_id": order.id,
            "order_name": order.name,
            "request_id": request.id if request else False,
            "decision": decision,
            "user_id": self.env.user.id,
            "principal_id": principal.id if principal else False,
            "date": fields.Datetime.now(),
            "reason": reason.strip(),
            "valid_until": options.get("valid_until") or False,
            "amount": order.company_id.currency_id.round(options.get("amount") or 0.0),
            "findings": [finding.to_json() for finding in findings],
            "findings_text": order._o2c_gate_findings_text(findings),
            "facts": {"content": data, **order._o2c_gate_facts()[order.id]},
            "fingerprint": content.fingerprint,
            "agreed_fingerprint": content.agreed_fingerprint,
        }
        return self._append(values)

    @api.model
    def _sealed_content(self, values):
        """What the seal of a row protects, from values or from `read` of the row."""
        names = ("company_id", "order_id", "order_name", "request_id", "decision")
        names += ("user_id", "reason", "findings", "findings_text", "facts")
        names += ("fingerprint", "agreed_fingerprint")
        return {
            **{name: values[name] or None for name in names},
            # rows from before there were stand-ins in the log keep their seals
            **{name: values[name] for name in ("principal_id",) if values[name]},
            "date": fields.Datetime.to_string(values["date"]),
            "valid_until": fields.Date.to_string(values["valid_until"]) or None,
            "amount": float_repr(values["amount"], 6),
        }

    # ----------------------------------------------------------------- reading
    @api.model
    def _today(self):
        """Today where the decisions count."""
        return fields.Date.context_today(self.with_context(tz=ECUADOR))

    @api.model
    def _acceptances(self, orders):
        """{order id: standing Acceptance objects} for orders that have any."""
        decisions = self.sudo().search([("order_id", "in", orders.ids)], order="id")
        return {
            order.id: standing(
                (row.decision == "accept", row._to_acceptance(order)) for row in rows
            )
            for order, rows in groupby(decisions, lambda row: row.order_id)
        }

    def _to_acceptance(self, order):
        self.ensure_one()
        open_states = ("draft", "sent")
        return Acceptance(
            findings=tuple(Finding.from_json(data) for data in self.findings),
            fingerprint=(
                self.fingerprint
                if order.state in open_states
                else self.agreed_fingerprint
            ),
            valid_until=self.valid_until or None,
            amount=Decimal(str(self.amount)) if self.amount else None,
            voice=Voice(self.user_id.id, self.principal_id.id or 0),
        )
