from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..sri_core import documents as doc
from ..tools import ecuador

KINDS = [
    ("field", "Additional field"),
    ("agent", "Withholding agent"),
    ("special", "Special taxpayer"),
    ("rimpe", "RIMPE entrepreneur"),
    ("popular", "RIMPE popular business"),
]


class O2cSriLegend(models.Model):
    """What a resolution makes a company print on its documents, from day to day.

    Either an additional field, or one of the marks that have a tag of their own. A mark
    that is dated here counts on its days instead of the one in the settings. Entry
    points: ``_o2c_fields`` and ``_o2c_marks``.
    """

    _name = "o2c.sri.legend"
    _description = "Legend on Electronic Documents"
    _order = "company_id, date_from desc, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(KINDS, required=True, default="field")
    name = fields.Char(size=300, help="Name of the additional field.")
    value = fields.Char(size=300, help="Text, usually the number of a resolution.")
    document_types = fields.Char(
        help="Codes of the documents, as 01,04; empty means all six."
    )
    date_from = fields.Date(required=True, default=lambda self: ecuador.today())
    date_to = fields.Date()

    @api.constrains("kind", "name", "value")
    def _check_texts(self):
        for legend in self:
            is_field = legend.kind == "field"
            if is_field and not (legend.name or "").strip():
                raise ValidationError(
                    self.env._("An additional field needs its name and its text.")
                )
            if legend.kind not in ("rimpe", "popular") and not legend.value:
                raise ValidationError(
                    self.env._("This legend needs the number of its resolution.")
                )

    @api.model
    def _o2c_fields(self, company, document_type, day):
        """Return the additional fields that a company prints on a day.

        :param str document_type: 01, 03, 04, 05, 06 or 07.
        :param date day: of issue.
        """
        return [
            doc.Detail(name=name, value=value)
            for kind, name, value, types in self._o2c_in_force(company, day)
            if kind == "field" and (not types or document_type in types)
        ]

    @api.model
    def _o2c_marks(self, company, day):
        """Return {kind: value} of the marks that are dated and count on a day.

        :param date day: of issue.
        """
        return {
            kind: value
            # the newest of those that overlap comes last and counts
            for kind, _name, value, _types in reversed(self._o2c_in_force(company, day))
            if kind != "field"
        }

    @api.model
    def _o2c_in_force(self, company, day):
        return [
            legend
            for start, end, *legend in self._o2c_rows(company.id)
            if start <= day and (not end or day <= end)
        ]

    @api.model
    @tools.ormcache("company_id")
    def _o2c_rows(self, company_id):
        """Return a company's legends as plain tuples: every document asks for them."""
        return tuple(
            (
                legend.date_from,
                legend.date_to,
                legend.kind,
                legend.name or "",
                legend.value or "",
                legend.document_types or "",
            )
            for legend in self.sudo().search([("company_id", "=", company_id)])
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
