from odoo import api, fields, models

from .res_partner import REGIMES


class O2cSriWithholdingRule(models.Model):
    """Which code is proposed for which purchase; the accountant decides.

    Per tax the first rule that fits a bill line is taken; the minimum is compared
    with the base of the whole bill. Entry point: ``_o2c_propose``.
    """

    _name = "o2c.sri.withholding.rule"
    _description = "Rule for Proposing Withholdings"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    code_id = fields.Many2one("o2c.sri.withholding.code", required=True)
    product_kind = fields.Selection(
        [("any", "Anything"), ("goods", "Goods"), ("service", "Services")],
        default="any",
        required=True,
    )
    regime = fields.Selection(
        [("any", "Anyone"), *REGIMES], string="Supplier", default="any", required=True
    )
    minimum = fields.Float(
        string="Minimum Base (USD)",
        help="Nothing is withheld below this base of a bill.",
    )
    date_from = fields.Date(required=True)
    date_to = fields.Date()

    @api.model
    def _o2c_propose(self, bill, day):
        """Return the withholdings that the rules suggest for a bill.

        :return: list of values of ``o2c.sri.withholding.line``
        """
        partner = bill.commercial_partner_id
        rules = self.sudo().search(
            [
                ("company_id", "in", (False, bill.company_id.id)),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ]
        )
        rules = rules.filtered(
            lambda r: r.regime in ("any", partner.o2c_sri_regime or "general")
        )
        bases = {}
        for line in bill.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        ):
            kind = "service" if line.product_id.type == "service" else "goods"
            fitting = rules.filtered(lambda r, k=kind: r.product_kind in ("any", k))
            for tax_kind in ("1", "2"):
                rule = fitting.filtered(lambda r, t=tax_kind: r.code_id.kind == t)[:1]
                if rule:
                    base = line.price_subtotal
                    if tax_kind == "2":
                        base = line.price_total - line.price_subtotal
                    bases[rule] = bases.get(rule, 0) + base
        return [
            {"bill_id": bill.id, "code_id": rule.code_id.id, "base": base}
            for rule, base in bases.items()
            if base > 0 and base >= rule.minimum
        ]
