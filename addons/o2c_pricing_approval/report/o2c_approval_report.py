from odoo import fields, models


class ApprovalReport(models.Model):
    """Approvals asked for: of what, by whom, decided by whom, and how long it took.

    One row a step of a request on an order, and one a decision about agreements, prices
    and invoices.
    """

    _name = "o2c.approval.report"
    _description = "Approvals"
    _auto = False
    _rec_name = "name"
    _order = "asked_on desc"
    _depends = {
        "o2c.gate.request": [
            "company_id",
            "partner_id",
            "requested_on",
            "requester_id",
        ],
        "o2c.gate.request.step": ["decided_by", "decided_on", "level", "state"],
        "o2c.pricing.decision": [
            "asked_by",
            "asked_on",
            "company_id",
            "date",
            "decision",
            "res_model",
            "res_name",
            "user_id",
        ],
        "sale.order": ["name"],
    }

    name = fields.Char(string="Document", readonly=True)
    kind = fields.Selection(
        [
            ("order", "Order"),
            ("o2c.commercial.agreement", "Agreement"),
            ("o2c.price.change", "Change of prices"),
            ("account.move", "Invoice"),
        ],
        readonly=True,
    )
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("outdated", "Not decided"),
        ],
        readonly=True,
    )
    level = fields.Integer(readonly=True, aggregator=None)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    asked_by = fields.Many2one("res.users", readonly=True)
    asked_on = fields.Datetime(readonly=True)
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    hours = fields.Float(string="Hours to decide", readonly=True, aggregator="avg")
    rate = fields.Float(
        string="Approved (%)",
        readonly=True,
        aggregator="avg",
        help="Of what was decided.",
    )

    @property
    def _table_query(self):
        # ids of both halves apart: even and odd
        return """
            SELECT step.id * 2 AS id, o.name, 'order' AS kind,
                   CASE WHEN step.state = 'pending' AND request.state <> 'pending'
                        THEN 'outdated' ELSE step.state END AS state,
                   step.level, request.company_id, request.partner_id,
                   request.requester_id AS asked_by,
                   request.requested_on AS asked_on,
                   step.decided_by, step.decided_on,
                   EXTRACT(EPOCH FROM step.decided_on - request.requested_on) / 3600
                       AS hours,
                   CASE step.state WHEN 'approved' THEN 100.0
                                   WHEN 'refused' THEN 0.0 END AS rate
              FROM o2c_gate_request_step step
              JOIN o2c_gate_request request ON request.id = step.request_id
              JOIN sale_order o ON o.id = request.order_id
         UNION ALL
            SELECT id * 2 + 1, res_name, res_model,
                   CASE decision WHEN 'accept' THEN 'approved' ELSE 'refused' END,
                   1, company_id, NULL, asked_by, asked_on, user_id, date,
                   EXTRACT(EPOCH FROM date - asked_on) / 3600,
                   CASE decision WHEN 'accept' THEN 100.0 ELSE 0.0 END
              FROM o2c_pricing_decision
        """
