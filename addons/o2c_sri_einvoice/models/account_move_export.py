from dataclasses import replace

from odoo import api, fields, models

from ..sri_core import documents as doc
from ..tools import amounts

COSTS = ("freight", "insurance", "customs", "transport")


class AccountMove(models.Model):
    """Export invoices: the block ``comercioExterior`` and its costs.

    Freight, insurance and the like are lines of the invoice in Odoo (products with an
    *Export Cost*) and amounts of the header for the SRI.
    """

    # One file a topic, none above 400 lines.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    o2c_is_export = fields.Boolean(
        string="Export (SRI)",
        compute="_compute_o2c_is_export",
        store=True,
        readonly=False,
        help="The goods leave Ecuador: the invoice says from and to where.",
    )
    o2c_loading_port = fields.Char(string="Port of Loading", size=300)
    o2c_destination_port = fields.Char(string="Port of Destination", size=300)

    @api.depends("move_type", "partner_id", "partner_shipping_id")
    def _compute_o2c_is_export(self):
        for move in self:
            country = (move.partner_shipping_id or move.partner_id).country_id
            move.o2c_is_export = bool(
                move.move_type == "out_invoice" and country and country.code != "EC"
            )

    # === PLAN === #

    def _o2c_export_cost_lines(self):
        # EXPORTADOR is a notion of the factura: notes carry the costs as lines
        if not self.o2c_is_export or self.l10n_latam_document_type_id.code != "01":
            return self.env["account.move.line"]
        return self.invoice_line_ids.filtered("product_id.o2c_sri_export_cost")

    def _o2c_document_lines(self):
        # EXTENDS o2c_sri_einvoice
        return super()._o2c_document_lines() - self._o2c_export_cost_lines()

    def _o2c_beside_lines(self):
        # EXTENDS o2c_sri_einvoice
        costs = self._o2c_export_cost_lines()
        return super()._o2c_beside_lines() + amounts.decimal(
            sum(costs.mapped("price_total"))
        )

    def _o2c_header_problems(self, soft):
        # EXTENDS o2c_sri_einvoice
        problems = super()._o2c_header_problems(soft)
        if self.o2c_is_export and self.l10n_latam_document_type_id.code == "01":
            problems += self._o2c_export_problems()
        return problems

    def _o2c_export_problems(self):
        problems = []
        for value, name in (
            (self.invoice_incoterm_id, self.env._("the incoterm")),
            (self.incoterm_location, self.env._("the place of the incoterm")),
            (self.o2c_loading_port, self.env._("the port of loading")),
            (self.o2c_destination_port, self.env._("the port of destination")),
        ):
            if not value:
                problems.append(
                    self.env._("%(value)s of the export is missing.", value=name)
                )
        for country in self._o2c_export_countries():
            if not country.o2c_sri_code:
                problems.append(
                    self.env._(
                        "country %(country)s has no code of the SRI (Contacts, "
                        "Configuration, Countries).",
                        country=country.name or "?",
                    )
                )
        taxed = self._o2c_export_cost_lines().filtered(
            lambda line: line.price_total != line.price_subtotal
        )
        if taxed:
            problems.append(
                self.env._(
                    "“%(line)s” is a cost of the export, which carries no tax.",
                    line=taxed[0].name,
                )
            )
        return problems

    def _o2c_export_countries(self):
        buyer = self.commercial_partner_id.country_id
        shipped = (self.partner_shipping_id or self.partner_id).country_id
        return self.company_id.country_id | shipped | buyer

    # === COMPROBANTE === #

    def _o2c_prepare_factura(self, head, lines, sums):
        # EXTENDS o2c_sri_einvoice
        invoice = super()._o2c_prepare_factura(head, lines, sums)
        if not self.o2c_is_export:
            return invoice
        total = sums.total + self._o2c_beside_lines()
        return replace(
            invoice,
            export=self._o2c_prepare_export(),
            total=total,
            payments=self._o2c_payments(total),
        )

    def _o2c_prepare_export(self):
        costs = {}
        for line in self._o2c_export_cost_lines():
            kind = line.product_id.o2c_sri_export_cost
            costs[kind] = costs.get(kind, 0) + amounts.decimal(line.price_subtotal)
        shipped = (self.partner_shipping_id or self.partner_id).country_id
        return doc.Export(
            incoterm=self.invoice_incoterm_id.code,
            incoterm_place=self.incoterm_location,
            origin_country=self.company_id.country_id.o2c_sri_code,
            loading_port=self.o2c_loading_port,
            destination_port=self.o2c_destination_port,
            destination_country=shipped.o2c_sri_code,
            acquisition_country=self.commercial_partner_id.country_id.o2c_sri_code,
            total_incoterm=self.invoice_incoterm_id.code,
            **{kind: costs.get(kind, amounts.ZERO) for kind in COSTS},
        )
