from odoo import api, fields, models
from odoo.fields import Domain

from .product_pricelist_item import CONTENT

KEPT = frozenset({"applied", "before"})
# what changes a product itself, not the rules of a price list
OF_PRODUCTS = ("sales_price", "price_extra")


class PriceChangeLine(models.Model):
    """One proposed price: a rule as it would be.

    It has every field and method of a price list's rule, so it can be edited, shown and
    computed like one; but no price list knows it, and no price comes from it.
    """

    _name = "o2c.price.change.line"
    _description = "Proposed Price"
    _inherit = ["o2c.pricing.approvable.part", "product.pricelist.item"]
    _order = "change_id, id"
    _o2c_whole = "change_id"

    change_id = fields.Many2one(
        "o2c.price.change", required=True, ondelete="cascade", index=True
    )
    operation = fields.Selection(
        [
            ("add", "New rule"),
            ("change", "Change a rule"),
            ("remove", "Remove a rule"),
            ("sales_price", "Sales price of a product"),
            ("price_extra", "Extra price of an attribute's value"),
        ],
        required=True,
        default="add",
    )
    item_id = fields.Many2one(
        "product.pricelist.item",
        string="Rule",
        ondelete="set null",
        index="btree_not_null",
        domain="[('pricelist_id', '=', pricelist_id)]",
    )
    attribute_value_id = fields.Many2one(
        "product.template.attribute.value",
        string="Value",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        help="What this value of an attribute adds to the product's sales price.",
    )
    # the rule as it was when approval was asked for
    before = fields.Json(readonly=True, copy=False)
    applied = fields.Boolean(readonly=True, copy=False)
    old_price = fields.Char(string="Now", compute="_compute_labels")
    new_price = fields.Char(string="Proposed", compute="_compute_labels")

    @api.depends(
        "operation",
        "item_id.price",
        "price",
        "product_tmpl_id.list_price",
        "attribute_value_id.price_extra",
    )
    def _compute_labels(self):
        money = self.env["ir.qweb.field.monetary"]
        for line in self:
            currency = {
                "display_currency": line.currency_id or self.env.company.currency_id
            }
            line.old_price = line.item_id.price
            line.new_price = line.price
            if line.operation in OF_PRODUCTS:
                line.old_price = money.value_to_html(line._o2c_amount_now(), currency)
                line.new_price = money.value_to_html(line.fixed_price, currency)
            elif line.operation == "remove":
                line.new_price = self.env._("removed")

    @api.onchange("item_id")
    def _onchange_item_id(self):
        if self.item_id:
            self.update({name: self.item_id[name] for name in CONTENT})

    # ---------------------------------------------------------------- guarding
    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS product: a changed rule keeps what the proposal doesn't name
        return super().create([self._o2c_completed(vals) for vals in vals_list])

    @api.model
    def _o2c_completed(self, vals):
        vals = {key: value for key, value in vals.items() if key not in KEPT}
        item = self.env["product.pricelist.item"].browse(vals.get("item_id") or ())
        if item and vals.get("operation") in ("change", "remove"):
            return {**item._convert_to_write({n: item[n] for n in CONTENT}), **vals}
        change = self.env["o2c.price.change"].browse(vals.get("change_id") or ())
        if change.pricelist_id:
            vals.setdefault("pricelist_id", change.pricelist_id.id)
        if vals.get("operation") in OF_PRODUCTS:
            vals["applied_on"] = "1_product"
        if vals.get("operation") == "price_extra":
            value = self.env["product.template.attribute.value"].browse(
                vals.get("attribute_value_id") or ()
            )
            vals["product_tmpl_id"] = value.product_tmpl_id.id
        return vals

    def write(self, vals):
        # EXTENDS product
        return super().write({k: v for k, v in vals.items() if k not in KEPT})

    def _o2c_check_change(self, operation, contents):
        # OVERRIDE: proposing changes no price
        return

    # ----------------------------------------------------------------- content
    def _o2c_proposal(self):
        """JSON-able content that a decision is bound to."""
        self.ensure_one()
        return {
            "operation": self.operation,
            "item": self.item_id.id,
            "before": self.before or None,
            "content": self._o2c_content(),
            **({"value": value.id} if (value := self.attribute_value_id) else {}),
        }

    def _o2c_amount_now(self):
        """The product's sales price, or what the value adds to it, as it is now."""
        self.ensure_one()
        if self.operation == "price_extra":
            return self.attribute_value_id.price_extra
        return self.product_tmpl_id.list_price

    def _o2c_now(self):
        """JSON-able content of what this would change, as it is now."""
        self.ensure_one()
        if self.operation == "sales_price":
            return {"list_price": f"{self._o2c_amount_now():.6f}"}
        if self.operation == "price_extra":
            return {"price_extra": f"{self._o2c_amount_now():.6f}"}
        return self.item_id._o2c_content() if self.item_id else None

    def _o2c_remember(self):
        for line in self:
            line._o2c_set({"before": line._o2c_now()})

    def _o2c_problems(self):
        """Texts: what keeps these from taking effect."""
        problems = []
        for line in self:
            name = line.name
            if line.operation in ("change", "remove") and not line.item_id:
                problems.append(self.env._("%(name)s: choose the rule.", name=name))
            elif line.operation == "sales_price" and not line.product_tmpl_id:
                problems.append(self.env._("%(name)s: choose the product.", name=name))
            elif line.operation == "price_extra" and not line.attribute_value_id:
                problems.append(self.env._("%(name)s: choose the value.", name=name))
            elif line.operation not in OF_PRODUCTS and not line.pricelist_id:
                problems.append(
                    self.env._("%(name)s: choose the price list.", name=name)
                )
            elif (line.before or None) != line._o2c_now():
                problems.append(
                    self.env._(
                        "%(name)s: the price changed since this was proposed.",
                        name=name,
                    )
                )
            if line.fixed_price < 0 and line.operation != "price_extra":
                problems.append(
                    self.env._("%(name)s: a price is not negative.", name=name)
                )
        return problems

    # ---------------------------------------------------------------- applying
    @api.model
    def _o2c_due(self):
        """Domain of lines whose change is approved, and whose day has come."""
        today = self.env["o2c.gate.decision"]._today()
        return (
            Domain("change_id.state", "=", "approved")
            & Domain("change_id.effective_date", "<=", today)
            & Domain("applied", "=", False)
        )

    @api.model
    def _o2c_allowed(self, items, operation):
        """{item id: contents that approved changes give it}.

        :param items: rules of price lists
        :param str operation: ``add``, ``change`` or ``remove``
        """
        domain = self._o2c_due() & Domain("operation", "=", operation)
        if operation != "add":
            domain &= Domain("item_id", "in", items.ids)
        lines = self.sudo().search(domain)
        contents = lines._o2c_contents()
        return {
            item.id: [
                contents[line.id]
                for line in lines
                if operation == "add" or line.item_id == item
            ]
            for item in items
        }

    @api.model
    def _o2c_refused(self, records, name, operation, target):
        """Those of these records whose price no approved change says.

        :param records: products, or values of their attributes
        :param str name: of the price on them
        :param str operation: ``sales_price`` or ``price_extra``
        :param str target: field of a line that leads to such a record
        """
        lines = self.sudo().search(
            self._o2c_due()
            & Domain("operation", "=", operation)
            & Domain(target, "in", records.ids)
        )
        approved = {(line[target].id, f"{line.fixed_price:.6f}") for line in lines}
        return records.filtered(
            lambda record: (record.id, f"{record[name]:.6f}") not in approved
        )

    def _o2c_apply(self):
        """Write these prices; the guard of the price lists reads them here again."""
        for line in self:
            names = (*CONTENT, "display_applied_on")
            values = line._convert_to_write({name: line[name] for name in names})
            item = line.item_id
            if line.operation == "add":
                item = item.create(values)
            elif line.operation == "change":
                item.write(values)
            elif line.operation == "remove":
                item.unlink()
                item = item.browse()
            elif line.operation == "price_extra":
                line.attribute_value_id.write({"price_extra": line.fixed_price})
            else:
                line.product_tmpl_id.write({"list_price": line.fixed_price})
            line._o2c_set({"applied": True, "item_id": item.id})
