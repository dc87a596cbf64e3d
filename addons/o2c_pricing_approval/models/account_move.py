from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from odoo.addons.o2c_order_gate.gate_core.content import digest
from odoo.addons.o2c_order_gate.models.messages import refused

from ..pricing_core import Difference, credit_differences, differences
from .derived import without, without_typed

APPROVER = "o2c_pricing_approval.o2c_pricing_approval_group_approver"
# of what it bills; whoever invoices does not type it
TRACE = frozenset({"o2c_agreement_id", "o2c_billing_id"})
CHECKED = frozenset({"currency_id", "invoice_payment_term_id", "partner_id"})


class AccountMove(models.Model):
    """An invoice says what was ordered and agreed, or it is not posted."""

    _inherit = "account.move"

    o2c_agreement_id = fields.Many2one(
        "o2c.commercial.agreement",
        string="Agreement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    o2c_billing_id = fields.Many2one(
        "o2c.commercial.agreement.billing",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    o2c_differences = fields.Html(
        string="Differences from order and agreement",
        compute="_compute_o2c_differences",
        sanitize=False,
    )
    o2c_differences_accepted = fields.Boolean(compute="_compute_o2c_differences")

    @api.depends(
        "state",
        "partner_id",
        "currency_id",
        "invoice_payment_term_id",
        "invoice_line_ids.price_unit",
        "invoice_line_ids.discount",
        "invoice_line_ids.tax_ids",
        "invoice_line_ids.product_uom_id",
        "invoice_line_ids.sale_line_ids",
    )
    @api.depends_context("lang")
    def _compute_o2c_differences(self):
        self.o2c_differences = False
        self.o2c_differences_accepted = False
        drafts = self._origin.filtered(lambda move: move.state == "draft")
        found = drafts._o2c_differences()
        accepted = drafts._o2c_accepted(found)
        for move in self:
            if rows := found.get(move._origin.id):
                move.o2c_differences = Markup("<ul class='mb-0'>%s</ul>") % Markup(
                    ""
                ).join(
                    Markup("<li>%s</li>") % text
                    for text in move._o2c_difference_texts(rows)
                )
                move.o2c_differences_accepted = move._origin.id in accepted

    # ------------------------------------------------------------- enforcement
    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        if not self.env.su:
            vals_list = [without(vals, TRACE) for vals in vals_list]
        moves = super().create(vals_list)
        moves._o2c_check_posted()
        return moves

    @api.model
    def default_get(self, fields):
        # EXTENDS account
        return without(super().default_get(fields), TRACE)

    def write(self, vals):
        # EXTENDS account: whoever posts, by button, cron or RPC, writes the state
        if not self.env.su:
            vals = without_typed(self, vals, TRACE)
        posting = self.browse()
        if vals.get("state") == "posted":
            posting = self.filtered(lambda move: move.state != "posted")
        result = super().write(vals)
        if not CHECKED.isdisjoint(vals):
            posting |= self
        posting._o2c_check_posted()
        return result

    def _o2c_check_posted(self):
        """Refuse posted invoices that differ from what was ordered and agreed.

        :raise UserError: with every difference of every invoice, and what to do
        """
        posted = self.filtered(lambda move: move.state == "posted")
        found = posted._o2c_differences()
        if not found:
            return
        accepted = posted._o2c_accepted(found)
        rows = [
            f"• {move.partner_id.display_name}: {text}"
            for move in posted
            if move.id in found and move.id not in accepted
            for text in move._o2c_difference_texts(found[move.id])
        ]
        if rows:
            head = self.env._(
                "The document differs from what was ordered and agreed, so it is not "
                "posted:"
            )
            advice = self.env._(
                "Correct it, or ask an approver of prices to accept the differences on "
                "it."
            )
            raise refused("post", self, "\n".join([head, *rows, "", advice]))

    # -------------------------------------------------------------- comparing
    def _o2c_differences(self):
        """{invoice id: Difference objects}, of invoices that have any.

        Superuser: who posts may not read orders and agreements; the invoices are his.
        """
        compare = {
            "out_invoice": lambda move: move._o2c_invoice_differences(),
            "out_refund": lambda move: move._o2c_credit_differences(),
        }
        checked = self.sudo().filtered(
            lambda move: move.move_type in compare and move.company_id.o2c_billing_check
        )
        found = {move.id: compare[move.move_type](move) for move in checked}
        return {move_id: rows for move_id, rows in found.items() if rows}

    def _o2c_goods(self):
        """The lines of this that charge or give back something."""
        return self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )

    def _o2c_invoice_differences(self):
        """Differences of an invoice from the orders that it bills."""
        self.ensure_one()
        lines = self._o2c_goods()
        orders = lines.sale_line_ids.order_id
        # a debit note says itself what it changes and why
        if not orders or ("debit_origin_id" in self._fields and self.debit_origin_id):
            return []
        tolerance = Decimal(str(self.company_id.o2c_billing_tolerance))
        rows = []
        for order in orders:
            rows += self._o2c_header_differences(order)
            rows += self._o2c_term_differences(order)
        for line in lines:
            for billed in line._o2c_billed():
                rows += differences(billed, tolerance)
        return rows

    def _o2c_credit_differences(self):
        """Differences of a credit note from the invoice, or the orders, given back."""
        self.ensure_one()
        lines, invoice = self._o2c_goods(), self.reversed_entry_id
        orders = (lines | invoice._o2c_goods()).sale_line_ids.order_id
        tolerance = Decimal(str(self.company_id.o2c_billing_tolerance))
        rows = []
        for order in orders:
            rows += self._o2c_header_differences(order)
        if orders and invoice:
            rows += self._o2c_credited_too_much()
        for line in lines if orders else ():
            for credited in line._o2c_credited():
                rows += credit_differences(credited, tolerance)
        return rows

    def _o2c_credited_too_much(self):
        """The difference of all credit notes of an invoice from it, as a list."""
        self.ensure_one()
        invoice = self.reversed_entry_id
        notes = invoice.reversal_move_ids.filtered(lambda move: move.state == "posted")
        total = sum((notes | self).mapped("amount_untaxed"))
        if invoice.currency_id.compare_amounts(total, invoice.amount_untaxed) <= 0:
            return []
        amounts = (Decimal(str(amount)) for amount in (total, invoice.amount_untaxed))
        return [Difference("total", invoice.name, *amounts)]

    def _o2c_header_differences(self, order):
        """Whom and in which money this charges, against an order."""
        payer = order.partner_invoice_id.commercial_partner_id
        return self._o2c_apart(
            order,
            ("customer", self.commercial_partner_id, payer),
            ("currency", self.currency_id, order.currency_id),
        )

    def _o2c_term_differences(self, order):
        """When this is due and by whom it was made, against order and agreement."""
        rows = self._o2c_apart(
            order, ("terms", self.invoice_payment_term_id, order.payment_term_id)
        )
        agreement = order.o2c_agreement_id
        if agreement.billing in ("milestone", "calendar") and (
            self.o2c_billing_id.agreement_id != agreement
        ):
            rows.append(Difference("billing", order.name, "", agreement.display_name))
        return rows

    @staticmethod
    def _o2c_apart(order, *pairs):
        """Differences of records; a pair is (kind, mine, due)."""
        return [
            Difference(kind, order.name, mine.display_name, due.display_name)
            for kind, mine, due in pairs
            if mine != due
        ]

    def _o2c_difference_texts(self, rows):
        """Differences in words for people."""
        texts = {
            "price": self.env._("%(name)s: price %(billed)s, ordered %(due)s"),
            "discount": self.env._(
                "%(name)s: discount %(billed)s %%, ordered %(due)s %%"
            ),
            "agreed": self.env._(
                "%(name)s: price %(billed)s, agreed with the customer %(due)s"
            ),
            "taxes": self.env._("%(name)s: taxes %(billed)s, ordered %(due)s"),
            "credited": self.env._(
                "%(name)s: price %(billed)s given back, %(due)s charged"
            ),
            "total": self.env._(
                "%(name)s: %(billed)s given back in all, %(due)s charged"
            ),
            "extra": self.env._(
                "%(name)s: price %(billed)s, in none of the orders invoiced"
            ),
            "customer": self.env._(
                "%(name)s: invoiced to %(billed)s, ordered by %(due)s"
            ),
            "currency": self.env._("%(name)s: currency %(billed)s, ordered %(due)s"),
            "terms": self.env._(
                "%(name)s: payment terms “%(billed)s”, ordered “%(due)s”"
            ),
            "billing": self.env._(
                "%(name)s: made by hand, but %(due)s says when it is billed"
            ),
        }
        return [
            texts[row.kind]
            % {
                "name": row.name,
                "billed": self._o2c_shown(row.billed),
                "due": self._o2c_shown(row.due),
            }
            for row in rows
        ]

    def _o2c_shown(self, value):
        if isinstance(value, Decimal):
            return formatLang(self.env, float(value), digits=2)
        if isinstance(value, frozenset):
            return ", ".join(sorted(value)) or self.env._("none")
        return value or self.env._("none")

    # --------------------------------------------------------------- deciding
    def _o2c_accepted(self, found):
        """Ids of the invoices whose differences somebody entitled accepted."""
        differing = self.filtered(lambda move: move.id in found)
        if not differing:
            return set()
        accepted = self.env["o2c.pricing.decision"]._accepted(differing)
        return {
            move.id
            for move in differing
            if digest(_content(found[move.id])) in accepted[move.id]
        }

    def action_o2c_accept_differences(self, reason):
        """Accept, as the current user, what these invoices differ in.

        It counts for exactly these differences; any other has to be accepted again.

        :param str reason: why; kept in the decision
        :raise UserError: with every invoice that he cannot decide on, and why
        """
        self.check_access("read")
        found = self._o2c_differences()
        problems = []
        if not (reason or "").strip():
            problems.append(
                self.env._("Write the reason: it is kept with the decision.")
            )
        for move in self:
            if problem := move._o2c_why_not(found):
                problems.append(f"{move.display_name}: {problem}")
        if problems:
            raise refused("decide", self, "\n".join(problems))
        for move in self.sudo():
            rows = found[move.id]
            self.env["o2c.pricing.decision"]._record(
                move,
                "accept",
                reason,
                content=_content(rows),
                fingerprint=digest(_content(rows)),
                summary="\n".join(move._o2c_difference_texts(rows)),
            )
            move.message_post(
                body=Markup("<b>%s</b>: %s")
                % (self.env._("Differences accepted"), reason),
                author_id=self.env.user.partner_id.id,
            )
        self.invalidate_recordset(["o2c_differences_accepted"])
        return True

    def _o2c_why_not(self, found):
        """Why the current user cannot accept the differences of this, or None."""
        self.ensure_one()
        user = self.env.user
        if self.id not in found:
            return self.env._("it does not differ from what was ordered.")
        if not user.has_group(APPROVER):
            return self.env._("only approvers of prices accept differences.")
        orders = self.sudo().invoice_line_ids.sale_line_ids.order_id
        if user in self.create_uid | self.invoice_user_id | orders.user_id:
            return self.env._(
                "nobody accepts his own differences. Somebody else has to."
            )
        return None


def _content(rows):
    """JSON-able differences."""
    return [[row.kind, row.name, _plain(row.billed), _plain(row.due)] for row in rows]


def _plain(value):
    return sorted(value) if isinstance(value, frozenset) else str(value or "")
