from odoo import models
from odoo.fields import Command


class O2cSriReceived(models.Model):
    """ICE and IRBPNR of what a supplier sold us.

    The buyer gets no credit for them, so that they are a cost like the goods, and the
    chart has no purchase taxes for them: each becomes a line of the bill, one for each
    IVA that is charged on it.
    """

    # One file a topic, none above 400 lines.
    _inherit = "o2c.sri.received"  # pylint: disable=consider-merging-classes-inherited

    def _o2c_excise_total(self):
        """Return what the document charges of ICE and IRBPNR, in USD."""
        return sum(line.ice + line.irbpnr for line in self.line_ids)

    def _o2c_prepare_bill_lines(self):
        # EXTENDS o2c_sri_einvoice
        lines = super()._o2c_prepare_bill_lines()
        return lines + self._o2c_prepare_excise_lines()

    def _o2c_prepare_excise_lines(self):
        if not self._o2c_excise_total():
            return []
        taxes = self._o2c_match_taxes(self._o2c_match_products())
        amounts = {}
        for line in self.line_ids:
            # what the supplier's IVA base holds beyond the price: ICE first
            beyond = line.vat_base - line.subtotal
            for name, amount in (("ICE", line.ice), ("IRBPNR", line.irbpnr)):
                is_taxed = self.currency_id.compare_amounts(beyond, amount) >= 0
                tax = taxes[line] if is_taxed else taxes[line].browse()
                beyond -= amount if is_taxed else 0
                amounts[name, tax] = amounts.get((name, tax), 0) + amount
        return [
            Command.create(
                {
                    "name": name,
                    "quantity": 1,
                    "price_unit": self.currency_id.round(amount),
                    "tax_ids": [Command.set(tax.ids)],
                    "is_imported": True,
                }
            )
            for (name, tax), amount in amounts.items()
            if not self.currency_id.is_zero(amount)
        ]
