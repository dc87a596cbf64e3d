from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..portal_core import alerts

# what o2c.supplier.total is made of
SUMMED = {
    "amount",
    "company_id",
    "consignor_id",
    "currency_id",
    "date",
    "is_chargeable",
    "kind",
    "o2c_customer_group_id",
    "product_id",
    "quantity",
    "sale_unit_price",
    "state",
    "warehouse_id",
}


class O2cConsignmentConsumption(models.Model):
    _inherit = "o2c.consignment.consumption"

    o2c_customer_group_id = fields.Many2one(
        "res.partner.category",
        string="Customer Group",
        readonly=True,
        ondelete="set null",
        help="Group of the customer on the day of the sale that suppliers may see.",
    )

    # The supplier's lists come newest first, all of them or one product.
    _o2c_consignor_date_idx = models.Index("(consignor_id, date DESC, id DESC)")
    _o2c_consignor_product_idx = models.Index(
        "(consignor_id, product_id, date DESC, id DESC)"
    )
    # Returns and losses are few among the sales.
    _o2c_consignor_kind_idx = models.Index(
        "(consignor_id, kind, date DESC, id DESC) WHERE kind != 'sale'"
    )
    _o2c_picking_idx = models.Index("(picking_id) WHERE picking_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS o2c_consignment
        consumptions = super().create(
            [
                {**vals, "o2c_customer_group_id": group}
                for vals, group in zip(
                    vals_list, self._o2c_customer_groups(vals_list), strict=True
                )
            ]
        )
        consumptions.filtered(lambda c: c.kind == "sale")._o2c_emit_sales()
        return consumptions

    def _o2c_emit_sales(self):
        events = self.env["o2c.supplier.event"]
        # whom nobody listens for, nobody needs to find words for
        listening = events._o2c_listening(self.consignor_id)
        events._o2c_emit(
            [
                {
                    "company_id": sale.company_id.id,
                    "consignor_id": sale.consignor_id.id,
                    "kind": alerts.SALE,
                    "res_id": sale.id,
                    "label": sale.product_id.display_name,
                    "quantity": sale.quantity,
                    "amount": sale.amount,
                }
                for sale in self
                if sale.consignor_id in listening
            ]
        )

    def _o2c_customer_groups(self, vals_list):
        """Return the group that each supplier may see of each customer, or False."""
        customers = self.env["res.partner"].sudo()
        agreements = self.env["o2c.consignment.agreement"].sudo()
        customers = customers.browse({v.get("customer_id") or 0 for v in vals_list})
        agreements = agreements.browse({v.get("agreement_id") or 0 for v in vals_list})
        groups = {c.id: c._o2c_customer_group().id for c in customers.exists()}
        hidden = agreements.exists().filtered(
            lambda agreement: agreement.customer_visibility == "none"
        )
        return [
            vals.get("agreement_id") not in hidden.ids
            and groups.get(vals.get("customer_id"), False)
            for vals in vals_list
        ]

    def _o2c_lock_open(self):
        """Hold these until the transaction ends, so that nobody else settles them.

        Who held them before and changed them makes PostgreSQL raise a serialization
        failure, and Odoo plays the request again, which then finds them settled.

        :raises UserError: some are in a settlement
        """
        self.flush_model(["state"])
        self.env.cr.execute(
            SQL(
                """
                SELECT COUNT(*) FROM (
                       SELECT 1 FROM o2c_consignment_consumption
                        WHERE id = ANY(%s) AND state = 'open'
                     ORDER BY id FOR UPDATE
                       ) held
                """,
                list(self.ids),
            )
        )
        if self.env.cr.fetchone()[0] != len(self):
            raise UserError(
                self.env._("Some of these sales are in a settlement already.")
            )

    # The three places through which every row of the table passes, recomputed stored
    # fields included.

    def _create(self, data_list):
        # EXTENDS orm
        records = super()._create(data_list)
        self.env["o2c.supplier.total"].sudo()._o2c_add(records.ids, 1)
        return records

    def _write_multi(self, vals_list):
        # EXTENDS orm
        changed = [
            record.id
            for record, vals in zip(self, vals_list, strict=True)
            if not SUMMED.isdisjoint(vals)
        ]
        totals = self.env["o2c.supplier.total"].sudo()
        totals._o2c_add(changed, -1)
        result = super()._write_multi(vals_list)
        totals._o2c_add(changed, 1)
        return result

    def unlink(self):
        # EXTENDS orm
        self.env.flush_all()
        self.env["o2c.supplier.total"].sudo()._o2c_add(self.ids, -1)
        return super().unlink()
