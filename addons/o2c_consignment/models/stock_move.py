from odoo import fields, models
from odoo.exceptions import UserError


class StockMove(models.Model):
    _inherit = "stock.move"

    o2c_consumption_ids = fields.One2many(
        "o2c.consignment.consumption", "move_id", string="Consumptions", readonly=True
    )

    def write(self, vals):
        # EXTENDS stock
        if "date" in vals:
            self._o2c_check_date(vals["date"])
        return super().write(vals)

    def _o2c_check_date(self, date):
        """Let consumptions follow the day of their move, where nobody relied on it.

        :raises UserError: they are settled, or the other day tells another story
        """
        done = self.filtered(lambda m: m.state == "done").sudo()
        done.o2c_consumption_ids._redate(fields.Datetime.to_datetime(date))

    def _action_done(self, cancel_backorder=False):
        # EXTENDS stock_account
        self._o2c_check_receipt_owner()
        self._o2c_check_returned_owner()
        self.picking_id._o2c_check_return_terms()
        moves = self | self._o2c_split_by_owner()
        done = super(StockMove, moves)._action_done(cancel_backorder=cancel_backorder)
        done = done.filtered(lambda m: m.state == "done")
        done._o2c_mark_owner()
        done.move_line_ids._o2c_check_not_negative()
        done.move_line_ids._o2c_record_consumption()
        done.sale_line_id._o2c_true_up_cogs()
        done.filtered(
            lambda m: m.location_dest_id.usage == "customer"
        ).sale_line_id._o2c_note_first_delivery()
        return done

    # === OWNERS === #

    def _o2c_consignor(self):
        """The consignor whose goods this move is about, when it can be only one.

        :rtype: res.partner
        """
        self.ensure_one()
        order = self.purchase_line_id.order_id
        if order.o2c_is_consignment:
            return order.partner_id.commercial_partner_id
        owner = self.restrict_partner_id
        if not owner:
            return owner
        consignors = self.env["o2c.consignment.agreement"]._o2c_issue_orders(
            self.company_id.id
        )
        return owner if owner.commercial_partner_id.id in consignors else owner.browse()

    def _o2c_check_receipt_owner(self):
        """Refuse a receipt, or a return, of a consignment order with another owner.

        :raises UserError: for all lines at once
        """
        wrong = self.filtered(
            lambda m: m.purchase_line_id.order_id.o2c_is_consignment
        ).move_line_ids.filtered(
            lambda line: (
                line.quantity and line.owner_id != line.move_id._o2c_consignor()
            )
        )
        if wrong:
            raise UserError(
                "\n".join(
                    self.env._(
                        "%(product)s of %(order)s belongs to %(consignor)s, not to "
                        "%(owner)s. Set the owner on the detailed operations.",
                        product=line.product_id.display_name,
                        order=line.move_id.purchase_line_id.order_id.name,
                        consignor=line.move_id._o2c_consignor().display_name,
                        owner=line.owner_id.display_name or line.company_id.name,
                    )
                    for line in wrong
                )
            )

    def _o2c_check_returned_owner(self):
        """Refuse to take back one owner's goods as another's.

        Whose they are was settled when they left: a cleared owner would make the
        consignor's goods ours, and leave him owed for them.

        :raises UserError: for all lines at once
        """
        returns = self.filtered(
            lambda m: (
                m.origin_returned_move_id and m.location_id._o2c_is_customer_side()
            )
        )
        wrong = returns.move_line_ids.filtered(
            lambda line: line.quantity and line._o2c_is_of_another_owner()
        )
        if wrong:
            raise UserError(
                "\n".join(
                    self.env._(
                        "%(product)s left as goods of %(sold)s and would come back as "
                        "goods of %(owner)s. Set the owner on the detailed operations.",
                        product=line.product_id.display_name,
                        sold=", ".join(
                            owner.display_name or line.company_id.name
                            for owner in line._o2c_owners_delivered()
                        ),
                        owner=line.owner_id.display_name or line.company_id.name,
                    )
                    for line in wrong
                )
            )

    def _o2c_split_by_owner(self):
        """Give each owner a move of his own when goods leave for a customer.

        So that a return is a return of one owner's goods.

        :return: the new moves
        """
        new_moves = self.browse()
        for move in self:
            if move.state in ("draft", "done", "cancel"):
                continue
            if not move.location_dest_id._o2c_is_customer_side():
                continue
            groups = move.move_line_ids.filtered(
                lambda line: line.picked and line.quantity
            ).grouped("owner_id")
            for owner in list(groups)[1:]:
                new_moves |= move._o2c_split_lines(groups[owner])
        return new_moves

    def _o2c_split_lines(self, lines):
        self.ensure_one()
        vals = self._split(sum(lines.mapped("quantity_product_uom")))
        # Assigned at once: confirming it would reserve more goods.
        move = self.create([{**v, "state": "assigned"} for v in vals])
        lines.move_id = move
        return move

    def _o2c_mark_owner(self):
        """Note the owner on completed moves, where core's return looks for him."""
        consigned = self.move_line_ids._o2c_of_consignors()
        by_owner = consigned.move_id.grouped(lambda move: move.move_line_ids.owner_id)
        for owner, moves in by_owner.items():
            if len(owner) == 1:
                moves.filtered(
                    lambda move, owner=owner: (
                        move.restrict_partner_id != owner
                        and move.move_line_ids <= consigned
                    )
                ).restrict_partner_id = owner

    def _update_reserved_quantity_vals(
        self,
        need,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        # EXTENDS stock: what goes back to the consignor must be his
        return super()._update_reserved_quantity_vals(
            need,
            location_id,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id or self._o2c_consignor(),
            strict=strict,
        )

    def _get_available_quantity(
        self,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
        allow_negative=False,
    ):
        # EXTENDS stock
        return super()._get_available_quantity(
            location_id,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id or self._o2c_consignor(),
            strict=strict,
            allow_negative=allow_negative,
        )

    def _prepare_move_line_vals(self, quantity=None, reserved_quant=None):
        # EXTENDS stock
        vals = super()._prepare_move_line_vals(quantity, reserved_quant)
        if not reserved_quant and (owner := self._o2c_consignor()):
            vals["owner_id"] = owner.id
        return vals
