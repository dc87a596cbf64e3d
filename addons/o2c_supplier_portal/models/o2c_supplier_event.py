from collections import defaultdict

from odoo import api, fields, models

from ..portal_core import alerts

BATCH = 500
KINDS = [
    (alerts.SALE, "Sale"),
    (alerts.LOW_STOCK, "Low stock"),
    (alerts.TO_BILL, "To bill"),
    (alerts.DISPUTE, "Dispute"),
    (alerts.SETTLEMENT, "Settlement ready"),
    (alerts.PAYMENT, "Payment"),
    (alerts.REPLENISHMENT, "Replenishment"),
]


class O2cSupplierEvent(models.Model):
    """Something that happened to a supplier's goods, not told to anybody yet.

    It is written in the transaction of what happened, and deleted in the one that
    writes the alerts of all who want to know: nobody is told twice or of nothing.
    """

    _name = "o2c.supplier.event"
    _description = "Supplier Portal Event"
    _order = "id"
    _log_access = False

    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    consignor_id = fields.Many2one("res.partner", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    res_id = fields.Integer(readonly=True, help="Of what the portal shows of it.")
    label = fields.Char(readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    amount = fields.Float(readonly=True)

    @api.model
    def _o2c_emit(self, vals_list):
        """Note what happened, for suppliers that anybody of uses the portal.

        :param list vals_list: one dict for each thing that happened
        """
        if not vals_list:
            return self
        suppliers = self.env["res.partner"].browse(v["consignor_id"] for v in vals_list)
        ids = self._o2c_listening(suppliers).ids
        events = self.sudo().create(
            [vals for vals in vals_list if vals["consignor_id"] in ids]
        )
        if events:
            self.env.ref("o2c_supplier_portal.o2c_supplier_event_cron")._trigger()
        return events

    @api.model
    def _o2c_listening(self, suppliers):
        """Those of some suppliers that anybody of uses the portal.

        :rtype: res.partner
        """
        members = self.env["o2c.supplier.member"].sudo()
        return members.search_fetch(
            [("partner_id", "in", suppliers.ids)], ["partner_id"]
        ).partner_id

    @api.model
    def _cron_tell(self):
        """Turn events into alerts and calls of webhooks, in batches, by any worker."""
        cron = self.env["ir.cron"]
        while True:
            events = self.search([], limit=BATCH, order="id").try_lock_for_update()
            if not events:
                return
            count = len(events)
            if alerts.SALE in events.mapped("kind"):
                # what was sold may have become scarce
                self.env["o2c.supplier.level"]._o2c_check(events.consignor_id)
            events._o2c_tell()
            events.unlink()
            left = self.search_count([], limit=BATCH * 10)
            if not cron._commit_progress(count, remaining=left):
                return

    def _o2c_tell(self):
        self.env["o2c.supplier.webhook"]._o2c_queue(self)
        groups = defaultdict(self.browse)
        for event in self:
            single = 0 if event.kind in alerts.SUMMED else event.id
            key = (event.company_id, event.consignor_id, event.kind, single)
            groups[key] |= event
        partners = self.consignor_id
        members = self.env["o2c.supplier.member"].search(
            [("partner_id", "in", partners.ids)]
        )
        by_place = members.filtered("is_in_force").grouped(
            lambda m: (m.company_id, m.partner_id)
        )
        chosen = self.env["o2c.supplier.preference"]._o2c_chosen(members.user_id)
        vals_list = []
        for (company, consignor, kind, __), events in groups.items():
            for member in by_place.get((company, consignor), members.browse()):
                how = alerts.mode(
                    kind, member.role, chosen.get((member.user_id.id, kind))
                )
                if how != alerts.NONE:
                    vals_list.append(events._o2c_alert_vals(member, kind, how))
        self.env["o2c.supplier.alert"].create(vals_list)._o2c_mail_now()

    def _o2c_alert_vals(self, member, kind, how):
        user = member.user_id
        told = self.with_context(lang=user.lang or "en_US")
        return {
            "user_id": user.id,
            "company_id": member.company_id.id,
            "kind": kind,
            "text": told._o2c_text(kind),
            "link": told._o2c_link(kind),
            "mail": how,
        }

    def _o2c_text(self, kind):
        """Return one sentence about these events, in the context's language."""
        first = self[:1]
        if kind == alerts.SALE:
            return self.env._(
                "%(count)s sales: %(quantity)s units.",
                count=len(self),
                quantity=f"{sum(self.mapped('quantity')):g}",
            )
        if kind == alerts.LOW_STOCK:
            names = ", ".join(self.mapped("label")[:5])
            return self.env._(
                "%(count)s products are at their minimum: %(names)s.",
                count=len(self),
                names=names,
            )
        texts = {
            alerts.TO_BILL: self.env._("%(name)s is accepted: send your factura."),
            alerts.DISPUTE: self.env._("%(name)s: there is news in the discussion."),
            alerts.SETTLEMENT: self.env._("%(name)s is ready for your answer."),
            alerts.PAYMENT: self.env._("%(name)s was paid."),
            alerts.REPLENISHMENT: self.env._("%(name)s: goods are asked of you."),
        }
        return texts[kind] % {"name": first.label or ""}

    def _o2c_link(self, kind):
        base = "/my/consignment"
        number = self[:1].res_id
        return {
            alerts.SALE: f"{base}/sales",
            alerts.LOW_STOCK: f"{base}/stock?level=low",
            alerts.PAYMENT: f"{base}/bills",
            alerts.REPLENISHMENT: f"{base}/replenishment/{number}",
        }.get(kind, f"{base}/settlements/{number}")
