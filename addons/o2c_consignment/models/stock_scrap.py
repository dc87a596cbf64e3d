from odoo import api, fields, models

from .legal_time import legal_day
from .o2c_consignment_agreement import BEARERS


class StockScrap(models.Model):
    """Whoever throws consigned goods away sees first who pays for them."""

    _inherit = "stock.scrap"

    o2c_loss_bearer = fields.Selection(
        BEARERS, string="Consigned Goods", compute="_compute_o2c_loss_bearer"
    )

    @api.depends("company_id", "owner_id", "lot_id", "date_done")
    def _compute_o2c_loss_bearer(self):
        Agreement = self.env["o2c.consignment.agreement"].sudo()
        now = fields.Datetime.now()
        for (company, owner, day), scraps in self.grouped(
            lambda scrap: (
                scrap.company_id,
                scrap.owner_id,
                legal_day(scrap.date_done or now),
            )
        ).items():
            agreement = owner and Agreement._o2c_find(owner, company, day)
            for scrap in scraps:
                scrap.o2c_loss_bearer = agreement and agreement._bears_loss(
                    scrap.lot_id, day
                )
