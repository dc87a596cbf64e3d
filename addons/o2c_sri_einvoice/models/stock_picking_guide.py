from odoo import fields, models

from ..tools.problem import Problem

OWN = ("internal", "transit")
REASONS = {
    ("supplier", True): "CONSIGNACIÓN",
    ("supplier", False): "COMPRA",
    ("customer", False): "DEVOLUCIÓN DE CLIENTE",
    ("customer", True): "DEVOLUCIÓN DE CLIENTE",
}


class StockPicking(models.Model):
    """Who sends and who receives what a guide accompanies, alone or in one lorry.

    Several transfers may share a guide: one of them, the lead, holds the document and
    the others name it. Each is a ``destinatario`` of its own.
    """

    # One file a topic, none above 400 lines.
    _inherit = "stock.picking"  # pylint: disable=consider-merging-classes-inherited

    o2c_guide_lead_id = fields.Many2one(
        "stock.picking",
        string="Travels with the Guide of",
        copy=False,
        readonly=True,
        check_company=True,
        index="btree_not_null",
    )
    o2c_guide_follower_ids = fields.One2many(
        "stock.picking", "o2c_guide_lead_id", string="Travels on the same Guide"
    )

    # === ONE GUIDE FOR MANY === #

    def _o2c_guide(self):
        """Return the guide of this transfer, its own or that of its lead."""
        self.ensure_one()
        lead = (self.o2c_guide_lead_id or self).sudo()
        return lead.o2c_sri_document_ids._o2c_current()

    def _o2c_guide_leads(self):
        return self.filtered(lambda p: not p.o2c_guide_lead_id) | self.o2c_guide_lead_id

    def _o2c_travelling_together(self):
        """Return these transfers and those on the same guides."""
        leads = self._o2c_guide_leads()
        return leads | leads.o2c_guide_follower_ids

    # === FROM AND TO === #

    def _o2c_departure(self):
        """Return where the goods start: our warehouse, or who hands them over."""
        source = self.location_id
        if source.usage in OWN:
            warehouse = source.warehouse_id or self.picking_type_id.warehouse_id
            return warehouse.partner_id or self.company_id.partner_id
        return self.partner_id or self.company_id.partner_id

    def _o2c_receiver(self):
        """Return who receives: the contact, or our own establishment."""
        destination = self.location_dest_id
        if destination.usage not in OWN:
            return self.partner_id or self.company_id.partner_id
        warehouse = self._o2c_receiving_warehouse()
        if warehouse:
            return warehouse.partner_id or self.company_id.partner_id
        return self.partner_id or self.company_id.partner_id

    def _o2c_receiving_warehouse(self):
        """Return our warehouse that receives, also when the goods are in transit."""
        warehouse = self.location_dest_id.warehouse_id
        following = self.move_ids.move_dest_ids.location_dest_id.warehouse_id
        return warehouse or following[:1]

    def _o2c_receiving_establishment(self):
        """Return ``codEstabDestino``, which only own establishments have."""
        if self.location_dest_id.usage not in OWN:
            return None
        warehouse = self._o2c_receiving_warehouse()
        point = (
            warehouse.o2c_emission_point_id or self.company_id.o2c_sri_emission_point_id
        )
        return point.establishment or None

    def _o2c_default_reason(self):
        source, destination = self.location_id.usage, self.location_dest_id.usage
        owned = bool(self.owner_id or self.move_line_ids.owner_id)
        if source in OWN and destination in OWN:
            return "TRASLADO ENTRE ESTABLECIMIENTOS DE UNA MISMA EMPRESA"
        if source in OWN and destination == "supplier":
            return "DEVOLUCIÓN DE CONSIGNACIÓN" if owned else "DEVOLUCIÓN A PROVEEDOR"
        return REASONS.get((source, owned), "VENTA")

    def _o2c_leaves_premises(self):
        """Whether goods of ours, or in our care, go on the road with this transfer."""
        if self.location_id.usage not in OWN:
            return False
        destination = self.location_dest_id
        if destination.usage == "internal":
            return destination.warehouse_id != self.location_id.warehouse_id
        # what is received from transit left with the guide of the first leg
        return self.location_id.usage == "internal" and (
            destination.usage in ("customer", "supplier", "transit")
        )

    # === PROBLEMS === #

    def _o2c_load_problems(self):
        """Return what is missing of receiver and goods, as sentences."""
        receiver = self._o2c_receiver()
        problems = receiver._o2c_sri_problems()
        if not receiver._o2c_sri_address():
            problems.append(self.env._("the address of the receiver is missing."))
        problems = Problem.about(receiver, problems)
        if not self._o2c_travelling_moves():
            problems.append(self.env._("nothing is reserved or picked."))
        return problems
