from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.o2c_order_gate.models.messages import refused

from .derived import without_typed

# which agreement it is, and of which it is the next version
NUMBERS = frozenset({"name", "version", "previous_id"})


class CommercialAgreement(models.Model):
    """Number and versions: a change of an agreement is a new version of it."""

    # apart from what is agreed: this is about which of them counts
    _inherit = "o2c.commercial.agreement"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS o2c.pricing.approvable
        return super().create([{**vals, **self._numbers(vals)} for vals in vals_list])

    def write(self, vals):
        # EXTENDS o2c.pricing.approvable
        return super().write(without_typed(self, vals, NUMBERS))

    @api.model
    def _numbers(self, vals):
        """Number and version of a new agreement: those that follow on the one before.

        :raise UserError: when that is not of the same customer and company
        """
        company = vals.get("company_id") or self.env.company.id
        before = self.browse(vals.get("previous_id") or ())
        if not before:
            sequence = self.env["ir.sequence"].with_company(company)
            number = sequence.next_by_code("o2c.commercial.agreement") or "/"
            return {"name": number, "version": 1, "previous_id": False}
        before.check_access("read")
        if (before.partner_id.id, before.company_id.id) != (
            vals.get("partner_id"),
            company,
        ):
            raise refused(
                "create",
                before,
                self.env._("A version follows on one of the same customer."),
            )
        version = max(before.sudo()._versions().mapped("version")) + 1
        return {"name": before.name, "version": version, "previous_id": before.id}

    def _versions(self):
        """Every version of these agreements."""
        return self.search(
            [
                ("name", "in", self.mapped("name")),
                ("company_id", "in", self.company_id.ids),
            ]
        )

    def action_new_version(self):
        """Draft the next version of this agreement, to change it."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("approved", "closed"):
            raise UserError(self.env._("Only what was in force gets a new version."))
        new = self.copy(
            {
                "previous_id": self.id,
                "date_from": max(
                    self.date_from, self.env["o2c.gate.decision"]._today()
                ),
            }
        )
        return new._open_form()

    def _close_ended(self):
        """Close those of these whose last day has passed."""
        today = self.env["o2c.gate.decision"]._today()
        for agreement in self._versions():
            if (
                agreement.state == "approved"
                and agreement.date_to
                and agreement.date_to < today
            ):
                newer = agreement.search_count([("previous_id", "=", agreement.id)])
                agreement._o2c_set({"state": "superseded" if newer else "closed"})
