from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr, groupby

from ..gate_core import Acceptance, Content, Finding, Link, standing
from .facts import facts_table
from .messages import log_refused
from .o2c_gate_chain import BATCH

ECUADOR = "America/Guayaquil"


class GateDecision(models.Model):
    """An append-only record: someone entitled accepts or refuses findings of an order,
    for one content of it.

    Rows are made by `_record` only, and neither changed nor deleted by anyone; each
    seals the one before (see `o2c.gate.chain`).
    """

    _name = "o2c.gate.decision"
    _description = "Order Decision"
    _order = "id desc"
    _rec_name = "sequence"
    _check_company_auto = True
    _log_access = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    sequence = fields.Integer(string="Number", required=True, readonly=True)
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
    previous = fields.Char(string="Seal of the decision before", readonly=True)
    digest = fields.Char(string="Seal", required=True, readonly=True)

    _sequence_uniq = models.UniqueIndex("(company_id, sequence)")

    @api.depends("facts", "findings")
    @api.depends_context("lang")
    def _compute_facts_table(self):
        for decision in self:
            decision.facts_table = facts_table(
                decision.facts or {}, decision.findings or (), self._fact_labels()
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

    # ------------------------------------------------------------ append-only
    # Refusing is all that these do: there is nothing for super() to do.
    # pylint: disable=method-required-super,no-raise-unlink
    @api.model_create_multi
    def create(self, vals_list):
        log_refused("create", self, "append-only")
        raise UserError(
            self.env._("Decisions are made by approving or refusing a request.")
        )

    def write(self, vals):
        log_refused("write", self, f"append-only: {', '.join(sorted(vals))}")
        raise UserError(
            self.env._("A decision is kept as it was taken. Take a new one instead.")
        )

    def unlink(self):
        log_refused("unlink", self, "append-only")
        raise UserError(self.env._("Decisions are kept for good."))

    def copy(self, default=None):
        raise UserError(self.env._("A decision cannot be copied. Take a new one."))

    # ----------------------------------------------------------------- writing
    @api.model
    def _record(self, order, *, decision, findings, reason, **options):
        """Append a decision of the current user; entitlement is checked by the caller.

        :param order: one sale order
        :param str decision: ``accept`` or ``refuse``
        :param list findings: Finding objects that it is about
        :param str reason: why
        :param options: ``valid_until`` (date), ``amount`` (company currency),
            ``request`` (record)
        """
        order = order.sudo()
        data = order._o2c_gate_content()[order.id]
        content = Content.of(data)
        request = options.get("request")
        values = {
            "company_id": order.company_id.id,
            "order_id": order.id,
            "order_name": order.name,
            "request_id": request.id if request else False,
            "decision": decision,
            "user_id": self.env.user.id,
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
        sealed = self._sealed_content(values)
        chain = self.env["o2c.gate.chain"]._of(order.company_id)
        sequence, previous, digest = chain._append(sealed)
        values.update(sequence=sequence, previous=previous, digest=digest)
        # past our own create(), which refuses everybody else
        return super(GateDecision, self.sudo()).create([values]).sudo(False)

    @api.model
    def _sealed_content(self, values):
        """What the seal of a row protects, from values or from `read` of the row."""
        names = ("company_id", "order_id", "order_name", "request_id", "decision")
        names += ("user_id", "reason", "findings", "findings_text", "facts")
        names += ("fingerprint", "agreed_fingerprint")
        return {
            **{name: values[name] or None for name in names},
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
        )

    @api.model
    def _links(self, company):
        """Yield the rows of a company's log as they are stored, oldest first."""
        names = [
            name for name, field in self._fields.items() if field.store and name != "id"
        ]
        last = 0
        while True:
            self.invalidate_model()
            rows = self.sudo().search(
                [("company_id", "=", company.id), ("sequence", ">", last)],
                order="sequence",
                limit=BATCH,
            )
            if not rows:
                return
            for values in rows.read(names, load=None):
                last = values["sequence"]
                yield Link(
                    row=values["id"],
                    sequence=last,
                    previous=values["previous"],
                    content=self._sealed_content(values),
                    digest=values["digest"],
                )
