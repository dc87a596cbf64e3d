from odoo import fields, models
from odoo.exceptions import UserError


class O2cSriReceived(models.Model):
    """What a received comprobante de retención becomes: a customer's withholding."""

    # One file a topic, none above 400 lines.
    _inherit = "o2c.sri.received"  # pylint: disable=consider-merging-classes-inherited

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
        dates = {
            support.number: support.issue_date
            for support in self._o2c_comprobante().support_documents
        }
        for line in self.line_ids:
            invoice = self._o2c_match_invoice(line.description)
            if not invoice:
                problems.append(
                    self.env._("No posted invoice has the number %s.", line.description)
                )
            elif dates.get(line.description, invoice.invoice_date) not in (
                None,
                invoice.invoice_date,
            ):
                problems.append(
                    self.env._(
                        "Invoice %(number)s is of %(ours)s, but the document says "
                        "%(theirs)s.",
                        number=line.description,
                        ours=invoice.invoice_date,
                        theirs=dates[line.description],
                    )
                )
            elif (invoice.commercial_partner_id.vat or "")[:10] != self.supplier_ruc[
                :10
            ]:
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

    def _o2c_match_invoice(self, number):
        """Return our posted invoice of a number, with or without hyphens."""
        digits = (number or "").replace("-", "")
        name = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
        issued = self._o2c_issued(digits).move_id.filtered(
            lambda move: move.state == "posted"
        )
        return issued[:1] or self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("name", "=like", f"% {name}"),
            ],
            limit=1,
        )

    def _o2c_issued(self, digits):
        """Return the invoice or debit note that was issued under fifteen digits.

        By the parts of the number, which the unique index has.
        """
        documents = self.env["o2c.sri.document"].sudo()
        return documents.search(
            [
                ("company_id", "=", self.company_id.id),
                ("environment", "=", self.environment),
                ("document_type", "in", ("01", "05")),
                ("establishment", "=", digits[:3]),
                ("emission_point", "=", digits[3:6]),
                ("sequential", "=", digits[6:]),
            ]
        )
