from decimal import Decimal

from odoo import fields, models

from ..sri_core import documents as doc
from ..tools import amounts, ecuador
from ..tools.problem import Problem


class O2cSriWithholding(models.Model):
    """Translation of a withholding into the document 07 (retención 2.0.0)."""

    _inherit = "o2c.sri.withholding"

    def _o2c_issue_problems(self):
        company = self.company_id
        problems = Problem.about(company, company._o2c_sri_problems())
        problems += Problem.about(self.partner_id, self.partner_id._o2c_sri_problems())
        if not company.o2c_sri_emission_point_id.electronic:
            problems.append(
                self.env._("The company has no emission point (Settings, SRI).")
            )
        if self.date != ecuador.today():
            problems.append(
                self.env._(
                    "Its date must be today in Ecuador, %(today)s.",
                    today=ecuador.today(),
                )
            )
        for bill in self.line_ids.bill_id:
            number = (bill.l10n_latam_document_number or "").replace("-", "")
            if len(number) != 15 or not number.isdigit():
                text = self.env._(
                    "%(bill)s: its number must be like 001-001-000000001.",
                    bill=bill.display_name,
                )
                problems.append(Problem(text, bill))
        return problems

    def _o2c_issue(self):
        """Number and sign the document; it is sent after the commit."""
        existing = self.sudo().o2c_sri_document_ids._o2c_to_sign_again()
        comprobante = self._o2c_prepare_comprobante(existing)
        values = {
            "company_id": self.company_id,
            "partner_id": self.partner_id.commercial_partner_id,
            "total": self.total,
            "withholding_id": self,
        }
        document = self.env["o2c.sri.document"]._o2c_issue(
            [(existing, comprobante, values)]
        )
        self.sudo().write({"name": document.number, "access_key": document.access_key})

    def _o2c_reissue(self):
        former = self.name
        self._o2c_issue()
        if self.name != former:
            entry = self.sudo().move_id
            entry.ref = self.name
            for line in entry.line_ids:
                line.name = (line.name or "").replace(former, self.name)

    def _o2c_prepare_comprobante(self, existing):
        company = self.company_id
        point = company.o2c_sri_emission_point_id
        if existing:
            series = (
                existing.establishment,
                existing.emission_point,
                existing.sequential,
            )
        else:
            number = point.sudo()._o2c_next("07")
            series = (point.establishment, point.emission_point, number)
        return doc.Withholding(
            issuer=company._o2c_sri_issuer(
                point.partner_id._o2c_sri_address(), self.date
            ),
            environment=company.o2c_sri_environment,
            access_key=self.env["o2c.sri.document"]._o2c_key_for(
                existing, company, "07", series, self.date
            ),
            establishment=series[0],
            emission_point=series[1],
            sequential=series[2],
            issue_date=self.date,
            additional_info=tuple(self._o2c_additional_info()),
            subject=self.partner_id._o2c_sri_party(with_address=False),
            period=f"{self.date:%m/%Y}",
            support_documents=tuple(
                self._o2c_support_document(bill, lines)
                for bill, lines in self.line_ids.grouped("bill_id").items()
            ),
        )

    def _o2c_additional_info(self):
        email = self.partner_id.email or self.partner_id.commercial_partner_id.email
        details = [doc.Detail(name="Email", value=email)] if email else []
        return details + self.company_id._o2c_sri_legends("07", self.date)

    def _o2c_support_document(self, bill, lines):
        subtotal = amounts.decimal(bill.amount_untaxed)
        total = amounts.decimal(bill.amount_total)
        method = bill.l10n_ec_sri_payment_id or self.company_id.o2c_sri_payment_id
        return doc.SupportDocument(
            document_type=bill.l10n_latam_document_type_id.code or "01",
            number=bill.l10n_latam_document_number.replace("-", ""),
            issue_date=bill.invoice_date,
            accounting_date=fields.Date.to_date(bill.date),
            # of a purchase liquidation, which is ours, the key is its authorisation
            authorisation=bill.o2c_sri_authorisation or bill.o2c_sri_access_key or None,
            support_code=bill.o2c_sri_support_code or "01",
            subtotal=subtotal,
            total=total,
            taxes=tuple(self._o2c_support_taxes(bill)),
            retentions=tuple(
                doc.Retention(
                    code=line.kind,
                    retention_code=line.code,
                    base=amounts.decimal(line.base),
                    rate=amounts.decimal(line.rate),
                    amount=amounts.decimal(line.amount),
                )
                for line in lines
            ),
            payments=(doc.Payment(method=method.code or "20", total=total),),
        )

    def _o2c_support_taxes(self, bill):
        """Return base and amount per IVA rate of the bill."""
        codes = self.env["o2c.sri.tax.code"]
        table = codes._o2c_table([bill.invoice_date])[bill.invoice_date]
        bases, sums = {}, {}
        for line in bill.invoice_line_ids:
            for tax in line.tax_ids.flatten_taxes_hierarchy():
                code = codes._o2c_find(tax, table)
                if code and line.display_type == "product":
                    bases[code] = bases.get(code, 0) + line.price_subtotal
        for line in bill.line_ids.filtered("tax_line_id"):
            code = codes._o2c_find(line.tax_line_id, table)
            if code:
                sums[code] = sums.get(code, 0) + abs(line.amount_currency)
        for code, base in bases.items():
            tax_code, rate_code, rate = code
            yield doc.SupportTax(
                code=tax_code,
                rate_code=rate_code,
                base=amounts.decimal(base),
                rate=Decimal(repr(rate)),
                amount=amounts.decimal(sums.get(code, 0.0)),
            )
