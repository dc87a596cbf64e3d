from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.o2c_consignment.models.o2c_consignment_consumption import KINDS

STATES = [
    ("open", "To settle"),
    ("settled", "In settlement"),
    ("billed", "Billed"),
    ("paid", "Paid"),
    ("waived", "Not charged"),
]


class O2cSupplierSale(models.Model):
    """A consumption as its consignor sees it: no cost of ours, customer as agreed."""

    _name = "o2c.supplier.sale"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Sale"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "o2c.consignment.consumption": [
            "company_id",
            "consignor_id",
            "kind",
            "date",
            "product_id",
            "lot_id",
            "location_id",
            "warehouse_id",
            "o2c_customer_group_id",
            "agreement_id",
            "quantity",
            "currency_id",
            "unit_cost",
            "amount",
            "is_chargeable",
            "sale_unit_price",
            "picking_id",
            "settlement_id",
            "state",
        ],
        "o2c.consignment.agreement": ["customer_visibility"],
        "product.product": ["default_code", "product_tmpl_id"],
        "product.template": ["name"],
        "stock.lot": ["name"],
        "stock.location": ["complete_name"],
        "stock.warehouse": ["name"],
        "stock.picking": ["name"],
    }

    date = fields.Datetime(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    product_id = fields.Many2one(
        "product.product", string="Product Variant", readonly=True
    )
    product_code = fields.Char(string="Internal Reference", readonly=True)
    product_name = fields.Char(readonly=True, translate=True)
    product_label = fields.Char(
        string="Product", compute="_compute_labels", compute_sudo=True
    )
    lot_name = fields.Char(string="Lot", readonly=True)
    place_name = fields.Char(string="Place", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    warehouse_name = fields.Char(readonly=True)
    document = fields.Char(readonly=True)
    uom_name = fields.Char(string="Unit", compute="_compute_labels", compute_sudo=True)
    customer_label = fields.Char(
        string="Customer",
        compute="_compute_labels",
        compute_sudo=True,
        help="As much of the customer as the agreement lets the supplier see.",
    )
    customer_group_id = fields.Many2one("res.partner.category", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    sale_unit_price = fields.Float(
        string="Sale Price", digits="Product Price", readonly=True
    )
    sale_amount = fields.Monetary(readonly=True)
    unit_cost = fields.Float(
        string="Agreed Unit Cost", digits="Product Price", readonly=True
    )
    amount = fields.Monetary(string="Due", readonly=True)
    settlement_id = fields.Many2one("o2c.consignment.settlement", readonly=True)
    state = fields.Selection(STATES, readonly=True)

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT c.id, c.company_id, c.consignor_id, c.date, c.kind, c.product_id,
                   p.default_code AS product_code, t.name AS product_name,
                   lot.name AS lot_name, place.complete_name AS place_name,
                   c.warehouse_id, w.name AS warehouse_name,
                   picking.name AS document,
                   CASE WHEN a.customer_visibility != 'none'
                        THEN c.o2c_customer_group_id END AS customer_group_id,
                   c.quantity, c.currency_id,
                   c.sale_unit_price,
                   c.quantity * COALESCE(c.sale_unit_price, 0) AS sale_amount,
                   c.unit_cost, c.settlement_id, c.state,
                   CASE WHEN c.is_chargeable THEN c.amount ELSE 0 END AS amount
              FROM o2c_consignment_consumption c
              JOIN o2c_consignment_agreement a ON a.id = c.agreement_id
              JOIN product_product p ON p.id = c.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
         LEFT JOIN stock_lot lot ON lot.id = c.lot_id
         LEFT JOIN stock_location place ON place.id = c.location_id
         LEFT JOIN stock_warehouse w ON w.id = c.warehouse_id
         LEFT JOIN stock_picking picking ON picking.id = c.picking_id
            """
        )

    @api.depends_context("uid", "lang")
    def _compute_labels(self):
        # read with sudo: what is taken is exactly what the contract lets him see
        consumptions = self.env["o2c.consignment.consumption"].browse(self.ids)
        for sale, consumption in zip(self, consumptions, strict=True):
            sale.product_label = consumption.product_id.display_name
            sale.uom_name = consumption.product_uom_id.name
            sale.customer_label = consumption._o2c_customer_label()

    @api.model
    def _o2c_labels(self, ids):
        # EXTENDS o2c.supplier.mixin
        # one label for each customer and contract: rows share them
        Consumption = self.env["o2c.consignment.consumption"].sudo()
        groups = Consumption._read_group(
            [("id", "in", ids)],
            ["customer_id", "agreement_id"],
            ["id:array_agg"],
            order="id:min",  # the order of customers would join their names
        )
        # one row of each stands for all: only these are read
        examples = Consumption.browse(members[0] for __, __, members in groups)
        labels = {}
        for example, (__, __, members) in zip(examples, groups, strict=True):
            label = {"customer_label": example._o2c_customer_label()}
            labels.update(dict.fromkeys(members, label))
        return labels
