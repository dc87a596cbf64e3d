from odoo import api, fields, models

# A supplier without codes is recognised by his words.
WORDS = 64


class O2cSriEquivalence(models.Model):
    """What a supplier calls a product of ours; learnt from the bills that are posted.

    Entry points: ``_o2c_key`` names a line, ``_o2c_learn`` remembers a correction. The
    vendor price list (``product.supplierinfo``) counts after it and is not written:
    prices agreed with the supplier are not ours to touch here.
    """

    _name = "o2c.sri.equivalence"
    _description = "Supplier's Code of a Product"
    _order = "partner_id, code"
    _rec_name = "code"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", required=True, check_company=True
    )
    code = fields.Char(required=True, help="Code, or description without one.")
    product_id = fields.Many2one("product.product", required=True, check_company=True)

    _unique_code = models.Constraint(
        "UNIQUE(company_id, partner_id, code)",
        "This supplier's code has a product already.",
    )

    @api.model
    def _o2c_key(self, line):
        """Return what identifies the product of a received line, for its supplier."""
        return line.code or " ".join((line.description or "").lower().split())[:WORDS]

    @api.model
    def _o2c_learn(self, company, partner, products):
        """Remember which product the lines of a supplier turned out to be.

        :param dict products: {received line: product}.
        """
        chosen = {
            self._o2c_key(line): product
            for line, product in products.items()
            if self._o2c_key(line)
        }
        known = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.id),
                ("code", "in", list(chosen)),
            ]
        )
        for row in known:
            product = chosen.pop(row.code)
            if row.product_id != product:
                row.product_id = product
        self.sudo().create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "code": code,
                    "product_id": product.id,
                }
                for code, product in chosen.items()
            ]
        )
