from decimal import Decimal

from odoo import Command

from ..sri_core import access_key as sri_key
from ..sri_core import certificate, issue, totals
from ..sri_core import documents as doc
from ..sri_core.signer import SignatureIds
from ..tools import ecuador
from .common import PASSWORD, RUC, SimulatorCommon, make_p12

SUPPLIER_RUC = "1792060346001"
VAT_15 = totals.Rate("2", "4", Decimal(15))
ICE_10 = totals.Rate("3", "3053", Decimal(10))
BOTTLES_24 = totals.Rate("5", "5001", Decimal("0.02"), Decimal("0.48"))
# 10 × 20.00 − 10.00 = 190.00, IVA 15 % 28.50: total 218.50
RICE_LINE = ("SACO-50", "Arroz del molino", "10", "20.00", "10.00")


class ReceivedCommon(SimulatorCommon):
    """A supplier who issues electronic documents to the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls._make_partner("Molino S.A.", SUPPLIER_RUC)
        cls.supplier_p12 = make_p12(SUPPLIER_RUC)
        cls.rice.seller_ids = [
            Command.create({"partner_id": cls.supplier.id, "product_code": "SACO-50"})
        ]

    # === VOCABULARY === #

    def _supplier_issues(self, cls=doc.Invoice, number=77, lines=None, **values):
        """Return the supplier's signed document of [(code, name, qty, price, off)]."""
        now = ecuador.now()
        taxes = values.pop("taxes", (VAT_15,))
        made = tuple(
            totals.line(
                description=name,
                main_code=code,
                quantity=Decimal(quantity),
                unit_price=Decimal(price),
                discount=Decimal(discount),
                taxes=taxes,
            )
            for code, name, quantity, price, discount in lines or [RICE_LINE]
        )
        sums = totals.of_lines(made)
        if cls is doc.Invoice:
            values["discount"] = sums.discount
            values["payments"] = (doc.Payment(method="20", total=sums.total),)
        buyer = doc.Party(
            id_type="04", id_number=values.pop("buyer", RUC), name="MAYORISTA"
        )
        p12, holder = values.pop("signed_by", (self.supplier_p12, SUPPLIER_RUC))
        document = cls(
            issuer=doc.Issuer(
                ruc=SUPPLIER_RUC, legal_name="MOLINO S.A.", main_address="Guayaquil"
            ),
            environment="1",
            access_key=sri_key.build(
                now.date(), cls.CODE, SUPPLIER_RUC, "1", "002", "003", number, 87654321
            ),
            establishment="002",
            emission_point="003",
            sequential=f"{number:09d}",
            issue_date=now.date(),
            buyer=buyer,
            lines=made,
            subtotal=sums.subtotal,
            taxes=sums.taxes,
            total=sums.total,
            **values,
        )
        credential = certificate.load_p12(p12, PASSWORD, now, holder)
        return issue.prepare(document, credential, now, SignatureIds(7))

    def _billed(self, force=False, **values):
        """Register a document of the supplier at the SRI and return its key."""
        signed = self._supplier_issues(**values)
        self.sri.register(signed.xml, force=force)
        return signed.access_key

    def _receive(self, **values):
        """Return what the SRI gives for a document of the supplier."""
        received = self.env["o2c.sri.received"].with_user(self.accountant)
        return received._o2c_fetch(self._billed(**values), self.company).with_user(
            self.accountant
        )
