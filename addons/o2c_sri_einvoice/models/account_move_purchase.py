from odoo import api, fields, models
from odoo.exceptions import UserError

SUPPORT_CODES = [
    ("01", "01 IVA credit: goods and services"),
    ("02", "02 Cost or expense for income tax"),
    ("03", "03 IVA credit: fixed asset"),
    ("04", "04 Fixed asset, cost or expense"),
    ("05", "05 Travel of employees"),
    ("06", "06 IVA credit: inventory"),
    ("07", "07 Inventory, cost or expense"),
    ("08", "08 Reimbursement (intermediary)"),
    ("15", "15 Digital services"),
]


class AccountMove(models.Model):
    """What the SRI wants to know about a purchase, and its withholdings."""

    # One file a topic, none above 400 lines.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    o2c_sri_support_code = fields.Selection(
        SUPPORT_CODES,
        string="Tax Support (SRI)",
        help="Table 5 of the ATS; empty counts as 01.",
    )
    o2c_sri_authorisation = fields.Char(
        string="Authorisation (SRI)",
        size=49,
        copy=False,
        help="Access key or authorisation number of the supplier's document.",
    )
    o2c_withholding_line_ids = fields.One2many(
        "o2c.sri.withholding.line", "bill_id", string="Withholdings"
    )
    o2c_withheld = fields.Monetary(string="Withheld", compute="_compute_o2c_withheld")

    @api.depends(
        "o2c_withholding_line_ids.amount",
        "o2c_withholding_line_ids.withholding_id.state",
    )
    def _compute_o2c_withheld(self):
        for move in self:
            lines = move.o2c_withholding_line_ids.filtered(
                lambda line: line.withholding_id.state == "posted"
            )
            move.o2c_withheld = sum(lines.mapped("amount"))

    def action_o2c_propose_withholding(self):
        """Propose one withholding for these bills of one supplier, and open it."""
        self.check_access("write")
        problems = []
        for bill in self:
            if bill.move_type != "in_invoice" or bill.state != "posted":
                problems.append(
                    self.env._("%s is not a posted vendor bill.", bill.display_name)
                )
            if bill.o2c_withholding_line_ids:
                problems.append(
                    self.env._("%s has a withholding already.", bill.display_name)
                )
        if len(self.commercial_partner_id) > 1 or len(self.company_id) > 1:
            problems.append(
                self.env._("One withholding is for one supplier and one company.")
            )
        if problems:
            raise UserError("\n".join(problems))
        return self._o2c_propose_withholding()._get_records_action()

    def _o2c_propose_withholding(self):
        """Return a draft withholding with what the rules in force suggest."""
        withholdings = self.env["o2c.sri.withholding"]
        rules = self.env["o2c.sri.withholding.rule"]
        day = withholdings.default_get(["date"])["date"]
        lines = [vals for bill in self for vals in rules._o2c_propose(bill, day)]
        return withholdings.create(
            {
                "direction": "issued",
                "company_id": self.company_id.id,
                "partner_id": self.commercial_partner_id.id,
                "date": day,
                "line_ids": [(0, 0, vals) for vals in lines],
            }
        )

    def action_o2c_open_withholdings(self):
        return self.o2c_withholding_line_ids.withholding_id._get_records_action()
