from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # A supplier's receipts are few among his deliveries: found by where they came
    # from, without reading the others.
    _o2c_owner_origin_idx = models.Index(
        "(owner_id, location_id, product_id) "
        "WHERE owner_id IS NOT NULL AND state = 'done'"
    )
    _o2c_owner_target_idx = models.Index(
        "(owner_id, location_dest_id, product_id) "
        "WHERE owner_id IS NOT NULL AND state = 'done'"
    )
    # One product from its first day on, or page by page.
    _o2c_owner_product_idx = models.Index(
        "(owner_id, product_id, date DESC, id DESC) "
        "WHERE owner_id IS NOT NULL AND state = 'done'"
    )
    _o2c_owner_date_idx = models.Index(
        "(owner_id, date DESC, id DESC) WHERE owner_id IS NOT NULL AND state = 'done'"
    )
