from odoo import api, fields, models, tools

from ..sri_core import documents as doc
from ..tools import ecuador


class O2cSriLegend(models.Model):
    """An additional field that a resolution makes a company print, from day to day.

    Entry point: ``_o2c_in_force``. What has a tag of its own in the documents (agent,
    special taxpayer, RIMPE) is a setting of the company instead.
    """

    _name = "o2c.sri.legend"
    _description = "Legend on Electronic Documents"
    _order = "company_id, date_from desc, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    name = fields.Char(required=True, size=300, help="Name of the additional field.")
    value = fields.Char(required=True, size=300, help="Text, usually a resolution.")
    document_types = fields.Char(
        help="Codes of the documents, as 01,04; empty means all six."
    )
    date_from = fields.Date(required=True, default=lambda self: ecuador.today())
    date_to = fields.Date()

    @api.model
    def _o2c_in_force(self, company, document_type):
        """Return the legends of a company for a document of today.

        :param str document_type: 01, 03, 04, 05, 06 or 07.
        """
        today = ecuador.today()
        return [
            doc.Detail(name=name, value=value)
            for name, value, types, start, end in self._o2c_rows(company.id)
            if start <= today
            and (not end or today <= end)
            and (not types or document_type in types)
        ]

    @api.model
    @tools.ormcache("company_id")
    def _o2c_rows(self, company_id):
        """Return a company's legends as plain tuples: every document asks for them."""
        return tuple(
            (
                legend.name,
                legend.value,
                legend.document_types or "",
                legend.date_from,
                legend.date_to,
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


class ResCompany(models.Model):
    # The legends of a company are these and those of its settings.
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    def _o2c_sri_legends(self, document_type):
        # EXTENDS o2c_sri_einvoice
        legends = super()._o2c_sri_legends(document_type)
        return legends + self.env["o2c.sri.legend"]._o2c_in_force(self, document_type)
