from odoo import api, fields, models

from ..consignment_core import MissingPrice, allocate


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    o2c_qty_consumed = fields.Float(
        string="Consumed",
        compute="_compute_o2c_qty_consumed",
        digits="Product Unit",
        help="Sold, used or lost of what this line brought, first received first.",
    )

    @api.depends("order_id.o2c_is_consignment", "qty_received")
    def _compute_o2c_qty_consumed(self):
        consumed = self._o2c_allocate(
            [("is_chargeable", "=", True), ("kind", "!=", "adjustment")]
        )
        for line in self:
            line.o2c_qty_consumed = consumed.get(line, 0.0)

    @api.depends(
        "product_id", "order_id.o2c_agreement_id", "order_id.o2c_is_consignment"
    )
    def _compute_price_unit_and_date_planned_and_name(self):
        # EXTENDS purchase
        super()._compute_price_unit_and_date_planned_and_name()
        for line in self.filtered("order_id.o2c_agreement_id"):
            if not line.product_id or line.invoice_lines:
                continue
            price = line._o2c_agreed_price()
            if price is not None:
                line.price_unit = line.technical_price_unit = price

    def _o2c_agreed_price(self):
        """Agreed cost in the order's unit and currency; None when it depends.

        :rtype: float | None
        """
        self.ensure_one()
        order = self.order_id
        agreement = order.o2c_agreement_id.sudo()
        product = self.product_id
        try:
            cost = agreement._agreed_cost(
                product, order._o2c_day(), sale_price=product.lst_price
            )
        except MissingPrice:
            return None
        price = product.uom_id._compute_price(
            float(cost.unit_cost), self.product_uom_id
        )
        return agreement.currency_id._convert(
            price, order.currency_id, order.company_id, order._o2c_day(), round=False
        )

    def _prepare_qty_invoiced(self):
        # EXTENDS purchase: bills of settlements name no order, so that the goods
        # consumed are spread over the lines that brought them
        invoiced = super()._prepare_qty_invoiced()
        billed = self._o2c_allocate(
            [("state", "in", ("billed", "paid")), ("kind", "!=", "adjustment")]
        )
        for line, quantity in billed.items():
            invoiced[line] += quantity
        return invoiced

    @api.depends("order_id.o2c_is_consignment")
    def _compute_qty_invoiced(self):
        # EXTENDS purchase: what is received is not billable, what is consumed is
        super()._compute_qty_invoiced()
        for line in self.filtered("order_id.o2c_is_consignment"):
            if line.order_id.state == "purchase":
                line.qty_to_invoice = line.o2c_qty_consumed - line.qty_invoiced

    def _o2c_allocate(self, domain):
        """Spread consumed quantities over consignment lines, first received first.

        :param list domain: which consumptions count
        :return: line → quantity in its unit of measure
        :rtype: dict
        """
        lines = self.filtered("order_id.o2c_is_consignment")
        result = {}
        groups = lines.grouped(
            lambda line: (
                line.company_id,
                line.order_id.partner_id.commercial_partner_id,
                line.product_id,
            )
        )
        for (company, consignor, product), some in groups.items():
            total = self._o2c_consumed_total(company, consignor, product, domain)
            every = self._o2c_sibling_lines(company, consignor, product) | some
            received = {
                line: line.product_uom_id._compute_quantity(
                    line.qty_received, product.uom_id, round=False
                )
                for line in every.sorted("id")
            }
            shares = allocate(total, received)
            for line in some:
                result[line] = product.uom_id._compute_quantity(
                    shares[line], line.product_uom_id, round=False
                )
        return result

    def _o2c_consumed_total(self, company, consignor, product, domain):
        [(total,)] = (
            self.env["o2c.consignment.consumption"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("consignor_id", "=", consignor.id),
                    ("product_id", "=", product.id),
                    *domain,
                ],
                aggregates=["quantity:sum"],
            )
        )
        return total or 0.0

    def _o2c_sibling_lines(self, company, consignor, product):
        return self.search(
            [
                ("company_id", "=", company.id),
                ("order_id.o2c_is_consignment", "=", True),
                ("order_id.state", "=", "purchase"),
                ("order_id.partner_id", "child_of", consignor.id),
                ("product_id", "=", product.id),
            ]
        )
