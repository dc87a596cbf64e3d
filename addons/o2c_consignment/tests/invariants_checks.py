from collections import Counter

from odoo.fields import Domain

from ..models.legal_time import legal_day
from .invariants_model import OwnLedger
from .invariants_money import MoneyOperations

DONE = [("state", "=", "done"), ("quantity", "!=", 0)]


class Invariants(MoneyOperations):
    """What always holds, whatever happened before."""

    def _begin_books(self):
        super()._begin_books()
        self.ledger = OwnLedger(self.products)

    def _check(self):
        self.env.flush_all()
        self.env.invalidate_all()
        goods = self._all_consumptions()
        lines = self._completed_lines()
        for consignor in self.consignors:
            his = goods.filtered(lambda c, owner=consignor: c.consignor_id == owner)
            self._check_books(consignor, his)
            self._check_bills(consignor, his)
            self._check_orders(consignor, his)
        self._check_states(goods)
        for c in goods:
            self._check_cost(c)
        self._check_quantities(goods, lines)
        self.ledger.follow(lines.filtered(lambda line: not line.owner_id))
        self._check_own_goods()
        self._check_sales()

    def _all_consumptions(self):
        return self.env["o2c.consignment.consumption"].search(
            [("consignor_id", "in", self.consignors.ids)], order="id"
        )

    def _completed_lines(self):
        return self.env["stock.move.line"].search(
            Domain(DONE)
            & Domain("product_id", "in", self.products.ids)
            & Domain("company_id", "=", self.company.id),
            order="id",
        )

    def _same(self, actual, expected, what):
        self.assertAlmostEqual(float(actual), float(expected), 2, msg=what)

    # === BOOKS === #

    def _entries(self, kind, consignor):
        account = self.company[f"o2c_consignment_{kind}_account_id"]
        return self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("partner_id", "=", consignor.id),
            ]
        )

    def _is_in_books(self, goods):
        """Whether what is due for goods moved from the accrual to what we owe."""
        line = goods.settlement_line_ids
        return bool(line.closed_on or line.bill_id.state == "posted")

    def _check_books(self, consignor, goods):
        """Accrued is what was consumed and not billed; cost is what was consumed."""
        name = consignor.name
        billed = goods.filtered(self._is_in_books)
        due = sum((goods - billed).mapped("amount"))
        accrual = self._entries("accrual", consignor)
        self._same(-sum(accrual.mapped("amount_currency")), due, f"accrued for {name}")
        # what is reconciled in part counts with what is left of it
        self._same(
            sum(accrual.mapped("amount_residual")),
            sum(accrual.mapped("balance")),
            f"reconciled for {name}",
        )
        if goods == billed:
            left = accrual.filtered(lambda line: not line.reconciled)
            self.assertFalse(
                [f"{x.move_id.name} {x.amount_residual_currency:g}" for x in left],
                f"open though all is billed for {name}",
            )
        cost = self._entries("cost", consignor)
        self._same(
            sum(cost.mapped("amount_currency")),
            sum(goods.mapped("amount")),
            f"cost of the goods of {name}",
        )
        if consignor != self.paris:
            self._same(-sum(accrual.mapped("balance")), due, f"accrued USD for {name}")

    def _check_bills(self, consignor, goods):
        """Documents come to what their lines do, and to what they said besides."""
        documents = self.env["account.move"].search(
            [
                ("partner_id", "=", consignor.id),
                ("move_type", "in", ("in_invoice", "in_refund")),
                ("state", "=", "posted"),
            ]
        )
        signs = {"in_invoice": 1, "in_refund": -1}
        total = sum(signs[m.move_type] * m.amount_untaxed for m in documents)
        billed = goods.filtered(lambda c: c.settlement_line_ids.bill_id & documents)
        differences = sum(
            difference
            for bill, difference in self.stated.items()
            if bill in billed.settlement_line_ids.bill_id
        )
        self._same(
            total,
            sum(billed.mapped("amount")) + differences,
            f"billed by {consignor.name}",
        )
        self._same(
            sum(self._entries("difference", consignor).mapped("amount_currency")),
            differences,
            f"differences of bills of {consignor.name}",
        )

    def _check_states(self, goods):
        for c in goods:
            line = c.settlement_line_ids
            self.assertLessEqual(len(line), 1, "settled twice")
            bill = line.bill_id
            expected = (
                "waived"
                if not c.is_chargeable
                else "open"
                if not line
                else "paid"
                if line.closed_on or bill.payment_state in ("paid", "in_payment")
                else "billed"
                if bill
                else "settled"
            )
            self.assertEqual(c.state, expected, f"state of {c.display_name}")

    def _check_cost(self, c):
        """Whoever bears it, at what was agreed that day."""
        charged = c.kind not in ("loss", "found") or self._we_bear(c)
        self.assertEqual(c.is_chargeable, charged, f"who bears {c.display_name}")
        if c.kind == "adjustment" or c.origin_id:
            return
        due = c.quantity * c.unit_cost * charged
        self._same(c.amount, c.currency_id.round(due), f"due for {c.display_name}")
        known = self.agreed.get((c.consignor_id, c.product_id))
        if known:
            day = legal_day(c.date)
            _first, price = max(
                [known[0], *(each for each in known if each[0] <= day)],
                key=lambda each: each[0],
            )
            if isinstance(price, dict):
                price = c.sale_unit_price * price["value"] / 100
            self._same(c.unit_cost, price, f"price of {c.display_name}")

    def _we_bear(self, c):
        """Costa bears what is lost, and Andino what is past its date."""
        loss = c.origin_id or c
        expiry = loss.lot_id.expiration_date
        expired = expiry and legal_day(expiry) < legal_day(loss.date)
        return loss.consignor_id == self.paris or (
            loss.consignor_id == self.consignor and not expired
        )

    def _check_orders(self, consignor, goods):
        """Orders may be billed for what was consumed of what they brought."""
        lines = self.env["purchase.order.line"].search(
            [
                ("order_id.partner_id", "=", consignor.id),
                ("order_id.state", "=", "purchase"),
            ]
        )
        for product, some in lines.grouped("product_id").items():
            charged = goods.filtered(
                lambda c, p=product: (
                    c.product_id == p and c.is_chargeable and c.kind != "adjustment"
                )
            )
            billed = charged.filtered(lambda c: c.state in ("billed", "paid"))
            received = sum(some.mapped("qty_received"))
            # goods that no order brought are on none
            consumed, on_bills = (
                max(min(sum(of.mapped("quantity")), received), 0)
                for of in (charged, billed)
            )
            self._same(
                sum(some.mapped("qty_to_invoice")),
                consumed - on_bills,
                f"to bill of orders of {product.name} of {consignor.name}",
            )

    # === QUANTITIES === #

    def _check_quantities(self, goods, lines):
        balance = self.env["o2c.consignment.balance"].search(
            [("consignor_id", "in", self.consignors.ids)]
        )
        different = balance.filtered(lambda row: round(row.difference, 6))
        self.assertFalse(different.mapped("display_name"), "received = on hand + …")
        moved, recorded = Counter(), Counter()
        for line in lines.filtered("owner_id"):
            key = (line.owner_id, line.product_id, line.lot_id)
            for end, sign in ((line.location_dest_id, 1), (line.location_id, -1)):
                moved[(*key, end.usage)] += sign * line.quantity_product_uom
        kinds = {"sale": "customer", "return": "customer", "use": "production"}
        for c in goods.filtered(lambda c: c.kind in kinds):
            key = (c.consignor_id, c.product_id, c.lot_id, kinds[c.kind])
            recorded[key] += c.quantity
        for key in moved.keys() | recorded.keys():
            *_goods, usage = key
            if usage in kinds.values():
                self._same(recorded[key], moved[key], f"recorded: {key}")
                self.assertGreaterEqual(moved[key], 0, f"more back than sold: {key}")
        self._check_on_hand(moved)
        self._check_recorded_once(goods, lines)

    def _check_on_hand(self, moved):
        quants = self._quants(self.products)
        self.assertFalse(quants.filtered(lambda q: q.quantity < 0), "negative goods")
        there = Counter()
        for quant in quants.filtered("owner_id"):
            there[quant.owner_id, quant.product_id, quant.lot_id] += quant.quantity
        for *key, usage in moved:
            if usage == "internal":
                self._same(there[tuple(key)], moved[(*key, usage)], f"on hand: {key}")

    def _check_recorded_once(self, goods, lines):
        """Whatever of theirs left our place, or went to customers, has a record."""
        left = lines.filtered(
            lambda line: (
                line.owner_id
                and line.location_dest_id.usage
                in ("customer", "inventory", "production")
            )
        )
        gone = goods.filtered(lambda c: c.kind in ("sale", "loss", "use"))
        self.assertEqual(gone.move_line_id.sorted("id"), left, "without a record")
        self.assertEqual(len(gone), len(left), "recorded twice")

    # === OUR OWN GOODS === #

    def _check_own_goods(self):
        for product in self.products.with_company(self.company):
            expected = self.ledger.goods[product].value
            self._same(product.total_value, expected, f"value of {product.name}")
        for move, (quantity, value) in self.ledger.worth.items():
            if quantity > 0:
                # an average is no round sum
                self.assertAlmostEqual(
                    move.value, float(value), delta=0.011, msg=move.reference
                )

    def _check_sales(self):
        """Of what was delivered wholly: cost of ours in the books, and the margin."""
        sale_lines = self.env["sale.order.line"].search(
            [("order_id.partner_id", "=", self.customer.id), ("qty_delivered", ">", 0)]
        )
        for line in sale_lines:
            _quantity, own = self.ledger.of(line.move_ids)
            name = f"{line.order_id.name} {line.product_id.name}"
            goods = line.move_ids.o2c_consumption_ids
            # core posts our average cost of the day of the invoice, not of the delivery
            by_core = line.product_id.cost_method == "average" and not goods
            if line.qty_invoiced == line.qty_delivered and not by_core:
                perpetual = line.product_id.valuation == "real_time"
                self._same(
                    self._cost_posted(line), own * perpetual, f"cost of ours in {name}"
                )
            if goods and line.qty_delivered == line.product_uom_qty:
                expected = line.price_subtotal - float(own) + self._later_price(line)
                expected -= sum(map(self._cost_in_dollars, goods))
                # each cost is rounded to the cent, the margin is not
                self.assertAlmostEqual(
                    line.margin, expected, delta=0.01 * len(goods), msg=f"margin {name}"
                )

    def _cost_posted(self, line):
        """What left our stock in the books of a sale."""
        order = line.order_id
        entries = order.invoice_ids | self.env["account.move"].search(
            [("ref", "=", order.name), ("move_type", "=", "entry")]
        )
        accounts = line.product_id._get_product_accounts()
        lines = entries.line_ids.filtered(
            lambda x: (
                x.account_id == accounts["stock_valuation"]
                and x.product_id == line.product_id
                and x.parent_state == "posted"
            )
        )
        return -sum(lines.mapped("balance"))

    def _cost_in_dollars(self, goods):
        rate = self.env["res.currency"]._get_conversion_rate(
            goods.currency_id,
            self.company.currency_id,
            self.company,
            legal_day(goods.date),
        )
        return goods.amount * rate

    def _later_price(self, line):
        """What notes of later costs that customers have or will get add."""
        effects = self.env["o2c.consignment.cost.change.line"].search(
            [
                ("sale_line_id", "=", line.id),
                ("decision", "=", "pass_on"),
                ("change_id.state", "=", "applied"),
                ("note_id.state", "!=", "cancel"),
                ("note_id", "!=", False),
            ]
        )
        return sum(effects.mapped("delta"))
