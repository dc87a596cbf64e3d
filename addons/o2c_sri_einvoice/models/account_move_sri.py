from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models

from ..sri_core import codes, totals
from ..sri_core import documents as doc
from ..tools import amounts, ecuador
from ..tools.problem import Problem

HUNDRED = Decimal(100)
SKIPPED_TYPES = (
    "withhold_vat_sale",
    "withhold_vat_purchase",
    "withhold_income_sale",
    "withhold_income_purchase",
    "outflows_tax",
)


@dataclass(frozen=True)
class TaxSet:
    """What the taxes of a line mean to the SRI; most lines of a document share one.

    :param rates: (rate, amount per unit or None) of each tax that the SRI knows.
    :param price_include: whether the unit price holds some of them.
    :param problems: sentences on what cannot be issued.
    """

    rates: tuple
    price_include: bool
    problems: tuple


class AccountMove(models.Model):
    """Translation of an entry into a comprobante of ``sri_core.documents``."""

    # One file a topic, none above 400 lines.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    # === PLAN: LINES AND TOTALS === #

    @api.model
    def _o2c_tax_tables(self):
        """Return {move: {tax: Rate}} for the taxes of these entries, at its date."""
        dates = {move: move._o2c_tax_date() for move in self}
        tables = self.env["o2c.sri.tax.code"]._o2c_table(dates.values())
        taxes = self.invoice_line_ids.tax_ids.flatten_taxes_hierarchy()
        rates = {
            day: {tax: self._o2c_rate(tax, table) for tax in taxes}
            for day, table in tables.items()
        }
        return {move: rates[day] for move, day in dates.items()}

    def _o2c_tax_date(self):
        # A note keeps the codes of the invoice that it changes (SPEC 1.1).
        origin = self._o2c_origin()
        return origin[1] if origin else self.invoice_date or ecuador.today()

    @api.model
    def _o2c_rate(self, tax, table):
        """Return the SRI's name of a tax; None when it is none of the SRI's."""
        found = self.env["o2c.sri.tax.code"]._o2c_find(tax, table)
        if not found:
            return None
        tax_code, rate_code, rate = found
        return totals.Rate(tax_code, rate_code, amounts.decimal(rate))

    def _o2c_document_lines(self):
        """Return what becomes a line (``detalle``) of the document."""
        return self.invoice_line_ids.filtered(lambda x: x.display_type == "product")

    def _o2c_plan_one(self, tables, soft):
        """Return (problems, plan) of one entry."""
        problems = self._o2c_header_problems(soft)
        drafts, tax_sets = [], {}
        for line in self._o2c_document_lines():
            taxes = line.tax_ids
            if taxes not in tax_sets:
                tax_sets[taxes] = self._o2c_tax_set(taxes, tables[self])
            problems += self._o2c_line_problems(line, tax_sets[taxes])
            if line.quantity:
                drafts.append(self._o2c_draft_line(line, tax_sets[taxes]))
        if problems:
            return problems, None
        kept, left = amounts.fold_negatives(drafts)
        if left or not kept:
            return [
                self.env._(
                    "the negative lines exceed the others with the same taxes: the "
                    "SRI takes no negative line."
                )
            ], None
        lines = tuple(self._o2c_line(draft) for draft in kept)
        sums = totals.of_lines(lines)
        return self._o2c_total_problems(sums), (lines, sums)

    @api.model
    def _o2c_tax_set(self, taxes, rates):
        taxes = taxes.flatten_taxes_hierarchy()
        unknown = taxes.filtered(
            lambda t: not rates[t] and t.tax_group_id.l10n_ec_type not in SKIPPED_TYPES
        )
        problems = []
        if unknown:
            problems += [
                Problem(
                    self.env._(
                        "tax %(tax)s has no code of the SRI for its type and rate "
                        "(Configuration, SRI Tax Codes).",
                        tax=tax.display_name,
                    ),
                    tax,
                )
                for tax in unknown
            ]
        iva = taxes.filtered(lambda t: rates[t] and rates[t].code == codes.IVA)
        # a tax without a code may be the one
        if len(iva) != 1 and not unknown:
            problems.append(self.env._("it needs exactly one IVA tax."))
        for tax in taxes.filtered(lambda t: rates[t] and rates[t].code == codes.ICE):
            if not tax.include_base_amount or tax.sequence > min(
                iva.mapped("sequence"), default=tax.sequence
            ):
                text = self.env._(
                    "tax %(tax)s: IVA is charged on it, so let it affect the base of "
                    "subsequent taxes, and come before IVA.",
                    tax=tax.display_name,
                )
                problems.append(Problem(text, tax))
        return TaxSet(
            rates=tuple(
                (rates[tax], tax.amount if tax.amount_type == "fixed" else None)
                for tax in taxes
                if rates[tax]
            ),
            price_include=any(tax.price_include for tax in taxes),
            problems=tuple(problems),
        )

    def _o2c_draft_line(self, line, tax_set):
        sign = -1 if line.quantity < 0 else 1
        subtotal = amounts.decimal(line.price_subtotal)
        quantity = amounts.decimal(sign * line.quantity, amounts.MICRO)
        if tax_set.price_include:
            share = 1 - Decimal(repr(line.discount)) / HUNDRED
            gross = abs(subtotal) / share if share else abs(subtotal)
            price = (gross / quantity).quantize(amounts.MICRO)
        else:
            price = amounts.decimal(abs(line.price_unit), amounts.MICRO)
        return amounts.DraftLine(quantity, price, subtotal, tax_set.rates, line)

    @api.model
    def _o2c_line(self, draft):
        line = draft.facts
        product = line.product_id
        price, discount = amounts.price_and_discount(draft)
        charged = [
            rate
            if per_unit is None
            else totals.Rate(
                rate.code,
                rate.rate_code,
                rate.rate,
                totals.cents(draft.quantity * amounts.decimal(per_unit, amounts.MICRO)),
            )
            for rate, per_unit in draft.taxes
        ]
        return totals.line(
            description=" ".join((line.name or product.name).split())[:300],
            quantity=draft.quantity.normalize(),
            unit_price=price,
            discount=discount,
            taxes=charged,
            main_code=(product.default_code or "")[:25] or None,
            aux_code=(product.barcode or "")[:25] or None,
        )

    # === PROBLEMS === #

    def _o2c_header_problems(self, soft):
        partner, kind = self.partner_id, self.l10n_latam_document_type_id.code
        problems = Problem.about(
            partner, partner._o2c_sri_problems(final_consumer_allowed=kind == "01")
        )
        problems += self._o2c_date_problems(soft)
        is_final = partner.commercial_partner_id.vat == doc.FINAL_CONSUMER_ID
        if is_final and self.amount_total > codes.FINAL_CONSUMER_LIMIT:
            problems.append(
                self.env._(
                    "above USD %(limit)s the customer must be identified.",
                    limit=codes.FINAL_CONSUMER_LIMIT,
                )
            )
        if self.currency_id.name != "USD":
            problems.append(self.env._("documents of the SRI are in US dollars."))
        if kind in ("04", "05") and not self._o2c_origin():
            problems.append(
                self.env._(
                    "it does not say which document it changes: a number like "
                    "001-001-000000001 and its date."
                )
            )
        if self.sudo().o2c_sri_document_ids._o2c_current().state == "annulled":
            problems.append(self.env._("its number was annulled at the SRI."))
        if not self._o2c_payment_method():
            problems.append(self.env._("its payment method (SRI) is missing."))
        return problems

    def _o2c_date_problems(self, soft):
        today = ecuador.today()
        # a draft without a date gets today's when it is posted
        days = (today - (self.invoice_date or today)).days
        if days < 0 and soft:
            return []  # core schedules it for that day
        if 0 <= days <= self.company_id.o2c_sri_backdating_days:
            return []
        return [
            self.env._(
                "its date is %(date)s, but the SRI takes documents of today "
                "(%(today)s in Ecuador).",
                date=self.invoice_date,
                today=today,
            )
        ]

    def _o2c_line_problems(self, line, tax_set):
        problems = Problem.about(line.product_id, tax_set.problems)
        if not (line.name or "").strip() and not line.product_id:
            problems.append(Problem(self.env._("its description is missing.")))
        name = (line.name or "").split("\n")[0]
        return [
            Problem(
                self.env._("line “%(line)s”: %(problem)s", line=name, problem=problem),
                problem.record,
            )
            for problem in problems
        ]

    def _o2c_total_problems(self, sums):
        posted = amounts.decimal(self.amount_total)
        if sums.total + self._o2c_beside_lines() == posted:
            return []
        return [
            self.env._(
                "its total is %(posted)s, but the SRI adds it up to %(sri)s: use Reset "
                "taxes on the document.",
                posted=posted,
                sri=sums.total,
            )
        ]

    def _o2c_beside_lines(self):
        """Return what is in the total but in no line of the document, in USD."""
        return amounts.ZERO

    # === COMPROBANTE === #

    def _o2c_prepare_comprobante(self, existing, plan):
        """Return the document of ``sri_core`` for a posted entry."""
        self.ensure_one()
        kind = self.l10n_latam_document_type_id.code
        prepare = {
            "01": self._o2c_prepare_factura,
            "03": self._o2c_prepare_liquidation,
            "04": self._o2c_prepare_credit_note,
            "05": self._o2c_prepare_debit_note,
        }[kind]
        return prepare(self._o2c_prepare_head(existing, kind), *plan)

    def _o2c_prepare_head(self, existing, kind):
        company = self.company_id
        series = self._o2c_series()
        point = self.journal_id.sudo().o2c_emission_point_id
        return {
            "issuer": company._o2c_sri_issuer(
                (point.partner_id or company.partner_id)._o2c_sri_address(),
                self.invoice_date,
            ),
            "environment": company.o2c_sri_environment,
            "access_key": self.env["o2c.sri.document"]._o2c_key_for(
                existing, company, kind, series, self.invoice_date
            ),
            "establishment": series[0],
            "emission_point": series[1],
            "sequential": series[2],
            "issue_date": self.invoice_date,
            "additional_info": tuple(self._o2c_additional_info(kind)),
        }

    def _o2c_series(self):
        """Return (establishment, emission point, sequential) of the number."""
        establishment, emission_point, number = self.name.split(" ")[-1].split("-")
        return establishment, emission_point, number.zfill(9)

    def _o2c_additional_info(self, kind):
        partner = self.partner_id
        facts = (
            ("Email", partner.email or partner.commercial_partner_id.email),
            ("Teléfono", partner.phone),
            ("Pedido", self.invoice_origin),
            ("Referencia", self.ref),
        )
        details = [
            doc.Detail(name=name, value=" ".join(value.split())[:300])
            for name, value in facts
            if value and value.strip()
        ]
        # what the law asks for first: the rest gives way when fifteen are not enough
        legends = self.company_id._o2c_sri_legends(kind, self.invoice_date)
        return [*legends, *details][: codes.MAX_ADDITIONAL_FIELDS]

    def _o2c_payment_method(self):
        return self.l10n_ec_sri_payment_id or self.company_id.o2c_sri_payment_id

    def _o2c_payments(self, total):
        """Return how and when the total is to be paid, by the payment terms."""
        method = self._o2c_payment_method().code
        terms = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        payments = tuple(
            doc.Payment(
                method=method,
                total=amounts.decimal(abs(term.amount_currency)),
                term=Decimal(
                    max(0, (term.date_maturity - self.invoice_date).days)
                    if term.date_maturity
                    else 0
                ),
                time_unit="dias",
            )
            for term in terms
        )
        if sum(payment.total for payment in payments) != total:
            return (doc.Payment(method=method, total=total),)
        return payments

    def _o2c_prepare_amounts(self, lines, sums):
        """What invoices and purchase liquidations have in common."""
        return {
            "lines": lines,
            "subtotal": sums.subtotal,
            "discount": sums.discount,
            "taxes": sums.taxes,
            "total": sums.total,
            "payments": self._o2c_payments(sums.total),
        }

    def _o2c_prepare_factura(self, head, lines, sums):
        return doc.Invoice(
            **head,
            buyer=self.partner_id._o2c_sri_party(),
            **self._o2c_prepare_amounts(lines, sums),
        )

    def _o2c_prepare_liquidation(self, head, lines, sums):
        return doc.PurchaseLiquidation(
            **head,
            supplier=self.partner_id._o2c_sri_party(),
            **self._o2c_prepare_amounts(lines, sums),
        )

    def _o2c_prepare_credit_note(self, head, lines, sums):
        return doc.CreditNote(
            **head,
            buyer=self.partner_id._o2c_sri_party(with_address=False),
            modified=self._o2c_modified(),
            lines=lines,
            subtotal=sums.subtotal,
            taxes=sums.taxes,
            total=sums.total,
            reason=(self.ref or "DEVOLUCIÓN O DESCUENTO")[:300],
        )

    def _o2c_prepare_debit_note(self, head, lines, sums):
        return doc.DebitNote(
            **head,
            buyer=self.partner_id._o2c_sri_party(with_address=False),
            modified=self._o2c_modified(),
            charges=tuple(
                doc.Charge(reason=line.description, amount=line.subtotal)
                for line in lines
            ),
            subtotal=sums.subtotal,
            taxes=sums.taxes,
            total=sums.total,
            payments=self._o2c_payments(sums.total),
        )

    def _o2c_modified(self):
        number, date, kind = self._o2c_origin()
        return doc.ModifiedDocument(document_type=kind, number=number, issue_date=date)
