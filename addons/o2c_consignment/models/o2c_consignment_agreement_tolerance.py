from odoo import fields, models


class O2cConsignmentAgreement(models.Model):
    """How much the consignor's document may differ from what is due."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.agreement"

    own_tolerance = fields.Boolean(
        string="Own Bill Tolerance",
        help="Not set: the tolerance of the company, from the settings.",
    )
    bill_tolerance = fields.Monetary(
        help="How much the consignor's document may differ from the settlement."
    )

    _bill_tolerance_positive = models.Constraint(
        "CHECK (bill_tolerance IS NULL OR bill_tolerance >= 0)",
        "A tolerance cannot be negative.",
    )

    def _tolerance(self):
        """How much a document may differ, in the currency of the agreement.

        :rtype: float
        """
        self.ensure_one()
        if self.own_tolerance:
            return self.bill_tolerance
        return self.company_id.o2c_consignment_tolerance
