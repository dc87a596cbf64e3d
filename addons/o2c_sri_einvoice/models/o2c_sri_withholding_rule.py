from odoo import api, fields, models

from ..sri_core import retention_rules
from ..tools import amounts
from .res_partner import REGIMES


class O2cSriWithholdingRule(models.Model):
    """Which code is proposed for which purchase; the accountant decides.

    The same rules, seen from the customer, say what he will withhold from us. Entry
    points: ``_o2c_propose`` for bills, ``_o2c_expect`` for sales; the matching itself
    is ``sri_core.retention_rules``.
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
        [("any", "Anyone"), *REGIMES], string="Seller", default="any", required=True
    )
    minimum = fields.Float(
        string="Minimum Base (USD)",
        help="Nothing is withheld below this base of a bill.",
    )
    date_from = fields.Date(required=True)
    date_to = fields.Date()

    side = fields.Selection(
        [
            ("both", "Purchases and sales"),
            ("purchase", "What we withhold"),
            ("sale", "What customers withhold from us"),
        ],
        string="Applies to",
        default="both",
        required=True,
    )
    product_id = fields.Many2one("product.product")
    categ_id = fields.Many2one("product.category", string="Product Category")
    document_type = fields.Selection(
        [("any", "Any"), ("01", "Invoice"), ("03", "Purchase liquidation")],
        default="any",
        required=True,
    )

    # === PROPOSALS === #

    @api.model
    def _o2c_propose(self, bill, day):
        """Return the withholdings that the rules suggest for a bill.

        :return: list of values of ``o2c.sri.withholding.line``
        """
        bases = self._o2c_bases(
            bill.invoice_line_ids.filtered(lambda x: x.display_type == "product"),
            bill.company_id,
            day,
            "purchase",
            bill.commercial_partner_id.o2c_sri_regime or "general",
            bill.l10n_latam_document_type_id.code or "01",
        )
        return [
            {"bill_id": bill.id, "code_id": rule.code_id.id, "base": float(base)}
            for rule, base in bases.items()
        ]

    @api.model
    def _o2c_expect(self, lines, company, day):
        """Return what a customer is expected to withhold from us, in USD.

        :param lines: lines of an invoice or of a sales order.
        :param date day: whose rules count.
        """
        bases = self._o2c_bases(
            lines, company, day, "sale", company._o2c_sri_regime(day), "01"
        )
        return sum(
            company.currency_id.round(float(base) * rule.code_id.rate / 100)
            for rule, base in bases.items()
        )

    @api.model
    def _o2c_bases(self, lines, company, day, side, regime, document_type):
        """Return {rule: base} for lines of an invoice or an order."""
        rules = self._o2c_in_force(company, day, side)
        bases = retention_rules.propose(
            [rule._o2c_rule() for rule in rules],
            [self._o2c_sold(line) for line in lines],
            regime,
            document_type,
        )
        return {self.sudo().browse(rule_id): base for rule_id, base in bases.items()}

    @api.model
    def _o2c_in_force(self, company, day, side):
        return self.sudo().search(
            [
                ("company_id", "in", (False, company.id)),
                ("side", "in", ("both", side)),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ]
        )

    def _o2c_rule(self):
        self.ensure_one()
        return retention_rules.Rule(
            id=self.id,
            kind=self.code_id.kind,
            goods=self.product_kind,
            regime=self.regime,
            document_type=self.document_type,
            products=frozenset(self.product_id.ids),
            category=self.categ_id.id or None,
            minimum=amounts.decimal(self.minimum),
        )

    @api.model
    def _o2c_sold(self, line):
        product = line.product_id
        categories = (product.categ_id.parent_path or "").split("/")
        return retention_rules.Sold(
            goods="service" if product.type == "service" else "goods",
            product=product.id or None,
            categories=frozenset(int(part) for part in categories if part),
            net=amounts.decimal(line.price_subtotal),
            vat=amounts.decimal(line.price_total - line.price_subtotal),
        )
