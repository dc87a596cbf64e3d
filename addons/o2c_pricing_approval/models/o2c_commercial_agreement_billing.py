from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.o2c_order_gate.models.messages import refused

from ..pricing_core import next_billing


class CommercialAgreementBilling(models.Model):
    """A milestone or a period of an agreement that was billed: once, whoever bills.

    Made by `_bill` only. The unique index decides between two who bill at once.
    """

    _name = "o2c.commercial.agreement.billing"
    _description = "Agreement Billing"
    _order = "id desc"
    _rec_name = "agreement_id"
    _check_company_auto = True

    agreement_id = fields.Many2one(
        "o2c.commercial.agreement",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    order_id = fields.Many2one(
        "sale.order", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    milestone_id = fields.Many2one(
        "o2c.commercial.agreement.milestone", readonly=True, ondelete="restrict"
    )
    period_end = fields.Date(readonly=True)
    invoice_ids = fields.One2many("account.move", "o2c_billing_id")

    _milestone_uniq = models.UniqueIndex(
        "(order_id, milestone_id) WHERE milestone_id IS NOT NULL"
    )
    _period_uniq = models.UniqueIndex(
        "(agreement_id, period_end) WHERE period_end IS NOT NULL"
    )

    @api.model
    def _cron_bill(self):
        """Bill every agreement whose day or milestone has come, one commit each."""
        agreements = self.env["o2c.commercial.agreement"].search(
            [("billing", "in", ("milestone", "calendar")), ("state", "!=", "draft")]
        )
        agreements = agreements.filtered(lambda a: a.decided_on)
        self.env["ir.cron"]._commit_progress(remaining=len(agreements))
        for agreement in agreements:
            # another worker bills the others; an order that is being written refers to
            # its agreement and does not hold it
            locked = agreement.try_lock_for_update(allow_referencing=True)
            self._bill(locked)
            self.env["ir.cron"]._commit_progress(len(locked))

    @api.model
    def _bill(self, agreements):
        """Make the draft invoices due by today, and remember what they bill.

        :param agreements: agreements that were approved, superuser
        :return: the new `o2c.commercial.agreement.billing` records
        """
        billed = self.sudo().browse()
        today = self.env["o2c.gate.decision"]._today()
        for agreement in agreements:
            agreement = agreement.with_company(agreement.company_id)
            self._serialise(agreement)
            if agreement.billing == "calendar":
                billed += self._bill_calendar(agreement, today)
            elif agreement.billing == "milestone":
                billed += self._bill_milestones(agreement, today)
        return billed

    def _serialise(self, agreement):
        """Let two who bill the same agreement meet at its row.

        It is updated, not locked: the second waits, PostgreSQL refuses what it read
        before the first committed, and Odoo runs it again, when nothing is due.
        """
        self.env.cr.execute(
            "UPDATE o2c_commercial_agreement SET write_date = write_date WHERE id = %s",
            agreement.ids,
        )

    def _bill_calendar(self, agreement, today):
        """One invoice of what is delivered, for each customer address and currency."""
        day = agreement.next_billing_date
        if not day or day > today:
            return self.browse()
        orders = self.env["sale.order"].search(
            [
                ("o2c_agreement_id", "=", agreement.id),
                ("invoice_status", "=", "to invoice"),
            ]
        )
        while day <= today:
            period_end, day = day, next_billing(day, agreement.period)
        agreement._o2c_set({"next_billing_date": day})
        # advances are deducted, what came back is taken off
        invoices = orders.with_context(raise_if_nothing_to_invoice=False)
        return self._keep(
            agreement,
            invoices._create_invoices(final=True) if orders else orders.invoice_ids,
            period_end=period_end,
        )

    def _bill_milestones(self, agreement, today):
        orders = self.env["sale.order"].search(
            [("o2c_agreement_id", "=", agreement.id), ("state", "=", "sale")]
        )
        done = {
            (row.order_id, row.milestone_id)
            for row in self.search([("order_id", "in", orders.ids)])
        }
        billed = self.browse()
        for order in orders:
            for milestone in agreement.milestone_ids:
                if (order, milestone) in done or not milestone._is_due(order, today):
                    continue
                invoices = self._bill_milestone(order, milestone)
                billed += self._keep(
                    agreement, invoices, order_id=order.id, milestone_id=milestone.id
                )
        return billed

    def _bill_milestone(self, order, milestone):
        if milestone.final:
            orders = order.with_context(raise_if_nothing_to_invoice=False)
            return orders._create_invoices(final=True)
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [fields.Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": milestone.percent,
            }
        )
        return wizard._create_invoices(order)

    def _keep(self, agreement, invoices, **values):
        """The record of a billing; none where there was nothing to invoice."""
        if not invoices:
            return self.browse()
        billing = super(CommercialAgreementBilling, self.sudo()).create(
            [{"agreement_id": agreement.id, **values}]
        )
        invoices.sudo().write({"o2c_billing_id": billing.id})
        what = billing.milestone_id.name or fields.Date.to_string(billing.period_end)
        agreement.message_post(
            body=Markup("%s: %s")
            % (
                what,
                Markup(", ").join(
                    invoice._get_html_link(title=invoice.display_name)
                    for invoice in invoices
                ),
            )
        )
        return billing

    # Refusing is all that these do: there is nothing for super() to do.
    # pylint: disable=method-required-super
    @api.model_create_multi
    def create(self, vals_list):
        raise refused(
            "billing", self, self.env._("Billings are made by billing the agreement.")
        )

    def write(self, vals):
        raise refused("billing", self, self.env._("A billing is kept as it was made."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invoiced(self):
        # what was billed by mistake is billed again once its invoices are cancelled
        if self.sudo().invoice_ids.filtered(lambda move: move.state != "cancel"):
            raise refused(
                "billing",
                self,
                self.env._("Cancel its invoices first: then it may be billed again."),
            )
