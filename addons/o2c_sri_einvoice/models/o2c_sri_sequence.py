from odoo import api, fields, models
from odoo.exceptions import ValidationError

SEQUENCE_TYPES = [
    ("03", "Purchase liquidation"),
    ("06", "Delivery guide"),
    ("07", "Withholding"),
]


class O2cSriSequence(models.Model):
    """The next number of one document type at one emission point."""

    _name = "o2c.sri.sequence"
    _description = "Numbers of an Emission Point"
    _order = "point_id, document_type"

    point_id = fields.Many2one(
        "o2c.sri.emission.point", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="point_id.company_id")
    document_type = fields.Selection(SEQUENCE_TYPES, required=True)
    next_number = fields.Integer(default=1, required=True)

    _unique_type = models.Constraint(
        "UNIQUE(point_id, document_type)",
        "This emission point numbers this document type already.",
    )

    @api.constrains("next_number")
    def _check_next_number(self):
        for sequence in self:
            point = sequence.point_id
            used = self.env["o2c.sri.document"]._o2c_last_sequential(
                point.company_id,
                sequence.document_type,
                point.establishment,
                point.emission_point,
            )
            if sequence.next_number <= used:
                raise ValidationError(
                    self.env._(
                        "Number %(number)s was already used at %(point)s: the next one "
                        "must be higher.",
                        number=used,
                        point=point.display_name,
                    )
                )
