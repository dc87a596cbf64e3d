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

    o2c_place_id = fields.Many2one(
        "stock.location",
        string="Goes To",
        compute="_compute_o2c_place_id",
        help="Where the consignor's goods are received, in the end.",
    )
    o2c_qty_difference = fields.Float(
        string="Difference",
        compute="_compute_o2c_qty_difference",
        digits="Product Unit",
        help="Received less ordered, of a confirmed consignment order.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS purchase: goods may be added to an order that is confirmed already
        lines = super().create(vals_list)
        lines.order_id._o2c_check_agreement()
        return lines

    def write(self, vals):
        # EXTENDS purchase
        result = super().write(vals)
        if {"product_id", "order_id"} & vals.keys():
            self.order_id._o2c_check_agreement()
        return result

    @api.depends("order_id.o2c_is_consignment", "qty_received")
    def _compute_o2c_qty_consumed(self):
        consumed = self._o2c_allocate(
            [("is_chargeable", "=", True), ("kind", "!=", "adjustment")]
        )
        for line in self:
            line.o2c_qty_consumed = consumed.get(line, 0.0)

    @api.depends(
        "location_final_id",
        "product_id",
        "order_id.o2c_agreement_id",
        "order_id.picking_type_id",
    )
    def _compute_o2c_place_id(self):
        for line in self:
            goes = line.product_id and line.order_id.o2c_is_consignment
            line.o2c_place_id = goes and line._o2c_place()

    @api.depends("order_id.o2c_is_consignment", "qty_received", "product_qty", "state")
    def _compute_o2c_qty_difference(self):
        for line in self:
            confirmed = line.order_id.o2c_is_consignment and line.state == "purchase"
            line.o2c_qty_difference = (
                line.qty_received - line.product_qty if confirmed else 0.0
            )

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

    def _prepare_stock_move_vals(self, *args, **kwargs):
        # EXTENDS purchase_stock
        vals = super()._prepare_stock_move_vals(*args, **kwargs)
        order = self.order_id
        if order.o2c_is_consignment:
            place = self._o2c_place()
            vals["location_id"] = order._o2c_source_location().id
            vals["location_final_id"] = place.id
            if order._o2c_arrives_at(place):
                vals["location_dest_id"] = place.id
        return vals

    def _o2c_place(self):
        """Where these goods are to lie: the agreement's place for them, if it is one.

        :rtype: stock.location
        """
        self.ensure_one()
        order = self.order_id
        if self.location_final_id:
            return self.location_final_id
        levels = order.o2c_agreement_id.sudo().place_ids.filtered(
            lambda level: level.product_id == self.product_id
        )
        places = levels._receiving_places(order.picking_type_id.warehouse_id)
        is_ours = order.picking_type_id.code != "dropship"
        if is_ours and len(places) == 1:
            return places
        return order._get_final_location_record()

    def _compute_qty_received(self):
        # EXTENDS purchase_stock: what one line brought decides what is left of the
        # goods consumed for those that came after it
        super()._compute_qty_received()
        consigned = self.filtered("order_id.o2c_is_consignment")
        if consigned:
            consigned._o2c_consumption_changed(
                consigned.company_id,
                consigned.order_id.partner_id.commercial_partner_id,
                consigned.product_id,
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
        if not lines:
            return {}
        consumed = lines._o2c_consumed_totals(domain)
        siblings = (lines._o2c_sibling_lines() | lines).grouped(
            PurchaseOrderLine._o2c_goods_key
        )
        result = {}
        for key, some in lines.grouped(PurchaseOrderLine._o2c_goods_key).items():
            uom = some.product_id.uom_id
            received = {
                line: line.product_uom_id._compute_quantity(
                    line.qty_received, uom, round=False
                )
                for line in siblings[key].sorted("id")
            }
            shares = allocate(consumed.get(key, 0.0), received)
            for line in some:
                result[line] = uom._compute_quantity(
                    shares[line], line.product_uom_id, round=False
                )
        return result

    def _o2c_goods_key(self):
        """Whose goods of which product these are; consumption names no order."""
        self.ensure_one()
        consignor = self.order_id.partner_id.commercial_partner_id
        return self.company_id, consignor, self.product_id

    def _o2c_consumed_totals(self, domain):
        rows = (
            self.env["o2c.consignment.consumption"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "in", self.company_id.ids),
                    (
                        "consignor_id",
                        "in",
                        self.order_id.partner_id.commercial_partner_id.ids,
                    ),
                    ("product_id", "in", self.product_id.ids),
                    *domain,
                ],
                ["company_id", "consignor_id", "product_id"],
                ["quantity:sum"],
            )
        )
        return {tuple(key): total for *key, total in rows}

    def _o2c_sibling_lines(self):
        return self.search(
            self._o2c_goods_domain(
                self.company_id,
                self.order_id.partner_id.commercial_partner_id,
                self.product_id,
            )
        )

    @api.model
    def _o2c_goods_domain(self, companies, consignors, products):
        """Confirmed consignment lines that may have brought these goods."""
        return [
            ("company_id", "in", companies.ids),
            ("order_id.o2c_is_consignment", "=", True),
            ("order_id.state", "=", "purchase"),
            ("order_id.partner_id.commercial_partner_id", "in", consignors.ids),
            ("product_id", "in", products.ids),
        ]

    @api.model
    def _o2c_consumption_changed(self, companies, consignors, products):
        """Work out anew what may be billed for: somebody sold, settled or billed it."""
        lines = self.sudo().search(
            self._o2c_goods_domain(companies, consignors, products)
        )
        lines.invalidate_recordset(["o2c_qty_consumed"])
        for name in ("qty_invoiced", "qty_to_invoice"):
            self.env.add_to_compute(self._fields[name], lines)
