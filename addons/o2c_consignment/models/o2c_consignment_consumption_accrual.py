from collections import defaultdict, namedtuple

from odoo import models
from odoo.fields import Command

from .legal_time import legal_day

# What goods add to an entry, in the currency of the agreement.
Charge = namedtuple("Charge", ["amount", "product", "analytic_distribution"])


class O2cConsignmentConsumption(models.Model):
    """What consumed goods cost: cost of sales against what is owed for them."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.consumption"

    def _post_accruals(self, vals_list):
        """Post what these consumptions cost, before they are created.

        One entry per company and consignor, so that a delivery of fifty lines does not
        make fifty entries; and first, so that each row is written once.

        :param vals_list: values of consumptions, to which their entry is added
        """
        groups = defaultdict(list)
        for vals in vals_list:
            if vals["amount"]:
                names = ("company_id", "consignor_id", "currency_id")
                key = (*(vals[name] for name in names), legal_day(vals["date"]))
                groups[key].append(vals)
        for (company, consignor, currency, day), same in groups.items():
            entry = self._post_entry(
                self.env["res.company"].browse(company),
                self.env["res.partner"].browse(consignor),
                self.env["res.currency"].browse(currency),
                day,
                self._accrual_reference(same[0]),
                [self._prepare_charge(vals) for vals in same],
            )
            for vals in same:
                vals["accrual_move_id"] = entry.id

    def _accrual_reference(self, vals):
        move = self.env["stock.move"].browse(vals["move_id"])
        return self.env._(
            "%(reference)s goods of %(consignor)s",
            reference=move.reference or move.product_id.display_name,
            consignor=self.env["res.partner"].browse(vals["consignor_id"]).name,
        )

    def _prepare_charge(self, vals):
        move = self.env["stock.move"].browse(vals["move_id"])
        return Charge(
            vals["amount"], move.product_id, move.sale_line_id.analytic_distribution
        )

    def _post_entry(self, company, consignor, currency, day, reference, charges):
        """Post charges to cost of sales and accrual.

        :param date day: of the entry, in the legal time zone
        :param str reference: what the entry follows from
        :param charges: list of Charge, in the currency
        :return: the posted ``account.move``
        """
        lines = self._prepare_cost_lines(company, currency, day, reference, charges)
        lines.append(self._prepare_accrual_line(company, reference, lines))
        common = {"partner_id": consignor.id, "currency_id": currency.id, "tax_ids": []}
        move = (
            self.env["account.move"]
            .sudo()
            .with_company(company)
            # nobody reads the chatter of an entry that follows from a transfer, and it
            # has no taxes nor payment terms to work out
            .with_context(tracking_disable=True, skip_invoice_sync=True)
            .create(
                {
                    "journal_id": company._o2c_consignment_journal().id,
                    "currency_id": currency.id,
                    "date": day,
                    "ref": reference,
                    "line_ids": [Command.create({**common, **vals}) for vals in lines],
                }
            )
        )
        move._post()
        return move

    def _prepare_cost_lines(self, company, currency, day, reference, charges):
        """A line for each analytic distribution.

        Each line of an entry costs a delivery time, and the consumptions, which lead
        here, have the goods one by one. A line names the product where there is one.
        """
        by_analytic = defaultdict(list)
        for charge in charges:
            by_analytic[repr(charge.analytic_distribution)].append(charge)
        account = company._o2c_consignment_account("cost")
        vals_list = []
        for same in by_analytic.values():
            amount = sum(charge.amount for charge in same)
            product = self.env["product.product"].union(*(c.product for c in same))
            vals_list.append(
                {
                    "name": product.display_name if len(product) == 1 else reference,
                    "product_id": len(product) == 1 and product.id,
                    "account_id": account.id,
                    "analytic_distribution": same[0].analytic_distribution,
                    "amount_currency": amount,
                    "balance": currency._convert(
                        amount, company.currency_id, company, day
                    ),
                }
            )
        return vals_list

    def _prepare_accrual_line(self, company, reference, cost_lines):
        return {
            "name": reference,
            "account_id": company._o2c_consignment_account("accrual").id,
            # said here, it is not looked up
            "analytic_distribution": False,
            "amount_currency": -sum(vals["amount_currency"] for vals in cost_lines),
            "balance": -sum(vals["balance"] for vals in cost_lines),
        }
