from odoo import api, fields, models


class PricingDecision(models.Model):
    """An append-only record: someone entitled accepts or refuses an agreement, a change
    of prices or the differences of an invoice, for one content of it.

    Orders have decisions of their own, see `o2c.gate.decision`.
    """

    _name = "o2c.pricing.decision"
    _inherit = ["o2c.gate.sealed"]
    _o2c_log = "pricing"
    _description = "Pricing Decision"
    _order = "id desc"
    _rec_name = "res_name"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    res_model = fields.Char(string="Kind", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document",
        model_field="res_model",
        required=True,
        readonly=True,
        index=True,
    )
    res_name = fields.Char(string="Name", required=True, readonly=True)
    decision = fields.Selection(
        [("accept", "Accepted"), ("refuse", "Refused")], required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Decided by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    date = fields.Datetime(required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    asked_by = fields.Many2one("res.users", readonly=True)
    asked_on = fields.Datetime(readonly=True)
    summary = fields.Text(string="What was decided", readonly=True)
    content = fields.Json(readonly=True)
    fingerprint = fields.Char(required=True, readonly=True)

    _sequence_uniq = models.UniqueIndex("(company_id, sequence)")

    @api.model
    def _record(self, document, decision, reason, *, content, fingerprint, **options):
        """Append a decision of the current user; entitlement is checked by the caller.

        :param document: one record with a company
        :param str decision: ``accept`` or ``refuse``
        :param str reason: why
        :param content: JSON-able content that it is about
        :param str fingerprint: of that content
        :param options: ``summary``, ``asked_by`` (user), ``asked_on``
        """
        values = {
            "company_id": document.company_id.id,
            "res_model": document._name,
            "res_id": document.id,
            "res_name": document.display_name,
            "decision": decision,
            "user_id": self.env.user.id,
            "date": fields.Datetime.now(),
            "reason": reason.strip(),
            "content": content,
            "fingerprint": fingerprint,
            "summary": options.get("summary"),
            "asked_by": options["asked_by"].id if "asked_by" in options else False,
            "asked_on": options.get("asked_on"),
        }
        return self._append(values)

    @api.model
    def _sealed_content(self, values):
        # EXTENDS o2c_order_gate
        names = ("company_id", "res_model", "res_id", "res_name", "decision", "user_id")
        names += ("reason", "content", "fingerprint", "summary", "asked_by")
        return {
            **{name: values[name] or None for name in names},
            "date": fields.Datetime.to_string(values["date"]),
            "asked_on": fields.Datetime.to_string(values["asked_on"]) or None,
        }

    @api.model
    def _accepted(self, documents):
        """{document id: fingerprints that were accepted and not refused later}."""
        rows = self.sudo().search(
            [("res_model", "=", documents._name), ("res_id", "in", documents.ids)],
            order="id",
        )
        accepted = {document_id: set() for document_id in documents.ids}
        for row in rows:
            if row.decision == "accept":
                accepted[row.res_id].add(row.fingerprint)
            else:
                accepted[row.res_id].discard(row.fingerprint)
        return accepted
