from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Bills that came out of received documents: what differs, and what they teach."""

    # One file a topic, none above 400 lines.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    o2c_received_ids = fields.One2many(
        "o2c.sri.received",
        "move_id",
        string="Received Documents",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    o2c_received_differences = fields.Text(
        string="Differences", compute="_compute_o2c_received_differences"
    )

    @api.depends("o2c_received_ids", "amount_total", "invoice_line_ids.product_id")
    def _compute_o2c_received_differences(self):
        for move in self:
            received = move.sudo().o2c_received_ids[:1]
            move.o2c_received_differences = (
                "\n".join(received._o2c_differences()) if received else False
            )

    def write(self, vals):
        # EXTENDS account: asked when it goes into the books, by whatever path
        if vals.get("state") == "posted":
            received = self.filtered(lambda m: m.state != "posted").sudo()
            problems = [
                problem
                for move in received
                for document in move.o2c_received_ids
                for problem in move._o2c_posting_problems(document)
            ]
            if problems:
                raise UserError("\n".join(problems))
        return super().write(vals)

    def _post(self, soft=True):
        # EXTENDS account: what a person posted is what the supplier's code means
        posted = super()._post(soft)
        equivalences = self.env["o2c.sri.equivalence"]
        for move in posted.sudo().filtered("o2c_received_ids"):
            products = {
                line.o2c_received_line_id: line.product_id
                for line in move.invoice_line_ids
                if line.o2c_received_line_id and line.product_id
            }
            equivalences._o2c_learn(
                move.company_id, move.commercial_partner_id, products
            )
        return posted

    def _o2c_posting_problems(self, received):
        """Return why this is not booked as the document says, as sentences.

        A cent of rounding is nobody's mistake. Taxes that the document does not have
        would be declared and withheld.
        """
        currency = self.currency_id
        return [
            self.env._(
                "%(bill)s is the document %(number)s of %(supplier)s, but the bill "
                "says %(ours).2f for %(name)s, and the document %(theirs).2f. Correct "
                "the taxes and prices of the lines as the document has them, or ask "
                "the supplier for a corrected document.",
                bill=self.display_name,
                number=received.number,
                supplier=received.supplier_name,
                name=name,
                ours=ours,
                theirs=theirs,
            )
            for name, ours, theirs in received._o2c_compared_totals()[1:]
            if currency.compare_amounts(abs(ours - theirs), currency.rounding) > 0
        ]

    def action_o2c_open_received(self):
        return self.o2c_received_ids._get_records_action()
