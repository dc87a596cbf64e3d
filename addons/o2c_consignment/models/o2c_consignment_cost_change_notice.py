from odoo import fields, models
from odoo.exceptions import UserError


class O2cConsignmentCostChange(models.Model):
    """Tell the consignor, and the customers who are asked to pay, what changed."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.cost.change"

    notified_on = fields.Datetime(string="Told On", readonly=True, copy=False)

    def action_notify(self):
        """Send the notices, once.

        :raises UserError: not applied, or told before
        """
        self.check_access("write")
        for change in self:
            change._require_state("applied")
            if change.notified_on:
                raise UserError(
                    self.env._("Those concerned with %s were told.", change.name)
                )
            change._notify_consignor()
            change._notify_customers()
            change.sudo().notified_on = fields.Datetime.now()

    def _notify_consignor(self):
        self.ensure_one()
        change = self.with_context(lang=self.consignor_id.lang or self.env.lang)
        change.message_post(
            subject=change.env._("Cost of %s", change.product_id.display_name),
            body=change.env._(
                "From %(date)s %(product)s costs %(cost)s. For %(quantity)s units sold "
                "since then the difference is %(delta)s; it is in the next settlement "
                "where they were settled before.",
                date=change.date_from,
                product=change.product_id.display_name,
                cost=change.currency_id.format(change.new_cost),
                quantity=f"{sum(change.line_ids.mapped('quantity')):g}",
                delta=change.currency_id.format(change.amount_delta),
            ),
            partner_ids=change.consignor_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _notify_customers(self):
        """One message on each note, about that customer's goods and no others."""
        self.ensure_one()
        # Who works with consignors need not have rights on customers' documents.
        for note, lines in self.sudo().line_ids.grouped("note_id").items():
            if not note or note.state == "cancel":
                continue
            customer = note.partner_id
            note = note.with_context(lang=customer.lang or self.env.lang)
            note.message_post(
                subject=note.env._("Price of %s", self.product_id.display_name),
                body=note.env._(
                    "%(reason)s: the price of %(quantity)s units of %(product)s on "
                    "%(invoice)s changes by %(delta)s without taxes. You will receive "
                    "the note.",
                    reason=self.reason,
                    quantity=f"{sum(lines.mapped('quantity')):g}",
                    product=self.product_id.display_name,
                    invoice=", ".join(lines.invoice_id.mapped("name")),
                    delta=self.currency_id.format(sum(lines.mapped("delta"))),
                ),
                partner_ids=customer.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
