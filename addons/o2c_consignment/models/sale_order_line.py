from odoo import api, fields, models
from odoo.fields import Command

from ..consignment_core import MissingPrice
from .legal_time import legal_day
from .stock_quant import OWN_RANK, RANKS


class SaleOrderLine(models.Model):
    """The cost of a sale: our goods at their value, consigned goods as agreed."""

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
                c.date.date(),
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
        """Cost of our goods posted for this sale, by invoices and corrections."""
        account = self.product_id.product_tmpl_id.with_company(
            self.company_id
        ).get_product_accounts()["stock_valuation"]
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("parent_state", "=", "posted"),
                    ("account_id", "=", account.id),
                    "|",
                    ("o2c_cogs_sale_line_id", "=", self.id),
                    ("cogs_origin_id", "in", self._o2c_invoice_lines().ids),
                ]
            )
        )
        return -sum(lines.mapped("balance"))

    def _o2c_true_up_cogs(self):
        """Correct the cost of sales that were invoiced before they were delivered.

        An invoice posts the cost of what it expects to leave; consigned goods that
        left instead were accrued, so that the cost would count twice.
        """
        for line in self:
            line = line.with_company(line.company_id)
            if line.product_id.valuation != "real_time":
                continue
            invoiced = line._o2c_invoiced_quantity(self.env["account.move.line"])
            if not invoiced or not line._o2c_has_consigned_goods():
                continue
            due = line._o2c_own_cost(invoiced) - line._o2c_posted_own_cost()
            if not line.company_id.currency_id.is_zero(due):
                line._o2c_post_cogs(due)

    def _o2c_post_cogs(self, amount):
        self.ensure_one()
        accounts = self.product_id.product_tmpl_id.get_product_accounts(
            fiscal_pos=self.order_id.fiscal_position_id
        )
        journal = (
            accounts["stock_journal"] or self.company_id._o2c_consignment_journal()
        )
        common = {
            "name": self.env._("Cost of sales of %(order)s", order=self.order_id.name),
            "product_id": self.product_id.id,
            "o2c_cogs_sale_line_id": self.id,
        }
        move = (
            self.env["account.move"]
            .sudo()
            .create(
                {
                    "journal_id": journal.id,
                    "company_id": self.company_id.id,
                    "ref": self.order_id.name,
                    "line_ids": [
                        Command.create(
                            {
                                **common,
                                "account_id": accounts["expense"].id,
                                "balance": amount,
                                "analytic_distribution": self.analytic_distribution,
                            }
                        ),
                        Command.create(
                            {
                                **common,
                                "account_id": accounts["stock_valuation"].id,
                                "balance": -amount,
                            }
                        ),
                    ],
                }
            )
        )
        move._post()
        return move

    # === MARGIN, BEFORE AND AFTER DELIVERY === #

    # The detour over move_id: a precomputed field may depend on a computed one only
    # behind a many2one.
    @api.depends(
        "move_ids.move_line_ids.owner_id",
        "move_ids.move_line_ids.move_id.quantity",
        "move_ids.o2c_consumption_ids.quantity",
        "move_ids.o2c_consumption_ids.unit_cost",
        "move_ids.o2c_consumption_ids.amount",
    )
    def _compute_purchase_price(self):
        # EXTENDS sale_stock_margin, where consigned goods cost nothing
        super()._compute_purchase_price()
        agreed = self._o2c_agreed_products()
        for line in self.filtered("product_id"):
            line = line.with_company(line.company_id)
            cost = line._o2c_unit_cost(agreed)
            if cost is None:
                continue
            line.purchase_price = line._convert_to_sol_currency(
                line.product_id.uom_id._compute_price(cost, line.product_uom_id),
                line.company_id.currency_id,
            )

    def write(self, vals):
        # EXTENDS sale_stock: whose goods a quotation expects depends on the quantity;
        # a cost that somebody typed for our own goods stays
        result = super().write(vals)
        if "product_uom_qty" in vals:
            agreed = self._o2c_agreed_products()
            lines = self.filtered(lambda x: (x.company_id, x.product_id) in agreed)
            self.env.add_to_compute(self._fields["purchase_price"], lines)
        return result

    @api.onchange("product_uom_qty")
    def _onchange_o2c_product_uom_qty(self):
        if (self.company_id, self.product_id) in self._o2c_agreed_products():
            self._compute_purchase_price()

    def _o2c_agreed_products(self):
        """Agreements in force by company and product of these lines.

        :rtype: dict
        """
        lines = (
            self.env["o2c.consignment.agreement.line"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("product_id", "in", self.product_id.ids),
                    ("agreement_id.state", "=", "active"),
                ]
            )
        )
        result = {}
        for line in lines:
            key = (line.company_id, line.product_id)
            agreements = result.get(key, self.env["o2c.consignment.agreement"].sudo())
            result[key] = agreements | line.agreement_id
        return result

    def _o2c_unit_cost(self, agreed):
        """Cost of one unit of the product when consigned goods are in it.

        Delivered goods at what they cost, reserved goods at what they will, the rest
        by the issue order and what is in stock. None: our own goods only.

        :param dict agreed: see :meth:`_o2c_agreed_products`
        :rtype: float | None
        """
        self.ensure_one()
        consigned, consigned_cost = self._o2c_consigned_delivered()
        own_reserved, reserved = self._o2c_pending()
        agreements = agreed.get((self.company_id, self.product_id))
        if not (consigned or reserved or agreements):
            return None
        own, value = self._o2c_own_delivered()
        ordered = self.product_uom_id._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id
        )
        total = max(ordered, own + consigned)
        rest = max(total - own - consigned - own_reserved - sum(reserved.values()), 0)
        forecast = self._o2c_forecast(rest, agreements) if agreements else {}
        if not (consigned or reserved or any(forecast)):
            return None
        if not total:
            return None
        standard = self.product_id.standard_price
        expected = self._o2c_merge({False: own_reserved}, reserved, forecast)
        cost = value + consigned_cost + expected.pop(False, 0.0) * standard
        for consignor, quantity in expected.items():
            cost += quantity * self._o2c_agreed_cost(consignor)
        unknown = total - own - consigned - own_reserved
        unknown -= sum(reserved.values()) + sum(forecast.values())
        return (cost + max(unknown, 0.0) * standard) / total

    @api.model
    def _o2c_merge(self, *parts):
        merged = {}
        for part in parts:
            for owner, quantity in part.items():
                merged[owner] = merged.get(owner, 0.0) + quantity
        return merged

    def _o2c_forecast(self, quantity, agreements):
        """Whose goods a quantity would be taken from now.

        :param float quantity: in the product's unit
        :return: consignor, or False for our own → quantity
        :rtype: dict
        """
        self.ensure_one()
        if self.product_id.uom_id.is_zero(quantity):
            return {}
        free = self._o2c_free_by_owner(agreements.consignor_id)
        sources = [(OWN_RANK, 0, False)] + [
            (RANKS[agreement.issue_order], agreement.id, agreement.consignor_id)
            for agreement in agreements
        ]
        result = {}
        for _rank, _id, owner in sorted(sources, key=lambda source: source[:2]):
            taken = min(max(free.get(owner, 0.0), 0.0), quantity)
            if taken:
                result[owner] = taken
                quantity -= taken
        if quantity and not self.product_id.standard_price:
            # nothing of it is in stock, and it was never ours
            owner = agreements[0].consignor_id
            result[owner] = result.get(owner, 0.0) + quantity
        return result

    def _o2c_free_by_owner(self, consignors):
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "=", self.product_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("location_id", "child_of", self.warehouse_id.view_location_id.ids)
                    if self.warehouse_id
                    else ("location_id.usage", "=", "internal"),
                    ("owner_id", "in", [False, *consignors.ids]),
                ],
                ["owner_id"],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        )
        return {owner or False: total - taken for owner, total, taken in rows}

    def _o2c_agreed_cost(self, consignor):
        """Agreed cost of one unit today, in the company's currency.

        :rtype: float
        """
        self.ensure_one()
        day = legal_day(fields.Datetime.now())
        agreement = (
            self.env["o2c.consignment.agreement"]
            .sudo()
            ._o2c_find(consignor, self.company_id, day)
        )
        company_currency = self.company_id.currency_id
        price = self.currency_id._convert(
            self.product_uom_id._compute_price(
                self.price_reduce_taxexcl, self.product_id.uom_id
            ),
            agreement.currency_id or company_currency,
            self.company_id,
            day,
            round=False,
        )
        try:
            cost = agreement and agreement._agreed_cost(self.product_id, day, price)
        except MissingPrice:
            cost = None
        if not cost:
            return self.product_id.standard_price
        return agreement.currency_id._convert(
            float(cost.unit_cost),
            company_currency,
            self.company_id,
            day,
            round=False,
        )
