from odoo import api, fields, models

from ..sri_core import codes


class O2cSriNote(models.Model):
    """One line of the log of a document: what the SRI or we said, never changed."""

    _name = "o2c.sri.note"
    _description = "Message about an Electronic Document"
    _order = "id desc"

    document_id = fields.Many2one(
        "o2c.sri.document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    identifier = fields.Char(readonly=True)
    text = fields.Char(readonly=True)
    additional = fields.Char(readonly=True)
    kind = fields.Char(readonly=True)
    remedy = fields.Char(string="What to do", compute="_compute_remedy")

    @api.depends("identifier", "kind")
    @api.depends_context("lang")
    def _compute_remedy(self):
        lang = self.env.lang or "en"
        for note in self:
            known = note.identifier in codes.REMEDIES
            note.remedy = codes.remedy(note.identifier).text(lang) if known else False
