from odoo import api, fields, models
from odoo.exceptions import ValidationError


class O2cSriEmissionPoint(models.Model):
    """An emission point of an establishment, with its own gap-free numbers.

    Sales documents take their number from Odoo's journal; what has no journal of its
    own (guides, withholdings, purchase liquidations) takes it from here.
    Entry point: ``_o2c_next``.
    """

    _name = "o2c.sri.emission.point"
    _description = "Emission Point"
    _order = "company_id, establishment, emission_point"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    establishment = fields.Char(size=3, required=True, default="001")
    emission_point = fields.Char(size=3, required=True, default="001")
    partner_id = fields.Many2one(
        "res.partner", string="Address", help="dirEstablecimiento of the documents."
    )
    electronic = fields.Boolean(
        default=True,
        help="Off for points whose documents another system issued or issues.",
    )
    active = fields.Boolean(default=True)
    sequence_ids = fields.One2many("o2c.sri.sequence", "point_id")

    _unique_point = models.Constraint(
        "UNIQUE(company_id, establishment, emission_point)",
        "This emission point exists already in the company.",
    )

    @api.depends("establishment", "emission_point")
    def _compute_display_name(self):
        for point in self:
            point.display_name = f"{point.establishment}-{point.emission_point}"

    @api.constrains("establishment", "emission_point")
    def _check_codes(self):
        for point in self:
            for code in (point.establishment, point.emission_point):
                if len(code) != 3 or not code.isdigit() or code == "000":
                    raise ValidationError(
                        self.env._(
                            "Establishment and emission point have three digits from "
                            "001 to 999, not %(code)s.",
                            code=code,
                        )
                    )

    def _o2c_next(self, document_type):
        """Take the next number; the row stays locked until the transaction ends.

        A rollback gives the number back, so there are no gaps, and two transactions
        never get the same one: the second waits and is retried by the framework.

        :param str document_type: 03, 06 or 07.
        :return: nine digits
        :rtype: str
        """
        self.ensure_one()
        self.env["o2c.sri.sequence"].flush_model()
        self.env.cr.execute(
            """
            INSERT INTO o2c_sri_sequence AS s
                        (point_id, document_type, next_number)
                 VALUES (%s, %s, 2)
            ON CONFLICT (point_id, document_type)
          DO UPDATE SET next_number = s.next_number + 1
              RETURNING next_number - 1
            """,
            [self.id, document_type],
        )
        number = self.env.cr.fetchone()[0]
        self.env["o2c.sri.sequence"].invalidate_model(["next_number"])
        self.invalidate_recordset(["sequence_ids"])
        return f"{number:09d}"
