from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.o2c_sri_document import ENDED_STATES


class O2cSriGuide(models.TransientModel):
    """One guide for the transfers that one lorry takes, each with its receiver."""

    _name = "o2c.sri.guide"
    _description = "One Guide for Several Transfers"

    picking_ids = fields.Many2many("stock.picking", required=True)
    carrier_id = fields.Many2one("res.partner", string="Carrier or Driver")
    plate = fields.Char(required=True)
    route = fields.Char()
    transport_start = fields.Date()
    transport_end = fields.Date()

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        pickings = self.env["stock.picking"].browse(self.env.context.get("active_ids"))
        values["picking_ids"] = [(6, 0, pickings.ids)]
        for name in ("carrier_id", "plate", "route"):
            known = pickings.filtered(f"o2c_{name}")[:1][f"o2c_{name}"]
            values.setdefault(name, known.id if name == "carrier_id" else known)
        return values

    def action_issue(self):
        """Put the transfers on one guide and sign it.

        :raise UserError: they do not start together, or one has a guide already.
        """
        self.ensure_one()
        pickings = self.picking_ids
        pickings.check_access("write")
        self._check_together(pickings)
        lead = pickings[0]
        pickings.write(
            {
                "o2c_carrier_id": self.carrier_id.id,
                "o2c_plate": self.plate,
                "o2c_route": self.route,
                "o2c_transport_start": self.transport_start,
                "o2c_transport_end": self.transport_end,
                "o2c_guide_lead_id": False,
            }
        )
        (pickings - lead).o2c_guide_lead_id = lead
        lead.action_o2c_issue_guia()
        return lead._get_records_action()

    def _check_together(self, pickings):
        problems = [
            self.env._(
                "%(transfer)s: it must be reserved, and without a guide.",
                transfer=picking.display_name,
            )
            for picking in pickings
            if not picking.o2c_guia_possible
            or picking._o2c_guide().state not in (False, *ENDED_STATES)
        ]
        if not pickings:
            problems.append(self.env._("Choose the transfers first."))
        if len(pickings.company_id) > 1:
            problems.append(self.env._("They are of different companies."))
        starts = pickings.grouped(lambda picking: picking._o2c_departure())
        if len(starts) > 1:
            problems.append(self._different_starts(starts))
        if problems:
            raise UserError("\n".join(problems))

    def _different_starts(self, starts):
        """Say which transfers go together: the SRI's form has one ``dirPartida``.

        :param dict starts: contact of the place → transfers that start there.
        """
        places = [
            f"• {start._o2c_sri_address() or start.display_name}: "
            + ", ".join(pickings.mapped("name"))
            for start, pickings in starts.items()
        ]
        return self.env._(
            "A guide has one place of departure, and they start at different ones. "
            "Issue a guide for each place:\n%(places)s",
            places="\n".join(places),
        )
