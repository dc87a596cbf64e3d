from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .legal_time import legal_today


class AccountMove(models.Model):
    """What a document in the books may say of consigned goods."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "account.move"

    # === INTO THE BOOKS === #

    def _o2c_check_consigned(self):
        """Refuse to bill consigned goods twice, unsettled, or not as they were settled.

        Asked of what the documents say when they go into the books: a draft may be
        edited, copied or made by hand.

        :raises UserError: for all problems of all documents at once
        """
        problems = [
            problem
            for move in self
            if move.is_purchase_document(include_receipts=True)
            or move._o2c_settlement()
            for problem in move.sudo()._o2c_consigned_problems()
        ]
        if problems:
            raise UserError("\n".join(problems))

    def _o2c_consigned_problems(self):
        self.ensure_one()
        if self._o2c_settlement_of_reversed():
            return self._o2c_note_problems()
        settlements = self._o2c_billed_settlements()
        if self.o2c_settlement_id or settlements:
            return self._o2c_bill_problems(settlements)
        return self._o2c_unsettled_problems()

    def _o2c_billed_settlements(self):
        """Settlements whose lines this document bills.

        :rtype: o2c.consignment.settlement
        """
        [(settlements,)] = self.env["o2c.consignment.settlement.line"]._read_group(
            [("bill_id", "in", self.ids)], [], ["settlement_id:recordset"]
        )
        return settlements

    # === A SETTLEMENT'S BILL === #

    def _o2c_bill_problems(self, settlements):
        """Why this is no bill of its settlement.

        :param settlements: whose lines it bills
        :rtype: list[str]
        """
        settlement = self.o2c_settlement_id
        if not settlements:
            return [
                self.env._(
                    "%(bill)s bills nothing of %(settlement)s any more: its lines can "
                    "be billed again. Delete it and enter the bill in the settlement.",
                    bill=self.display_name,
                    settlement=settlement.name,
                )
            ]
        if settlements != settlement:
            return [
                self.env._(
                    "%(bill)s holds lines of the settlement %(settlements)s, but does "
                    "not say so. Delete it and enter the bill in the settlement.",
                    bill=self.display_name,
                    settlements=", ".join(settlements.mapped("name")),
                )
            ]
        problems = self._o2c_party_problems(settlement)
        return problems or self._o2c_content_problems(settlement)

    def _o2c_party_problems(self, settlement):
        """Why the document is not the consignor's, in the settlement's currency."""
        problems = []
        if self.commercial_partner_id != settlement.consignor_id.commercial_partner_id:
            problems.append(
                self.env._(
                    "%(settlement)s is of %(consignor)s, and %(bill)s of %(partner)s. "
                    "Choose %(consignor)s.",
                    settlement=settlement.name,
                    consignor=settlement.consignor_id.display_name,
                    bill=self.display_name,
                    partner=self.partner_id.display_name or self.env._("nobody"),
                )
            )
        if self.currency_id != settlement.currency_id:
            problems.append(
                self.env._(
                    "%(settlement)s is in %(expected)s, and %(bill)s in %(currency)s. "
                    "Choose %(expected)s.",
                    settlement=settlement.name,
                    expected=settlement.currency_id.name,
                    bill=self.display_name,
                    currency=self.currency_id.name,
                )
            )
        return problems

    def _o2c_content_problems(self, settlement):
        """What differs between the document and the lines that it bills."""
        lines = Domain(
            [("settlement_id", "=", settlement.id), ("bill_id", "=", self.id)]
        )
        sign = -1 if self.move_type == "in_refund" else 1
        due = settlement._sum(lines)
        match = settlement._compare(lines, due, sign * self.amount_untaxed)
        problems = settlement._billed_quantity_problems(self, lines)
        if not match.within_tolerance:
            return [settlement._mismatch(match), *problems]
        return problems + self._o2c_account_problems(settlement, sign, due)

    def _o2c_account_problems(self, settlement, sign, due):
        """Whether the document clears what was accrued, no more and no less.

        :param int sign: -1 for a credit note
        :param float due: what the lines that it bills come to
        """
        accrual = self.company_id._o2c_consignment_account("accrual")
        difference = self.company_id._o2c_consignment_account("difference")
        lines = self.invoice_line_ids.filtered(lambda x: x.display_type == "product")
        cleared = sign * sum(
            lines.filtered(lambda x: x.account_id == accrual).mapped("price_subtotal")
        )
        strange = lines.account_id - accrual - difference
        if not strange and not self.currency_id.compare_amounts(cleared, due):
            return []
        return [
            self.env._(
                "%(bill)s takes %(cleared)s from %(accrual)s, where %(due)s was "
                "accrued for the lines of %(settlement)s. Put the goods on this "
                "account at their agreed cost, and what the document says more or less "
                "on a line with the account %(difference)s.",
                bill=self.display_name,
                cleared=self.currency_id.format(cleared),
                accrual=accrual.display_name,
                due=self.currency_id.format(due),
                settlement=settlement.name,
                difference=difference.display_name,
            )
        ]

    # === ITS CREDIT NOTE === #

    def _o2c_note_problems(self):
        """Why this does not take back the whole bill, once.

        :rtype: list[str]
        """
        bill = self.reversed_entry_id
        settlement = bill.o2c_settlement_id
        if not bill._o2c_billed_settlements():
            return [
                self.env._(
                    "%(bill)s of the settlement %(settlement)s was taken back already, "
                    "or takes a bill back itself. Delete %(note)s; what is owed is "
                    "billed from the settlement.",
                    bill=bill.display_name,
                    settlement=settlement.name,
                    note=self.display_name,
                )
            ]
        problems = self._o2c_party_problems(settlement)
        if (
            self.currency_id.compare_amounts(self.amount_untaxed, bill.amount_untaxed)
            or self.o2c_settlement_id != settlement
        ):
            problems.append(
                self.env._(
                    "%(bill)s bills a settlement: a credit note takes back all of "
                    "it, %(amount)s, and the settlement can be billed again. A "
                    "later cost is a cost change.",
                    bill=bill.display_name,
                    amount=bill.currency_id.format(bill.amount_untaxed),
                )
            )
        elif not problems and self._o2c_accrual_moved() != -bill._o2c_accrual_moved():
            problems.append(
                self.env._(
                    "%(note)s takes %(bill)s back on other accounts. Put its lines on "
                    "the accounts of the lines that they take back.",
                    note=self.display_name,
                    bill=bill.display_name,
                )
            )
        return problems

    def _o2c_accrual_moved(self):
        """What this moves on the consignment accrual, in its currency."""
        accrual = self.company_id.o2c_consignment_accrual_account_id
        lines = self.line_ids.filtered(lambda line: line.account_id == accrual)
        return self.currency_id.round(sum(lines.mapped("amount_currency")))

    # === ANY OTHER PURCHASE DOCUMENT === #

    def _o2c_unsettled_problems(self):
        """Why this bills consigned goods that were not settled.

        :rtype: list[str]
        """
        problems = []
        lines = self.invoice_line_ids.filtered(lambda x: x.display_type == "product")
        orders = lines.purchase_line_id.order_id.filtered("o2c_is_consignment")
        if orders:
            problems.append(
                self.env._(
                    "%(orders)s brought consigned goods: the consignor bills what was "
                    "sold, from a settlement. Remove these lines and bill the "
                    "settlement.",
                    orders=", ".join(orders.mapped("name")),
                )
            )
        accrual = self.company_id.o2c_consignment_accrual_account_id
        if accrual and accrual in lines.account_id:
            problems.append(
                self.env._(
                    "%(bill)s has lines on %(account)s, which only the bills of "
                    "settlements clear. Remove these lines and enter the bill in the "
                    "settlement: Consignment, Settlements.",
                    bill=self.display_name,
                    account=accrual.display_name,
                )
            )
        products = self._o2c_consigned_products(
            lines - lines.filtered("purchase_line_id")
        )
        if products:
            problems.append(
                self.env._(
                    "%(products)s is consigned by %(consignor)s, who bills what was "
                    "sold, from a settlement. Remove it and bill the settlement; if "
                    "you bought it from him, bill it from its purchase order.",
                    products=", ".join(products.mapped("display_name")),
                    consignor=self.commercial_partner_id.display_name,
                )
            )
        return problems

    def _o2c_consigned_products(self, lines):
        """Products that the vendor consigns, or consigned and was not paid for yet."""
        products = lines.product_id
        if not products:
            return products
        agreement = self.env["o2c.consignment.agreement"]._o2c_find(
            self.commercial_partner_id,
            self.company_id,
            self.invoice_date or legal_today(),
        )
        [(unbilled,)] = self.env["o2c.consignment.consumption"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("consignor_id", "=", self.commercial_partner_id.id),
                ("product_id", "in", products.ids),
                ("state", "in", ("open", "settled")),
            ],
            [],
            ["product_id:recordset"],
        )
        return products & (agreement.line_ids.product_id | unbilled)

    # === OUT OF THE BOOKS === #

    def _o2c_check_leaves_books(self):
        """Refuse to reset or delete what the state of goods or settlements rests on.

        :raises UserError: an accrual, a bill that was taken back, or what took it back
        """
        self._o2c_check_follows_from_nothing()
        for move in self.filtered(lambda m: m._o2c_settlement()):
            settlement = move._o2c_settlement()
            if move.sudo()._o2c_billed_settlements():
                continue
            raise UserError(
                self.env._(
                    "%(document)s stays: %(settlement)s was opened again by the credit "
                    "note of its bill, and its lines can be billed once more. If the "
                    "consignor is owed for them after all, enter a new bill in the "
                    "settlement.",
                    document=move.display_name,
                    settlement=settlement.name,
                )
            )

    def _o2c_check_follows_from_nothing(self):
        """Refuse to touch entries that follow from transfers and cost changes.

        :raises UserError: for all of them at once
        """
        if not self.ids:
            return
        [(accruals,)] = (
            self.env["o2c.consignment.consumption"]
            .sudo()
            ._read_group(
                [("accrual_move_id", "in", self.ids)],
                [],
                ["accrual_move_id:recordset"],
            )
        )
        changes = (
            self.env["o2c.consignment.cost.change"]
            .sudo()
            .search([("entry_ids", "in", self.ids)])
        )
        kept = self & (accruals | changes.entry_ids).with_env(self.env)
        if kept:
            raise UserError(
                self.env._(
                    "%(entries)s says what consigned goods cost, and follows from "
                    "their transfers. Correct it there: by a return, or by a cost "
                    "change of the consignor.",
                    entries=", ".join(kept.mapped("display_name")),
                )
            )
