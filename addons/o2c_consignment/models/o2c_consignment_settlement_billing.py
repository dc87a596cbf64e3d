from decimal import Decimal

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..consignment_core import Due, group_for_bill, match_bill
from .legal_time import legal_today


class O2cConsignmentSettlement(models.Model):
    """Billed by the consignor's document or by our purchase liquidation."""

    _inherit = "o2c.consignment.settlement"

    # === BILL, TO THE CENT === #

    def _create_bill(self, reference, date, amount):
        self.check_access("write")
        lines = self._lines_to_bill()
        match = self._match(lines, amount)
        liquidation = self._is_liquidation(lines)
        bill = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    **self._prepare_bill_vals(lines, match, reference, date),
                    **(self._prepare_liquidation_vals(match) if liquidation else {}),
                }
            )
        )
        # nobody says himself what his document bills
        bill.sudo().o2c_settlement_id = self
        if not liquidation:
            self._set_document_number(bill, reference)
        self.env["o2c.consignment.settlement.line"].sudo()._mark(
            lines, {"bill_id": bill.id}
        )
        return bill

    def _set_document_number(self, bill, reference):
        """Number the document where the country's documents have a number of their own.

        That is known by l10n_latam_invoice_document, when it is installed.
        """
        if reference and bill._fields.get("l10n_latam_use_documents"):
            if bill.l10n_latam_use_documents and bill.l10n_latam_document_type_id:
                bill.l10n_latam_document_number = reference

    def _is_liquidation(self, lines):
        """Whether we issue the document, for a consignor who cannot invoice."""
        return "liquidation" in self._agreements(lines).mapped("billing_document")

    def _agreements(self, lines):
        """The agreements that priced lines.

        :param Domain lines: of settlement lines
        """
        [(agreements,)] = self.env["o2c.consignment.consumption"]._read_group(
            [("settlement_line_id", "any", lines)],
            [],
            ["agreement_id:recordset"],
        )
        return agreements

    def _prepare_liquidation_vals(self, match):
        """Type and journal of our purchase liquidation (liquidación de compra, 03).

        Its number is given when it is posted, by the emission point of the journal
        where documents are electronic.

        :raises UserError: no such documents here, or more came back than was sold
        """
        Type = self.env.get("l10n_latam.document.type")
        document_type = Type is not None and Type.search(
            [
                ("internal_type", "=", "purchase_liquidation"),
                ("country_id", "=", self.company_id.account_fiscal_country_id.id),
            ],
            limit=1,
        )
        if not document_type:
            raise UserError(
                self.env._(
                    "There are no purchase liquidations in %(country)s. Let "
                    "%(consignor)s bill by invoice: change it in a new version of the "
                    "agreement.",
                    country=self.company_id.account_fiscal_country_id.name,
                    consignor=self.consignor_id.display_name,
                )
            )
        if match.stated <= 0:
            raise UserError(
                self.env._(
                    "More goods of %(consignor)s came back than were sold, and a "
                    "purchase liquidation cannot be negative. Cancel %(name)s: its "
                    "goods will be set off in a later settlement.",
                    consignor=self.consignor_id.display_name,
                    name=self.name,
                )
            )
        journal = self.company_id.o2c_consignment_liquidation_journal_id
        return {
            "l10n_latam_document_type_id": document_type.id,
            "ref": False,
            **({"journal_id": journal.id} if journal else {}),
        }

    @api.model
    def _accrual_entries(self, lines):
        """Every entry that moved the accrual of what was consumed.

        :param Domain lines: of settlement lines
        :rtype: account.move
        """
        consumed = Domain("settlement_line_id", "any", lines)
        [(accruals,)] = (
            self.env["o2c.consignment.consumption"]
            .sudo()
            ._read_group(consumed, [], ["accrual_move_id:recordset"])
        )
        changes = (
            self.env["o2c.consignment.cost.change"]
            .sudo()
            .search(
                # goods that were settled then have the difference apart
                Domain(
                    "line_ids",
                    "any",
                    Domain("consumption_id", "any", consumed)
                    & Domain("consumption_state", "=", "open"),
                )
                | Domain("later_ids", "any", consumed)
            )
        )
        return accruals | changes.entry_ids

    @api.model
    def _sum(self, lines):
        """What lines come to.

        :param Domain lines: of settlement lines
        """
        Line = self.env["o2c.consignment.settlement.line"]
        [(total,)] = Line._read_group(lines, [], ["amount:sum"])
        return total or 0.0

    def _unbilled_domain(self):
        """Accepted lines that no bill has.

        Lines are named by a condition, never by their ids: there may be a hundred
        thousand of them.
        """
        return self._open_lines_domain() & Domain("state", "=", "accepted")

    def _lines_to_bill(self):
        """Accepted lines that no bill has, held until this transaction ends.

        :raises UserError: there is none
        :rtype: Domain
        """
        # Two people billing at once must not both take the same lines. Whoever takes
        # them changes the settlement's sums: one lock holds them all.
        self.sudo().lock_for_update(allow_referencing=True)
        lines = self._unbilled_domain()
        if not self.env["o2c.consignment.settlement.line"].search_count(lines, limit=1):
            raise UserError(
                self.env._(
                    "%(name)s has no accepted line left to bill.", name=self.name
                )
            )
        return lines

    def _match(self, lines, amount):
        """Compare the document's amount with what is due.

        :param Domain lines: of settlement lines
        :param amount: of the document, without taxes; None for what is due
        :raises UserError: they differ by more than the tolerance
        :rtype: consignment_core.Match
        """
        due = self._sum(lines)
        match = self._compare(lines, due, due if amount is None else amount)
        if not match.within_tolerance:
            raise UserError(self._mismatch(match))
        return match

    def _compare(self, lines, due, amount):
        """Compare what a document says with what is due for lines.

        :rtype: consignment_core.Match
        """
        return match_bill(
            self._decimal(due), self._decimal(amount), self._tolerance(lines)
        )

    def _tolerance(self, lines):
        """How much a document may differ from what is due.

        :param Domain lines: of settlement lines
        :rtype: Decimal
        """
        agreements = self._agreements(lines).sudo()
        if not agreements:
            return self._decimal(self.company_id.o2c_consignment_tolerance)
        # where versions differ, the strictest holds
        return self._decimal(min(agreement._tolerance() for agreement in agreements))

    def _mismatch(self, match):
        currency = self.currency_id
        return self.env._(
            "The document says %(stated)s and %(due)s is due for the accepted "
            "lines of %(name)s: a difference of %(difference)s, more than the "
            "tolerance of %(tolerance)s. Ask for a corrected document, or "
            "dispute the lines that it leaves out.",
            stated=currency.format(float(match.stated)),
            due=currency.format(float(match.due)),
            name=self.name,
            difference=currency.format(float(match.difference)),
            tolerance=currency.format(float(match.tolerance)),
        )

    def _decimal(self, amount):
        places = self.currency_id.decimal_places
        return Decimal(f"{amount:.{places}f}")

    def _prepare_bill_vals(self, lines, match, reference, date):
        partner = self.consignor_id.with_company(self.company_id)
        term = self._agreements(lines).payment_term_id[:1]
        refund = match.stated < 0
        return {
            "move_type": "in_refund" if refund else "in_invoice",
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "currency_id": self.currency_id.id,
            "invoice_date": date or legal_today(),
            "ref": reference,
            "invoice_origin": self.name,
            "invoice_payment_term_id": (
                term or partner.property_supplier_payment_term_id
            ).id,
            "invoice_line_ids": [
                Command.create(vals)
                for vals in self._prepare_bill_lines(lines, match, -1 if refund else 1)
            ],
        }

    def _prepare_bill_lines(self, lines, match, sign):
        grouped = self._grouped(lines)
        accrual = self.company_id._o2c_consignment_account("accrual")
        vals_list = [
            {
                "product_id": line.product.id,
                "product_uom_id": line.product.uom_id.id,
                "quantity": sign * float(line.quantity),
                "price_unit": float(line.unit_cost),
                "account_id": accrual.id,
            }
            for line in grouped
            if line.quantity
        ]
        taxes = self._bill_taxes(
            grouped[0].product if grouped else self.line_ids[:1].product_id
        )
        rounding = sum((line.rounding for line in grouped), Decimal(0))
        for name, amount, account in (
            (self.env._("Rounding of single consumptions"), rounding, accrual),
            (
                self.env._("Difference between the document and the settlement"),
                match.difference,
                self.company_id._o2c_consignment_account("difference"),
            ),
        ):
            if amount:
                vals_list.append(
                    {
                        "name": name,
                        "quantity": 1,
                        "price_unit": sign * float(amount),
                        "account_id": account.id,
                        "tax_ids": [Command.set(taxes.ids)],
                    }
                )
        return vals_list

    def _grouped(self, lines):
        """What lines come to on a bill.

        :rtype: list[consignment_core.BillLine]
        """
        return group_for_bill(
            self._dues(lines),
            self.currency_id.decimal_places,
            self.env["decimal.precision"].precision_get("Product Price"),
        )

    def _billed_quantity_problems(self, bill, lines):
        """What a bill has more of than was consumed, whatever it costs there.

        :param bill: ``account.move`` of this settlement
        :param Domain lines: the settlement lines that it bills
        :rtype: list[str]
        """
        due = dict.fromkeys(bill.invoice_line_ids.product_id, 0.0)
        for line in self._grouped(lines):
            due[line.product] = due.get(line.product, 0.0) + float(line.quantity)
        sign = -1 if bill.move_type == "in_refund" else 1
        problems = []
        for product, quantity in due.items():
            billed = sign * sum(
                line.product_uom_id._compute_quantity(line.quantity, product.uom_id)
                for line in bill.invoice_line_ids
                if line.product_id == product
            )
            if product.uom_id.compare(billed, quantity) > 0:
                problems.append(
                    self.env._(
                        "%(billed)s of %(product)s would be billed, and %(due)s were "
                        "consumed and accepted in %(name)s. Correct the quantity, or "
                        "ask for a corrected document.",
                        billed=f"{billed:g}",
                        product=product.display_name,
                        due=f"{quantity:g}",
                        name=self.name,
                    )
                )
        return problems

    def _dues(self, lines):
        """Sums of the lines by product and cost.

        :rtype: list[consignment_core.Due]
        """
        Line = self.env["o2c.consignment.settlement.line"]
        dues = []
        # a cost adjustment is the line that has no quantity
        for operator in ("!=", "="):
            rows = Line._read_group(
                lines & Domain("quantity", operator, 0),
                ["product_id", "unit_cost"],
                ["quantity:sum", "amount:sum"],
                order="product_id, unit_cost",
            )
            dues += [
                Due(
                    product=product,
                    unit_cost=Decimal(repr(cost)) if operator == "!=" else None,
                    quantity=Decimal(repr(round(quantity, 6))),
                    amount=self._decimal(amount),
                )
                for product, cost, quantity, amount in rows
            ]
        return dues

    def _bill_taxes(self, product):
        fiscal_position = (
            self.env["account.fiscal.position"]
            .with_company(self.company_id)
            ._get_fiscal_position(self.consignor_id)
        )
        taxes = product.supplier_taxes_id._filter_taxes_by_company(self.company_id)
        return fiscal_position.map_tax(taxes)
