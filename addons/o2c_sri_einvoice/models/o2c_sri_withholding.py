from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import ecuador
from ..tools.problem import Problem, SriProblems
from .o2c_sri_document import ENDED_STATES, STATES

PRIVATE_FIELDS = {"state", "name", "access_key", "move_id", "received_id"}


class O2cSriWithholding(models.Model):
    """A comprobante de retención: what we withhold, or what a customer withheld.

    Entry points: ``account.move.action_o2c_propose_withholding`` proposes one for
    bills, ``action_post`` books it, reconciles it and, when it is ours, issues the
    document 07. Invariant: once posted its lines are fixed; when the SRI may hold
    its document it cannot be taken back.
    """

    _name = "o2c.sri.withholding"
    _description = "Withholding"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False)
    direction = fields.Selection(
        [("issued", "Issued to a supplier"), ("received", "Received from a customer")],
        required=True,
        default="issued",
        readonly=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", required=True, check_company=True)
    date = fields.Date(required=True, default=lambda self: ecuador.today())
    line_ids = fields.One2many("o2c.sri.withholding.line", "withholding_id", copy=True)
    total = fields.Monetary(compute="_compute_total", store=True)
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    received_id = fields.Many2one(
        "o2c.sri.received", string="Received Document", readonly=True, copy=False
    )
    access_key = fields.Char(size=49, readonly=True, copy=False, index="btree_not_null")
    o2c_sri_document_ids = fields.One2many(
        "o2c.sri.document", "withholding_id", string="Electronic Documents"
    )
    o2c_sri_state = fields.Selection(
        STATES, string="SRI State", compute="_compute_o2c_sri_state"
    )

    _unique_access_key = models.Constraint(
        "UNIQUE(company_id, access_key)",
        "This withholding was registered already.",
    )

    @api.depends("line_ids.amount")
    def _compute_total(self):
        for withholding in self:
            withholding.total = sum(withholding.line_ids.mapped("amount"))

    @api.depends("o2c_sri_document_ids.state")
    def _compute_o2c_sri_state(self):
        for withholding in self:
            document = withholding.o2c_sri_document_ids._o2c_current()
            withholding.o2c_sri_state = document.state

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for withholding in self:
            withholding.display_name = withholding.name or self.env._(
                "Withholding of %s", withholding.partner_id.name or ""
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self._o2c_check_private({name for vals in vals_list for name in vals})
        return super().create(vals_list)

    def write(self, vals):
        self._o2c_check_private(vals.keys())
        if vals.keys() & {"partner_id", "date", "company_id", "direction"}:
            self._o2c_check_open()
        return super().write(vals)

    def _o2c_check_private(self, names):
        # What the buttons decide is not to be written from outside by anybody.
        if names & PRIVATE_FIELDS and not self.env.su:
            raise AccessError(
                self.env._("A withholding is posted and taken back by its buttons.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        self._o2c_check_open()
        if self.sudo().o2c_sri_document_ids:
            raise UserError(
                self.env._("A withholding that was numbered cannot be deleted.")
            )

    def _o2c_check_open(self):
        posted = self.filtered(lambda w: w.state == "posted")
        if posted:
            raise UserError(
                self.env._(
                    "%(name)s is posted: it cannot change.", name=posted[0].display_name
                )
            )

    # === ACTION METHODS === #

    def action_post(self):
        """Book, reconcile and, when it is ours, issue the document to the SRI."""
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        self._o2c_check_open()
        problems = [
            f"• {problem}"
            for withholding in self
            for problem in withholding._o2c_check_problems()
        ]
        if problems:
            raise SriProblems(
                self.env._(
                    "The withholding cannot be posted yet:\n%(problems)s",
                    problems="\n".join(problems),
                ),
                self,
                self.env._("Show where to mend"),
            )
        for withholding in self:
            withholding._o2c_post()

    def action_draft(self):
        """Take an entry back whose document the SRI does not hold."""
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        for withholding in self.sudo():
            document = withholding.o2c_sri_document_ids._o2c_current()
            if document.state not in ENDED_STATES:
                document._o2c_withdraw()
            withholding.move_id.button_draft()
            withholding.move_id.button_cancel()
            withholding.write({"state": "draft", "move_id": False})

    def action_open_document(self):
        self.ensure_one()
        return self.o2c_sri_document_ids._o2c_current()._get_records_action()

    # === BUSINESS METHODS === #

    def _o2c_post(self):
        self.ensure_one()
        if self.direction == "issued":
            self._o2c_issue()
        move = self.env["account.move"].create(self._o2c_prepare_entry())
        move.action_post()
        self.sudo().write({"state": "posted", "move_id": move.id})
        self._o2c_reconcile()

    def _o2c_check_problems(self):
        """Return every problem of it, each with the record that it is about."""
        self.ensure_one()
        return Problem.about(self, self._o2c_problems())

    def _o2c_problems(self):
        problems = []
        if not self.line_ids:
            problems.append(self.env._("It has no lines."))
        partner = self.partner_id.commercial_partner_id
        taxes = self._o2c_taxes()
        for line in self.line_ids:
            label = f"{line.code or '?'}"
            if not line.bill_id or line.bill_id.state != "posted":
                problems.append(
                    self.env._("%(code)s: its document is not posted.", code=label)
                )
            elif line.bill_id.commercial_partner_id != partner:
                problems.append(
                    self.env._(
                        "%(code)s: %(bill)s is of another contact.",
                        code=label,
                        bill=line.bill_id.display_name,
                    )
                )
            if not line.kind or not line.code:
                problems.append(self.env._("A line has no code."))
            if not taxes[line][0].invoice_repartition_line_ids.account_id:
                problems.append(
                    self.env._("%(code)s: the chart has no account for it.", code=label)
                )
        problems += self._o2c_excess_problems()
        if self.direction == "issued":
            problems += self._o2c_issue_problems()
        return problems

    def _o2c_excess_problems(self):
        """What we withhold is within what is open, what customers withhold is not.

        A customer may have paid all before: what he withheld is then his credit.
        """
        problems = []
        for bill, lines in self.line_ids.grouped("bill_id").items():
            withheld = sum(lines.mapped("amount"))
            issued = self.direction == "issued"
            limit = bill.amount_residual if issued else bill.amount_total
            if not bill or bill.currency_id.compare_amounts(withheld, limit) <= 0:
                continue
            values = {"bill": bill.display_name, "withheld": withheld, "limit": limit}
            problems.append(
                self.env._(
                    "%(bill)s: %(withheld)s is withheld, but only %(limit)s is open.",
                    **values,
                )
                if issued
                else self.env._(
                    "%(bill)s: %(withheld)s is withheld of a total of %(limit)s.",
                    **values,
                )
            )
        return problems

    def _o2c_journal(self):
        journals = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "general"),
            ],
            order="sequence, id",
        )
        chosen = self.company_id.o2c_sri_withholding_journal_id
        # The exchange and cash-basis journals belong to Odoo's own entries.
        plain = journals.filtered(lambda j: j.code in ("MISC", "VARIO", "OPERA"))
        return chosen or plain[:1] or journals[:1]

    def _o2c_open_lines(self, bill):
        return bill.line_ids.filtered(
            lambda line: (
                line.account_id.account_type
                in ("asset_receivable", "liability_payable")
            )
        )

    def _o2c_reconcile(self):
        """Settle each document with what was withheld on it."""
        for bill, lines in self.line_ids.grouped("bill_id").items():
            open_lines = self._o2c_open_lines(bill).filtered(
                lambda line: not line.reconciled
            )
            ours = self.move_id.line_ids.filtered(
                lambda line, b=bill, o=open_lines: (
                    line.account_id in o.account_id
                    and line.name.endswith(f" {b.name}")
                    and not line.reconciled
                )
            )
            if lines and open_lines and ours:
                (open_lines | ours).reconcile()
