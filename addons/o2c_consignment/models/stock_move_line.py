from odoo import api, fields, models
from odoo.exceptions import UserError

GUARDED = {
    "quantity",
    "product_uom_id",
    "owner_id",
    "lot_id",
    "location_id",
    "location_dest_id",
    "quant_id",
    "move_id",
    "date",
}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    o2c_consumption_ids = fields.One2many(
        "o2c.consignment.consumption",
        "move_line_id",
        string="Consumptions",
        readonly=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS stock: a line may be added to a move that is done already
        lines = super().create(vals_list)
        lines._o2c_when_done()
        return lines

    def write(self, vals):
        # EXTENDS stock_account
        changes = GUARDED & vals.keys()
        if changes:
            self._o2c_check_write(vals, changes)
        result = super().write(vals)
        # another day is no other consumption
        if changes - {"date"}:
            self._o2c_when_done()
        return result

    def _o2c_when_done(self):
        """Lines that are done, or of a move that is, move goods as they are written."""
        done = self.filtered(lambda line: line.state == "done")
        if done:
            done._o2c_check_not_negative()
            done._o2c_record_consumption()

    def _o2c_check_write(self, vals, changes):
        """Refuse to rewrite what happened to consigned goods.

        :raises UserError: a completed line was consumed, or its owner would change
        """
        done = self.filtered(lambda line: line.state == "done")
        if not done:
            return
        consumptions = self.env["o2c.consignment.consumption"].sudo()
        consumed = consumptions.search([("move_line_id", "in", done.ids)]).move_line_id
        if changes == {"date"}:
            done &= consumed
        for line in done:
            changed = {f for f in changes if line._o2c_differs(f, vals[f])}
            if not changed:
                continue
            if line in consumed:
                raise UserError(
                    self.env._(
                        "%(product)s in %(reference)s was recorded as consumed goods "
                        "of %(owner)s. Undo it with a return instead of changing it.",
                        product=line.product_id.display_name,
                        reference=line.reference or "",
                        owner=line.owner_id.display_name,
                    )
                )
            if "owner_id" in changed and (
                line._o2c_is_consigned() or line._o2c_is_consignor(vals["owner_id"])
            ):
                raise UserError(
                    self.env._(
                        "The owner of %(product)s in %(reference)s cannot change any "
                        "more: return the goods and receive them again.",
                        product=line.product_id.display_name,
                        reference=line.reference or "",
                    )
                )

    def _o2c_differs(self, name, value):
        if name == "date":
            # The move takes its consumptions along, see stock.move._o2c_check_date.
            moment = fields.Datetime.to_datetime(value)
            consumptions = self.sudo().o2c_consumption_ids
            return not all(c._is_of_day(moment) for c in consumptions)
        field = self._fields[name]
        return field.convert_to_cache(value, self) != field.convert_to_cache(
            self[name], self
        )

    def _o2c_is_consignor(self, partner_id):
        partner = self.env["res.partner"].browse(partner_id or [])
        return bool(partner) and partner.commercial_partner_id.id in self.env[
            "o2c.consignment.agreement"
        ]._o2c_issue_orders(self.company_id.id)

    def _o2c_is_consigned(self):
        """Whether the goods belong to a consignor of the company.

        Goods of owners without an agreement, as a customer's kept for him, are none
        of our business.
        """
        self.ensure_one()
        return self._should_exclude_for_valuation() and self._o2c_is_consignor(
            self.owner_id.id
        )

    def _o2c_of_consignors(self):
        """Those of these lines that are about goods of a consignor."""
        owned = self.filtered("owner_id")
        if not owned:
            return owned
        wanted = {
            key
            for key, lines in owned.grouped(
                lambda line: (line.company_id, line.owner_id)
            ).items()
            if lines[0]._o2c_is_consigned()
        }
        return owned.filtered(lambda line: (line.company_id, line.owner_id) in wanted)

    def _o2c_owners_delivered(self):
        """Owners of the goods that a return brings back; an empty one for ourselves.

        :rtype: list[res.partner]
        """
        self.ensure_one()
        delivered = self.move_id.origin_returned_move_id.move_line_ids
        return list(delivered.filtered("quantity").grouped("owner_id"))

    def _o2c_is_of_another_owner(self):
        """Whether a return brings back goods of an owner whose goods did not leave."""
        self.ensure_one()
        delivered = self.move_id.origin_returned_move_id.move_line_ids
        if self.owner_id in self._o2c_owners_delivered():
            return False
        return any(line._o2c_is_consigned() for line in delivered | self)

    def _o2c_consumption_kind(self):
        """What a completed move means to the consignor, or False when nothing.

        Goods that go from a customer to scrap mean nothing: they were sold, and stay
        sold.

        :rtype: str
        """
        self.ensure_one()
        source, target = self.location_id, self.location_dest_id
        leaves, enters = source._should_be_valued(), target._should_be_valued()
        if source._o2c_is_customer_side() and (enters or target.usage == "supplier"):
            return "return"
        if target._o2c_is_customer_side() and (leaves or source.usage == "supplier"):
            return "sale"
        if leaves and target.usage == "inventory":
            return "loss"
        if enters and source.usage == "inventory":
            return "found"
        return leaves and target.usage == "production" and "use"

    def _o2c_record_consumption(self):
        done = self.filtered(lambda line: line.state == "done")
        lines = done._o2c_of_consignors().filtered(
            lambda line: line.product_id.is_storable and line._o2c_consumption_kind()
        )
        # Whoever moves goods has no rights on the consignor's account.
        return self.env["o2c.consignment.consumption"].sudo()._record(lines.sudo())
