import re

from odoo import fields, models

from odoo.addons.l10n_ec.models.res_partner import verify_final_consumer

from ..sri_core import documents as doc

# Table 6 of the ficha técnica. Core maps foreign identifications to 06 and forgets
# Ecuadorian passports.
ID_TYPES = {
    "ruc": "04",
    "cedula": "05",
    "ec_passport": "06",
    "passport": "06",
    "foreign": "08",
}


REGIMES = [
    ("general", "General regime"),
    ("special", "Special taxpayer"),
    ("rimpe", "RIMPE entrepreneur"),
    ("popular", "RIMPE popular business"),
]


class ResPartner(models.Model):
    _inherit = "res.partner"

    o2c_sri_regime = fields.Selection(
        REGIMES,
        string="Tax Regime (SRI)",
        help="Decides which withholdings are proposed; empty counts as general.",
    )

    o2c_sri_withholds = fields.Boolean(
        string="Withholding Agent (SRI)",
        help="As a customer, withholds from our invoices what the rules say.",
    )

    def _o2c_withholds_as_customer(self):
        """Whether this customer withholds: an agent, or a special taxpayer."""
        entity = self.commercial_partner_id
        return entity.o2c_sri_withholds or entity.o2c_sri_regime == "special"

    def _o2c_sri_address(self):
        """Return the address on one line, empty when there is none."""
        self.ensure_one()
        parts = (self.street, self.street2, self.city, self.state_id.name)
        return ", ".join(part.strip() for part in parts if part and part.strip())[:300]

    def _o2c_sri_id_type(self):
        """Return the code of table 6, or False when the contact has no type."""
        self.ensure_one()
        if self.vat and verify_final_consumer(self.vat):
            return "07"
        return ID_TYPES.get(self._l10n_ec_get_identification_type(), False)

    def _o2c_sri_party(self, with_address=True):
        """Return the contact as a party of a document."""
        self.ensure_one()
        entity = self.commercial_partner_id
        id_type = entity._o2c_sri_id_type()
        if id_type == "07":
            return doc.FINAL_CONSUMER
        return doc.Party(
            id_type=id_type,
            id_number=(entity.vat or "").strip(),
            name=(entity.name or "").strip()[:300],
            address=(self._o2c_sri_address() or None) if with_address else None,
        )

    def _o2c_sri_problems(self, final_consumer_allowed=False):
        """Return what is wrong with the contact's identification, as sentences.

        Company RUCs follow no check digit any more (SPEC 4), so only the shape is
        checked here; the SRI decides.
        """
        self.ensure_one()
        entity = self.commercial_partner_id
        id_type, number = entity._o2c_sri_id_type(), (entity.vat or "").strip()
        problem = None
        if not id_type or not number:
            problem = self.env._("its identification type or number is missing.")
        elif id_type == "07" and not final_consumer_allowed:
            problem = self.env._("this document needs an identified receiver.")
        elif id_type == "04" and not re.fullmatch(r"\d{10}(?!000)\d{3}", number):
            problem = self.env._("a RUC has 13 digits and does not end in 000.")
        elif id_type == "05" and not re.fullmatch(r"\d{10}", number):
            problem = self.env._("a cédula has 10 digits.")
        elif len(number) > 20:
            problem = self.env._("its identification exceeds 20 characters.")
        if not problem:
            return []
        return [
            self.env._(
                "Contact %(name)s: %(problem)s", name=entity.name, problem=problem
            )
        ]
