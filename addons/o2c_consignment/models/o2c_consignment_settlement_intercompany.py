from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class O2cConsignmentSettlement(models.Model):
    """A sister company invoices what she is owed; nobody types it twice."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.settlement"

    def _create_bill(self, reference, date, amount):
        # EXTENDS: our draft bill is her draft invoice
        bill = super()._create_bill(reference, date, amount)
        lines = Domain([("settlement_id", "=", self.id), ("bill_id", "=", bill.id)])
        company = self._agreements(lines).intercompany_id
        if company:
            self._create_intercompany_invoice(company, bill)
        return bill

    def _create_intercompany_invoice(self, company, bill):
        """Draft the sister company's invoice of what our bill owes her.

        :return: the draft in her books
        :rtype: account.move
        """
        customer = self.company_id.partner_id.with_company(company)
        invoice = (
            self.env["account.move"]
            .sudo()
            .with_company(company)
            .create(
                {
                    "move_type": "out_refund"
                    if bill.move_type == "in_refund"
                    else "out_invoice",
                    "company_id": company.id,
                    "partner_id": customer.id,
                    "currency_id": bill.currency_id.id,
                    "invoice_origin": self.name,
                    "o2c_intercompany_bill_id": bill.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": line.product_id.id,
                                "name": line.name,
                                "quantity": line.quantity,
                                "product_uom_id": line.product_uom_id.id,
                                "price_unit": line.price_unit,
                            }
                        )
                        for line in bill.invoice_line_ids
                    ],
                }
            )
        )
        bill.sudo().message_post(
            body=self.env._(
                "%(company)s got a draft invoice of it.", company=company.name
            )
        )
        return invoice

    def _cancel_intercompany_invoice(self, bill):
        """Take the sister company's draft back with our bill.

        :raises UserError: she issued it already
        """
        invoices = (
            self.env["account.move"]
            .sudo()
            .search([("o2c_intercompany_bill_id", "=", bill.id)])
        )
        issued = invoices.filtered(lambda move: move.state == "posted")
        if issued:
            raise UserError(
                self.env._(
                    "%(company)s issued %(invoice)s for this bill: let it be credited "
                    "there, and reverse the bill by that credit note.",
                    company=issued[0].company_id.name,
                    invoice=issued[0].name,
                )
            )
        invoices.filtered(lambda move: move.state == "draft").button_cancel()
