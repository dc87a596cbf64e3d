from dataclasses import replace

from odoo import fields, models

from ..sri_core import documents as doc

REIMBURSEMENT = "41"


class AccountMove(models.Model):
    """Invoices that pass on documents of suppliers (``reembolsos``).

    The documents are vendor bills, so that nothing is typed twice: their number,
    authorisation, bases and taxes go into the section and its totals.
    """

    # One file a topic, none above 400 lines.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    o2c_reimbursed_bill_ids = fields.Many2many(
        "account.move",
        "o2c_sri_reimbursement_rel",
        "invoice_id",
        "bill_id",
        string="Reimbursed Bills",
        copy=False,
        check_company=True,
        # what may be chosen is said in the view: a domain here makes Odoo look for the
        # invoices of every entry that is posted
        help="Vendor bills that this invoice passes on to the customer.",
    )

    def _o2c_header_problems(self, soft):
        # EXTENDS o2c_sri_einvoice
        problems = super()._o2c_header_problems(soft)
        for bill in self.o2c_reimbursed_bill_ids:
            problems += [
                self.env._(
                    "reimbursed bill %(bill)s: %(problem)s",
                    bill=bill.display_name,
                    problem=problem,
                )
                for problem in bill._o2c_reimbursed_problems()
            ]
        passed_on = sum(self.o2c_reimbursed_bill_ids.mapped("amount_total"))
        if self.currency_id.compare_amounts(passed_on, self.amount_total) > 0:
            problems.append(
                self.env._(
                    "it reimburses %(passed_on)s, more than its total.",
                    passed_on=passed_on,
                )
            )
        return problems

    def _o2c_reimbursed_problems(self):
        problems = self.partner_id._o2c_sri_problems()
        if self.move_type != "in_invoice" or self.state != "posted":
            problems.append(self.env._("it must be a posted vendor bill."))
        number = (self.l10n_latam_document_number or "").split("-")
        if [len(part) for part in number] != [3, 3, 9]:
            problems.append(self.env._("its number must be like 001-001-000000001."))
        authorisation = self.o2c_sri_authorisation or self.o2c_sri_access_key or ""
        if len(authorisation) not in (10, 37, 49):
            problems.append(self.env._("its authorisation (SRI) is missing."))
        return problems

    def _o2c_prepare_factura(self, head, lines, sums):
        # EXTENDS o2c_sri_einvoice
        invoice = super()._o2c_prepare_factura(head, lines, sums)
        if not self.o2c_reimbursed_bill_ids:
            return invoice
        documents = tuple(
            bill._o2c_prepare_reimbursement() for bill in self.o2c_reimbursed_bill_ids
        )
        taxes = [tax for document in documents for tax in document.taxes]
        base, amount = sum(t.base for t in taxes), sum(t.amount for t in taxes)
        return replace(
            invoice,
            reimbursements=documents,
            reimbursement_totals=doc.ReimbursementTotals(
                document_code=REIMBURSEMENT,
                total=base + amount,
                base=base,
                tax=amount,
            ),
        )

    def _o2c_prepare_reimbursement(self):
        supplier = self.commercial_partner_id
        party = supplier._o2c_sri_party(with_address=False)
        number = self.l10n_latam_document_number.split("-")
        return doc.Reimbursement(
            supplier_id_type=party.id_type,
            supplier_id=party.id_number,
            supplier_country=supplier.country_id.o2c_sri_code or None,
            # table 26: 01 a person, 02 a company
            supplier_kind="02" if supplier.is_company else "01",
            document_type=self.l10n_latam_document_type_id.code,
            establishment=number[0],
            emission_point=number[1],
            sequential=number[2],
            issue_date=self.invoice_date,
            authorisation=self.o2c_sri_authorisation or self.o2c_sri_access_key,
            taxes=tuple(
                doc.ReimbursementTax(
                    code=tax.code,
                    rate_code=tax.rate_code,
                    rate=tax.rate,
                    base=tax.base,
                    amount=tax.amount,
                )
                for tax in self.env["o2c.sri.withholding"]._o2c_support_taxes(self)
            ),
        )
