from odoo import api, models

# Writing one of these changes what a confirmed order agrees.
AGREED_FIELDS = frozenset(
    {
        "discount",
        "display_type",
        "extra_tax_data",
        "is_downpayment",
        "is_expense",
        "order_id",
        "price_unit",
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "tax_ids",
        "technical_price_unit",
    }
)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _o2c_gate_relevant(self):
        """Lines that are part of what is agreed.

        Core adds lines of its own to a confirmed order: down payments and re-invoiced
        expenses (quantity 0) and the shipping cost. Flags can be written by anyone, so
        they excuse a line only where it cannot lower what the customer pays.
        """

        def relevant(line):
            if line.display_type:
                return False
            if line.is_downpayment or line.is_expense:
                # goods with quantity 0 are still invoiced at this price if delivered
                return bool(line.product_uom_qty) or line.product_id.type == "consu"
            if line._is_delivery() and line.product_id.type == "service":
                return line.price_subtotal < 0
            return True

        return self.filtered(relevant)

    def _o2c_gate_line_contents(self):
        """{line id: what the line agrees, as JSON-able content}."""
        return {
            str(line.id): {
                "product": line.product_id.id,
                "uom": line.product_uom_id.id,
                "quantity": line.product_uom_qty,
                "unit": f"{line.price_unit * (1 - line.discount / 100):.6f}",
                "subtotal": f"{line.price_subtotal:.6f}",
            }
            for line in self
        }

    def _o2c_gate_line_facts(self):
        """{line id: figures in words for people, kept with a decision}; extend it."""
        return {
            str(line.id): {
                "product": line.product_id.display_name or line.name,
                "quantity": f"{line.product_uom_qty:g} {line.product_uom_id.name}",
                "list_price": f"{line.product_id.lst_price:.2f}",
                "net": f"{line.price_unit * (1 - line.discount / 100):.2f}",
                "subtotal": f"{line.price_subtotal:.2f}",
            }
            for line in self
        }

    def _o2c_gate_costs(self):
        """{line id: unit cost}; addons that judge costs give them."""
        return {}

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS sale
        default = self.default_get(["order_id"]).get("order_id")
        order_ids = {vals.get("order_id", default) for vals in vals_list}
        orders = self.env["sale.order"].browse(filter(None, order_ids))
        with orders._o2c_gate_guarding():
            return super().create(vals_list)

    def write(self, vals):
        # EXTENDS sale
        if AGREED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        orders = self.order_id
        if vals.get("order_id"):
            orders |= orders.browse(vals["order_id"])
        with orders._o2c_gate_guarding():
            return super().write(vals)

    def unlink(self):
        # EXTENDS sale
        with self.order_id._o2c_gate_guarding():
            return super().unlink()
