from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..gate_core import GENESIS, link_digest, verify

BATCH = 1000


class GateChain(models.Model):
    """Head of a company's decision log, and the verdict of the last verification.

    Every decision updates the head row: of two transactions that decide at once, one
    fails to serialise and is retried by Odoo, so the chain cannot fork. The head also
    shows a log whose end was cut off.
    """

    _name = "o2c.gate.chain"
    _description = "Decision Log"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _rec_name = "company_id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    log = fields.Selection(
        [("gate", "Orders")],
        default="gate",
        required=True,
        readonly=True,
        help="What was decided about. Each log has a chain of its own.",
    )
    sequence = fields.Integer(
        string="Decisions", default=0, required=True, readonly=True
    )
    head = fields.Char(default=GENESIS, required=True, readonly=True)
    state = fields.Selection(
        [("intact", "Intact"), ("broken", "Tampered with")],
        default="intact",
        readonly=True,
        tracking=True,
    )
    checked_on = fields.Datetime(string="Last verified on", readonly=True)
    report = fields.Text(string="What was found", readonly=True)

    _company_uniq = models.Constraint(
        "UNIQUE(company_id, log)", "A company has one decision log of each kind."
    )

    @api.model
    def _of(self, company, log="gate"):
        """A log of a company, made at its first decision."""
        chains = self.sudo()
        wanted = [("company_id", "=", company.id), ("log", "=", log)]
        chain = chains.search(wanted)
        if not chain:
            # of two first decisions at once, one is refused by PostgreSQL as not
            # serialisable and retried by Odoo; create() would end in an error
            self.env.cr.execute(
                "INSERT INTO o2c_gate_chain (company_id, log, sequence, head, state)"
                " VALUES (%s, %s, 0, %s, 'intact') ON CONFLICT DO NOTHING",
                [company.id, log, GENESIS],
            )
            chain = chains.search(wanted)
        return chain

    def _append(self, content):
        """Seal a row at the end of the log.

        :param dict content: JSON-able content of the row
        :return: its sequence number, the digest before it and its own
        """
        self.ensure_one()
        # the row stays locked until the end of the transaction
        self.env.cr.execute(
            "UPDATE o2c_gate_chain SET sequence = sequence + 1"
            " WHERE id = %s RETURNING sequence, head",
            [self.id],
        )
        sequence, previous = self.env.cr.fetchone()
        digest = link_digest(sequence, previous, content)
        self.env.cr.execute(
            "UPDATE o2c_gate_chain SET head = %s WHERE id = %s", [digest, self.id]
        )
        self.invalidate_recordset(["sequence", "head"])
        return sequence, previous, digest

    def action_verify(self):
        """Read the whole log again and show whether it was tampered with."""
        if not self.env.user.has_group("o2c_order_gate.o2c_order_gate_group_manager"):
            raise UserError(self.env._("Only managers of the gate verify the log."))
        self.check_access("read")
        self.sudo()._verify()

    @api.model
    def _log_models(self):
        """{log: model whose rows it seals}; extended by who adds a log."""
        return {"gate": "o2c.gate.decision"}

    def _verify(self):
        for chain in self:
            rows = self.env[self._log_models()[chain.log]]
            breaks = list(
                verify(
                    rows._links(chain.company_id),
                    head_sequence=chain.sequence,
                    head_digest=chain.head,
                )
            )
            was_broken = chain.state == "broken"
            chain.write(
                {
                    "state": "broken" if breaks else "intact",
                    "checked_on": fields.Datetime.now(),
                    "report": chain._describe(breaks),
                }
            )
            if breaks and not was_broken:
                chain._alert()

    def _describe(self, breaks):
        """The breaks in words, one a line."""
        texts = {
            "changed": self.env._("Decision %(number)s was changed afterwards."),
            "unlinked": self.env._("Decision %(number)s does not follow on the last."),
            "missing": self.env._("Decision %(number)s is missing."),
            "cut": self.env._(
                "The end of the log is missing: it went up to decision %(number)s."
            ),
        }
        return "\n".join(
            texts[found.kind] % {"number": found.sequence} for found in breaks
        )

    def _alert(self):
        """Tell every manager of the gate in the company."""
        self.ensure_one()
        group = self.env.ref("o2c_order_gate.o2c_order_gate_group_manager")
        managers = group.all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids
        )
        note = Markup("<br/>").join(self.report.splitlines())
        for manager in managers:
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("The decision log was tampered with"),
                note=note,
                user_id=manager.id,
            )

    @api.model
    def _cron_verify(self):
        """Verify the log of every company."""
        self.search([("sequence", ">", 0)])._verify()
