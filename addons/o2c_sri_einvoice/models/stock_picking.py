from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..sri_core import documents as doc
from ..tools import amounts, ecuador
from ..tools.problem import Problem, SriProblems
from .o2c_sri_document import ENDED_STATES, OPEN_STATES, STATES

SOLD_WITH = ("01", "04", "05")
FROZEN_FIELDS = {
    "partner_id",
    "o2c_carrier_id",
    "o2c_plate",
    "o2c_route",
    "o2c_transport_start",
    "o2c_transport_end",
    "o2c_transfer_reason",
    "location_id",
    "location_dest_id",
    "company_id",
    "o2c_guide_lead_id",
}


class StockPicking(models.Model):
    """A transfer that travels with a guía de remisión (06)."""

    _inherit = "stock.picking"

    o2c_carrier_id = fields.Many2one(
        "res.partner",
        string="Carrier or Driver",
        help="Who transports: RUC, cédula or passport. Empty means our own company.",
    )
    o2c_plate = fields.Char(string="Plate", size=20, help="ABC1234")
    o2c_route = fields.Char(string="Route", size=300)
    o2c_transport_start = fields.Date(string="Transport Starts")
    o2c_transport_end = fields.Date(string="Transport Ends")
    o2c_transfer_reason = fields.Char(string="Reason of the Transfer", size=300)
    o2c_sri_document_ids = fields.One2many(
        "o2c.sri.document", "picking_id", string="Electronic Documents"
    )
    o2c_sri_document_id = fields.Many2one(
        "o2c.sri.document", string="Guide", compute="_compute_o2c_sri_document"
    )
    o2c_sri_state = fields.Selection(
        STATES, string="Guide State", compute="_compute_o2c_sri_document"
    )
    o2c_guia_possible = fields.Boolean(
        "Guide Possible", compute="_compute_o2c_guia_possible"
    )
    o2c_guia_quantities = fields.Json("Guide Quantities", readonly=True, copy=False)

    @api.depends(
        "o2c_sri_document_ids.state", "o2c_guide_lead_id.o2c_sri_document_ids.state"
    )
    def _compute_o2c_sri_document(self):
        for picking in self:
            document = picking._o2c_guide()
            picking.o2c_sri_document_id = document
            picking.o2c_sri_state = document.state

    @api.depends("state", "company_id", "o2c_sri_state")
    def _compute_o2c_guia_possible(self):
        for picking in self:
            document = picking._o2c_guide()
            again = (*OPEN_STATES, *ENDED_STATES)
            picking.o2c_guia_possible = (
                picking.company_id.o2c_sri_enabled
                and picking.state in ("assigned", "done")
                and (not document or document.state in again)
            )

    # === CRUD METHODS === #

    def write(self, vals):
        # EXTENDS stock
        if vals.keys() & FROZEN_FIELDS:
            for picking in self._o2c_with_held_guide():
                changes = any(
                    self.env["account.move"]._field_will_change(picking, vals, name)
                    for name in vals.keys() & FROZEN_FIELDS
                )
                if changes:
                    picking._o2c_raise_held()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_o2c_sri_document(self):
        if any(picking._o2c_guide() for picking in self):
            raise UserError(
                self.env._(
                    "The transfer has a number that was given to a guide: it cannot be "
                    "deleted."
                )
            )

    def _o2c_with_held_guide(self):
        return self.filtered(
            lambda p: (
                p._o2c_guide()
                and p._o2c_guide()._o2c_may_be_held()
                and p.o2c_sri_state != "annulled"
            )
        )

    def _o2c_raise_held(self):
        raise UserError(
            self.env._(
                "%(name)s travels with a guide that was issued to the SRI: it can "
                "neither change nor be cancelled. Annul the guide at the SRI and "
                "record that first.",
                name=self.display_name,
            )
        )

    # === GUIDE === #

    def action_o2c_issue_guia(self):
        """Sign the guides of these transfers; they are sent after the commit."""
        self.check_access("write")
        self = self._o2c_guide_leads()
        problems = [
            f"• {problem}"
            for picking in self
            for problem in picking._o2c_check_problems()
        ]
        if problems:
            raise SriProblems(
                self.env._(
                    "The guide cannot be issued yet:\n%(problems)s",
                    problems="\n".join(problems),
                ),
                self,
                self.env._("Show where to mend"),
            )
        prepared = [picking._o2c_prepare_guia() for picking in self.sudo()]
        self.env["o2c.sri.document"]._o2c_issue(prepared)
        for picking in self.sudo()._o2c_travelling_together():
            picking.o2c_guia_quantities = picking._o2c_quantities()

    _o2c_reissue = action_o2c_issue_guia

    def _o2c_guia_point(self):
        warehouse = self.picking_type_id.warehouse_id
        return (
            warehouse.o2c_emission_point_id or self.company_id.o2c_sri_emission_point_id
        )

    def _o2c_travelling_moves(self):
        """Return the moves whose goods are on the lorry: the picked ones, else all."""
        moves = self.move_ids.filtered(lambda m: m.state != "cancel" and m.quantity > 0)
        return moves.filtered("picked") or moves

    def _o2c_quantities(self):
        """Return {product id: quantity in its own unit} of what travels."""
        totals = {}
        for move in self._o2c_travelling_moves():
            key = str(move.product_id.id)
            quantity = move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id
            )
            totals[key] = round(totals.get(key, 0) + quantity, 6)
        return totals

    def _o2c_check_problems(self):
        """Return every problem of a guide, each with the record that it is about."""
        self.ensure_one()
        found = {self: self._o2c_guia_problems()}
        for follower in self.o2c_guide_follower_ids:
            found[follower] = follower._o2c_load_problems()
        return [
            problem.of(transfer.display_name)
            for transfer, texts in found.items()
            for problem in Problem.about(transfer, texts)
        ]

    def _o2c_guia_problems(self):
        company, carrier = self.company_id, self._o2c_carrier()
        problems = Problem.about(company, company._o2c_sri_problems())
        problems += Problem.about(carrier, carrier._o2c_sri_problems())
        if not self.o2c_guia_possible:
            problems.append(
                self.env._("it must be reserved, and without a guide already issued.")
            )
        if not self._o2c_guia_point().electronic:
            problems.append(
                self.env._(
                    "neither its warehouse nor the company has an emission point."
                )
            )
        return problems + self._o2c_transport_problems() + self._o2c_load_problems()

    def _o2c_transport_problems(self):
        problems, today = [], ecuador.today()
        if not (self.o2c_plate or "").strip():
            problems.append(self.env._("the plate of the vehicle is missing."))
        start = self.o2c_transport_start or today
        if start < today:
            problems.append(
                self.env._(
                    "the transport starts before today: a guide is issued first."
                )
            )
        if self.o2c_transport_end and self.o2c_transport_end < start:
            problems.append(self.env._("the transport ends before it starts."))
        return problems

    def _o2c_carrier(self):
        return self.o2c_carrier_id or self.company_id.partner_id

    def _o2c_prepare_guia(self):
        """Return what ``o2c.sri.document`` needs to sign the guide."""
        self.ensure_one()
        company, point = self.company_id, self._o2c_guia_point()
        existing = self.o2c_sri_document_ids._o2c_to_sign_again()
        today = ecuador.today()
        series = (point.establishment, point.emission_point)
        sequential = existing.sequential or point._o2c_next("06")
        if existing:
            series = (existing.establishment, existing.emission_point)
        start = self.o2c_transport_start or today
        guide = doc.DeliveryGuide(
            issuer=company._o2c_sri_issuer(point.partner_id._o2c_sri_address(), today),
            environment=company.o2c_sri_environment,
            access_key=self.env["o2c.sri.document"]._o2c_key_for(
                existing, company, "06", (*series, sequential), today
            ),
            establishment=series[0],
            emission_point=series[1],
            sequential=sequential,
            issue_date=today,
            additional_info=tuple(
                [
                    doc.Detail(
                        name="Traslado",
                        value=", ".join(self._o2c_travelling_together().mapped("name"))[
                            :300
                        ],
                    ),
                    *company._o2c_sri_legends("06", today),
                ]
            ),
            departure_address=self._o2c_departure()._o2c_sri_address()
            or company.partner_id._o2c_sri_address(),
            carrier=self._o2c_carrier()._o2c_sri_party(),
            start_date=start,
            end_date=self.o2c_transport_end or start + timedelta(days=1),
            plate=self.o2c_plate.upper().replace("-", "").replace(" ", ""),
            recipients=tuple(
                picking._o2c_recipient() for picking in self._o2c_travelling_together()
            ),
        )
        values = {
            "company_id": company,
            "partner_id": self._o2c_receiver().commercial_partner_id,
            "picking_id": self,
        }
        return existing, guide, values

    def _o2c_recipient(self):
        receiver = self._o2c_receiver()
        party = receiver._o2c_sri_party()
        return doc.Recipient(
            id_number=party.id_number,
            name=party.name,
            address=receiver._o2c_sri_address(),
            reason=self.o2c_transfer_reason or self._o2c_default_reason(),
            establishment=self._o2c_receiving_establishment(),
            route=self.o2c_route or None,
            lines=tuple(
                doc.GuideLine(
                    description=" ".join(move.product_id.name.split())[:300],
                    quantity=amounts.decimal(move.quantity, amounts.MICRO).normalize(),
                    main_code=(move.product_id.default_code or "")[:25] or None,
                )
                for move in self._o2c_travelling_moves()
            ),
            **self._o2c_sale_document(),
        )

    def _o2c_sale_document(self):
        """Return the authorised invoice of the same order, when there is one."""
        documents = self.sale_id.invoice_ids.o2c_sri_document_ids.filtered(
            lambda d: d.document_type == "01" and d.state == "authorised"
        )
        if len(documents) != 1:
            return {}
        return {
            "document_type": documents.document_type,
            "document_number": documents.number,
            "document_authorisation": documents.access_key,
            "document_date": documents.issue_date,
        }

    # === GATE === #

    def _o2c_check_departure(self):
        """Refuse goods to leave without their guide, or otherwise than it says.

        :raise UserError: naming each transfer and what to do.
        """
        problems = []
        for picking in self:
            document = picking._o2c_guide()
            needed = (
                picking.company_id.o2c_sri_enabled
                and picking.company_id.o2c_sri_guia_required
                and picking._o2c_leaves_premises()
            )
            if needed and document.state != "authorised":
                problems.append(
                    self.env._(
                        "%(name)s: its guide is not authorised by the SRI yet; issue "
                        "it before the goods leave.",
                        name=picking.display_name,
                    )
                )
            elif (
                document
                and document._o2c_may_be_held()
                and document.state != "annulled"
                and picking._o2c_quantities() != picking.o2c_guia_quantities
            ):
                problems.append(
                    self.env._(
                        "%(name)s: the quantities are not those of its guide.",
                        name=picking.display_name,
                    )
                )
        if problems:
            raise UserError("\n".join(problems))

    def action_o2c_open_document(self):
        self.ensure_one()
        return self.o2c_sri_document_id._get_records_action()
