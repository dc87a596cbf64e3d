from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

from .o2c_guarded_price import PRICED
from .product_pricelist_item import CONTENT

KEPT = frozenset({"applied", "before"})


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
            ("combo_extra", "Extra price of a combo's item"),
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
    combo_item_id = fields.Many2one(
        "product.combo.item",
        string="Combo item",
        ondelete="cascade",
        index="btree_not_null",
        help="What choosing this item adds to the price of the combo.",
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
        "combo_item_id.extra_price",
    )
    def _compute_labels(self):
        for line in self:
            currency = line.currency_id or self.env.company.currency_id
            line.old_price = line.item_id.price
            line.new_price = line.price
            if line.operation in PRICED:
                now, proposed = line._o2c_amount_now(), line.fixed_price
                line.old_price = format_amount(self.env, now, currency)
                line.new_price = format_amount(self.env, proposed, currency)
            elif line.operation == "remove":
                line.new_price = self.env._("removed")

    @api.depends("operation", "attribute_value_id", "combo_item_id")
    def _compute_name(self):
        # EXTENDS product
        super()._compute_name()
        for line in self.filtered(lambda line: line.operation in PRICED):
            record, _price = line._o2c_target()
            line.name = record._o2c_price_label() if record else line.name

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
        if vals.get("operation") in PRICED:
            vals["applied_on"] = "1_product"
        if product := self._o2c_product_of(vals):
            vals["product_tmpl_id"] = product.id
        return vals

    @api.model
    def _o2c_product_of(self, vals):
        """The product whose value or combo item these values of a line name."""
        value = self.env["product.template.attribute.value"].browse(
            vals.get("attribute_value_id") or ()
        )
        item = self.env["product.combo.item"].browse(vals.get("combo_item_id") or ())
        return {
            "price_extra": value.product_tmpl_id,
            "combo_extra": item.product_id.product_tmpl_id,
        }.get(vals.get("operation"))

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
            **({"combo": item.id} if (item := self.combo_item_id) else {}),
        }

    def _o2c_target(self):
        """(record, name of its price) of which this proposes the price."""
        self.ensure_one()
        target, price = PRICED[self.operation]
        return self[target], price

    def _o2c_amount_now(self):
        """The price, as it is now, that stands on a record itself."""
        record, price = self._o2c_target()
        return record[price]

    def _o2c_raised(self):
        """{record: by how much these would raise the price that stands on it}."""
        return {
            line._o2c_target()[0]: line.fixed_price - line._o2c_amount_now()
            for line in self
            if line.operation in PRICED
        }

    def _o2c_now(self):
        """JSON-able content of what this would change, as it is now."""
        self.ensure_one()
        if self.operation in PRICED:
            _record, price = self._o2c_target()
            return {price: f"{self._o2c_amount_now():.6f}"}
        return self.item_id._o2c_content() if self.item_id else None

    def _o2c_remember(self):
        for line in self:
            line._o2c_set({"before": line._o2c_now()})

    def _o2c_problems(self):
        """Texts: what keeps these from taking effect."""
        return [
            f"{line.name}: {problem}"
            for line in self
            for problem in line._o2c_line_problems()
        ]

    def _o2c_line_problems(self):
        self.ensure_one()
        missing = {
            "change": (self.item_id, self.env._("choose the rule.")),
            "remove": (self.item_id, self.env._("choose the rule.")),
            "sales_price": (self.product_tmpl_id, self.env._("choose the product.")),
            "price_extra": (self.attribute_value_id, self.env._("choose the value.")),
            "combo_extra": (self.combo_item_id, self.env._("choose the combo item.")),
        }
        chosen, problem = missing.get(
            self.operation, (self.pricelist_id, self.env._("choose the price list."))
        )
        if not chosen:
            yield problem
        elif self.operation not in PRICED and not self.pricelist_id:
            yield self.env._("choose the price list.")
        elif (self.before or None) != self._o2c_now():
            yield self.env._("the price changed since this was proposed.")
        # a value of an attribute may cost less than the product itself
        if self.fixed_price < 0 and self.operation != "price_extra":
            yield self.env._("a price is not negative.")

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
    def _o2c_refused(self, records):
        """Those of these records whose own price no approved change says.

        :param records: of a model that inherits `o2c.guarded.price`
        """
        if not records:
            return records
        target, price = PRICED[records._o2c_operation]
        lines = self.sudo().search(
            self._o2c_due()
            & Domain("operation", "=", records._o2c_operation)
            & Domain(target, "in", records.ids)
        )
        approved = {(line[target].id, f"{line.fixed_price:.6f}") for line in lines}
        return records.filtered(
            lambda record: (record.id, f"{record[price]:.6f}") not in approved
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
            else:
                record, price = line._o2c_target()
                record.write({price: line.fixed_price})
            line._o2c_set({"applied": True, "item_id": item.id})
