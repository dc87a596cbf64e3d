from odoo import api, models
from odoo.fields import Command

from .legal_time import legal_day


class SaleOrderLine(models.Model):
    """The cost of a sale under perpetual valuation: our own goods and no others."""

    _inherit = "sale.order.line"

    # === COST OF OUR GOODS, PERPETUAL === #

    def _o2c_has_consigned_goods(self):
        """Whether consigned goods are reserved for, or were delivered by, this line."""
        self.ensure_one()
        return any(
            line._o2c_is_consigned() for line in self.sudo().move_ids.move_line_ids
        )

    def _o2c_own_delivered(self):
        """Quantity (product's unit) and value of our own goods delivered, net.

        :rtype: tuple[float, float]
        """
        self.ensure_one()
        quantity = value = 0.0
        for move in self.sudo().move_ids.filtered(lambda m: m.state == "done"):
            sign = 1 if move.is_out else -1 if move.is_in else 0
            if sign:
                quantity += sign * move._get_valued_qty()
                value += sign * move.value
        return quantity, value

    def _o2c_consigned_delivered(self):
        """Net quantity (product's unit) and agreed cost (company's currency).

        :rtype: tuple[float, float]
        """
        self.ensure_one()
        consumptions = self.sudo().move_ids.o2c_consumption_ids
        cost = sum(
            c.currency_id._convert(
                c._cost(),
                self.company_id.currency_id,
                self.company_id,
                legal_day(c.date),
                round=False,
            )
            for c in consumptions
        )
        return sum(consumptions.mapped("quantity")), cost

    def _o2c_pending(self):
        """What is reserved and not delivered: quantity of our own and by consignor.

        :rtype: tuple[float, dict]
        """
        self.ensure_one()
        own, consigned = 0.0, {}
        moves = self.sudo().move_ids.filtered(
            lambda m: (
                m.state not in ("done", "cancel")
                and m.location_dest_id._o2c_is_customer_side()
            )
        )
        for line in moves.move_line_ids:
            quantity = line.quantity_product_uom
            if line._o2c_is_consigned():
                owner = line.owner_id.commercial_partner_id
                consigned[owner] = consigned.get(owner, 0.0) + quantity
            else:
                own += quantity
        return own, consigned

    def _o2c_own_cost(self, quantity):
        """Cost of our own goods in a quantity of this sale.

        Delivered goods come first, own and consigned in proportion; what is not
        delivered yet counts by what is reserved, and as our own where nothing is.

        :param float quantity: in the product's unit
        :rtype: float
        """
        self.ensure_one()
        own, value = self._o2c_own_delivered()
        delivered = own + self._o2c_consigned_delivered()[0]
        cost = value
        if quantity < delivered:
            cost = value * quantity / delivered
        remaining = max(quantity - max(delivered, 0.0), 0.0)
        return cost + self._o2c_cost_of_pending(remaining)

    def _o2c_cost_of_pending(self, quantity):
        if self.product_id.uom_id.is_zero(quantity):
            return 0.0
        own, consigned = self._o2c_pending()
        reserved = own + sum(consigned.values())
        share = own if reserved <= quantity else own * quantity / reserved
        expected = share + max(quantity - reserved, 0.0)
        product = self.product_id.with_company(self.company_id)
        if product.cost_method == "fifo":
            return product._run_fifo(expected)
        return product.standard_price * expected

    def _o2c_invoice_lines(self):
        return self.sudo().invoice_lines.filtered(
            lambda line: (
                line.parent_state == "posted" and line.display_type == "product"
            )
        )

    def _o2c_invoiced_quantity(self, except_line):
        """Net quantity (product's unit) on posted invoices, besides one line."""
        return sum(
            (-1 if line.move_type == "out_refund" else 1)
            * line.product_uom_id._compute_quantity(
                line.quantity, self.product_id.uom_id
            )
            for line in self._o2c_invoice_lines() - except_line
        )

    def _o2c_posted_own_cost(self):
        """Cost of our goods posted for these sales, by invoices and corrections.

        :return: sale line → cost in the company's currency
        :rtype: dict
        """
        valuation = {
            line: line._o2c_cogs_accounts()["stock_valuation"] for line in self
        }
        sale_line_of = {
            invoiced: line for line in self for invoiced in line._o2c_invoice_lines()
        }
        posted = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("parent_state", "=", "posted"),
                    ("account_id", "in", [a.id for a in valuation.values()]),
                    "|",
                    ("o2c_cogs_sale_line_id", "in", self.ids),
                    ("cogs_origin_id", "in", [x.id for x in sale_line_of]),
                ]
            )
        )
        costs = dict.fromkeys(self, 0.0)
        for entry in posted:
            line = entry.o2c_cogs_sale_line_id or sale_line_of[entry.cogs_origin_id]
            if entry.account_id == valuation[line]:
                costs[line] -= entry.balance
        return costs

    def _o2c_cogs_accounts(self):
        self.ensure_one()
        product = self.product_id.product_tmpl_id.with_company(self.company_id)
        return product.get_product_accounts(fiscal_pos=self.order_id.fiscal_position_id)

    def _o2c_true_up_cogs(self):
        """Correct the cost of sales that were invoiced before they were delivered.

        An invoice posts the cost of what it expects to leave; consigned goods that
        left instead were accrued, so that the cost would count twice.
        """
        invoiced = {
            line: line._o2c_invoiced_quantity(self.env["account.move.line"])
            for line in self
            if line.product_id.with_company(line.company_id).valuation == "real_time"
        }
        lines = self.filtered(
            lambda line: invoiced.get(line) and line._o2c_has_consigned_goods()
        )
        if not lines:
            return
        posted = lines._o2c_posted_own_cost()
        dues = {
            line: line._o2c_own_cost(invoiced[line]) - posted[line] for line in lines
        }
        self._o2c_post_cogs(
            {
                line: due
                for line, due in dues.items()
                if not line.company_id.currency_id.is_zero(due)
            }
        )

    @api.model
    def _o2c_post_cogs(self, dues):
        """Post corrections of the cost of sales, one entry per order and journal.

        :param dict dues: sale line → cost that lacks, in the company's currency
        """
        entries = {}
        for line, due in dues.items():
            accounts = line._o2c_cogs_accounts()
            journal = (
                accounts["stock_journal"] or line.company_id._o2c_consignment_journal()
            )
            entries.setdefault((line.order_id, journal), []).extend(
                line._o2c_prepare_cogs_lines(due, accounts)
            )
        moves = (
            self.env["account.move"]
            .sudo()
            .create(
                [
                    {
                        "journal_id": journal.id,
                        "company_id": order.company_id.id,
                        "ref": order.name,
                        "line_ids": [Command.create(vals) for vals in vals_list],
                    }
                    for (order, journal), vals_list in entries.items()
                ]
            )
        )
        moves._post()

    def _o2c_prepare_cogs_lines(self, due, accounts):
        self.ensure_one()
        common = {
            "name": self.env._("Cost of sales of %(order)s", order=self.order_id.name),
            "product_id": self.product_id.id,
            "o2c_cogs_sale_line_id": self.id,
        }
        return [
            {
                **common,
                "account_id": accounts["expense"].id,
                "balance": due,
                "analytic_distribution": self.analytic_distribution,
            },
            {
                **common,
                "account_id": accounts["stock_valuation"].id,
                "balance": -due,
            },
        ]
