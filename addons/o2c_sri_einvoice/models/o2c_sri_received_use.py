from odoo import api, fields, models
from odoo.exceptions import UserError


class O2cSriReceived(models.Model):
    """What a received document becomes: a draft bill, or a customer's withholding."""

    _inherit = "o2c.sri.received"

    # === VENDOR BILL === #

    def action_create_bill(self):
        """Create the vendor bill or note in draft and open it."""
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        self.ensure_one()
        return self._o2c_create_bill()._get_records_action()

    def _o2c_create_bill(self):
        """Return the draft bill of this document, created once.

        :raise UserError: the supplier is no contact yet, or it is no purchase.
        """
        self.ensure_one()
        if self.move_id:
            return self.move_id
        if self.document_type not in ("01", "04", "05"):
            raise UserError(self.env._("It is neither an invoice nor a note."))
        if not self.partner_id:
            raise UserError(
                self.env._(
                    "No contact has the RUC %(ruc)s (%(name)s): create it first.",
                    ruc=self.supplier_ruc,
                    name=self.supplier_name,
                )
            )
        move = self.env["account.move"].create(self._o2c_prepare_bill())
        self.sudo().move_id = move
        return move

    def _o2c_prepare_bill(self):
        journal = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "purchase"),
            ],
            limit=1,
        )
        kind = self.env["l10n_latam.document.type"].search(
            [
                ("code", "=", self.document_type),
                ("country_id.code", "=", "EC"),
            ],
            limit=1,
        )
        return {
            "move_type": "in_refund" if self.document_type == "04" else "in_invoice",
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "partner_id": self.partner_id.id,
            "invoice_date": self.issue_date,
            "l10n_latam_document_type_id": kind.id,
            "l10n_latam_document_number": self.number,
            "o2c_sri_authorisation": self.access_key,
            "invoice_line_ids": [
                fields.Command.create(self._o2c_prepare_bill_line(line))
                for line in self.line_ids
            ],
        }

    def _o2c_prepare_bill_line(self, line):
        product = self._o2c_match_product(line)
        price = line.price
        discount = 0.0
        if line.discount and line.price * line.quantity:
            discount = 100 * line.discount / (line.price * line.quantity)
        return {
            "product_id": product.id,
            "name": line.description,
            "quantity": line.quantity,
            "price_unit": price,
            "discount": discount,
            "tax_ids": [fields.Command.set(self._o2c_match_tax(line, product).ids)],
        }

    def _o2c_match_product(self, line):
        """Return our product for the supplier's code, empty when there is none."""
        if not line.code:
            return self.env["product.product"]
        info = self.env["product.supplierinfo"].search(
            [
                *self.env["product.supplierinfo"]._check_company_domain(
                    self.company_id
                ),
                ("partner_id", "child_of", self.partner_id.id),
                ("product_code", "=", line.code),
            ],
            limit=1,
        )
        return info.product_id or info.product_tmpl_id.product_variant_id

    def _o2c_match_tax(self, line, product):
        """Return the purchase tax with the rate and kind that the supplier charged."""
        table = self.env["o2c.sri.tax.code"]._o2c_table([self.issue_date])
        kinds = [
            kind
            for kind, (code, rate_code, _rate) in table[self.issue_date].items()
            if code == "2" and rate_code == line.tax_code
        ]
        own = product.supplier_taxes_id.filtered(
            lambda t: (
                t.company_id == self.company_id and t.tax_group_id.l10n_ec_type in kinds
            )
        )
        return own[:1] or self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(self.company_id),
                ("type_tax_use", "=", "purchase"),
                ("tax_group_id.l10n_ec_type", "in", kinds),
            ],
            limit=1,
        )

    # === WITHHOLDING OF A CUSTOMER === #

    def action_create_withholding(self):
        """Register the customer's withholding in draft and open it."""
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        self.ensure_one()
        return self._o2c_create_withholding()._get_records_action()

    def _o2c_create_withholding(self):
        """Return the withholding of this document, matched with our invoices.

        :raise UserError: all that does not match, at once (SPEC 9).
        """
        self.ensure_one()
        if self.withholding_id:
            return self.withholding_id
        if self.document_type != "07":
            raise UserError(self.env._("It is no withholding."))
        invoices = self._o2c_match_invoices()
        withholding = (
            self.env["o2c.sri.withholding"]
            .sudo()
            .create(
                {
                    "direction": "received",
                    "company_id": self.company_id.id,
                    "partner_id": invoices[self.line_ids[0]].commercial_partner_id.id,
                    "date": self.issue_date,
                    "name": self.number,
                    "access_key": self.access_key,
                    "received_id": self.id,
                    "line_ids": [
                        fields.Command.create(
                            {
                                "bill_id": invoices[line].id,
                                "kind": line.tax_code,
                                "code": line.code,
                                "base": line.price,
                                "rate": line.rate,
                                "amount": line.subtotal,
                            }
                        )
                        for line in self.line_ids
                    ],
                }
            )
        )
        self.sudo().withholding_id = withholding
        return withholding.with_env(self.env)

    def _o2c_match_invoices(self):
        """Return {line: our posted invoice}.

        :raise UserError: naming every document that is not ours.
        """
        found, problems = {}, []
        for line in self.line_ids:
            invoice = self._o2c_match_invoice(line.description)
            if not invoice:
                problems.append(
                    self.env._("No posted invoice has the number %s.", line.description)
                )
            elif invoice.commercial_partner_id.vat[:10] != self.supplier_ruc[:10]:
                problems.append(
                    self.env._(
                        "Invoice %(number)s is of %(partner)s, who is not the one who "
                        "withheld.",
                        number=line.description,
                        partner=invoice.commercial_partner_id.name,
                    )
                )
            found[line] = invoice
        if problems:
            raise UserError("\n".join(dict.fromkeys(problems)))
        return found

    @api.model
    def _o2c_match_invoice(self, number):
        digits = (number or "").replace("-", "")
        name = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
        documents = (
            self.env["o2c.sri.document"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("number", "=", name),
                    ("document_type", "in", ("01", "05")),
                    ("environment", "=", self.environment),
                ]
            )
        )
        issued = documents.move_id.filtered(lambda m: m.state == "posted")
        return issued[:1] or self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("name", "=like", f"% {name}"),
            ],
            limit=1,
        )
