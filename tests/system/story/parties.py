"""Other people who issue documents: a customer and a supplier with own certificates."""

import base64

import requests

from sri_simulator import third_party as made

PASSWORD = "demo"  # of certificates made here, which nobody trusts


def taxpayer(world, xmlid):
    """Somebody of the demo data as the issuer of his own documents."""
    partner = world.person("admin").read(
        "res.partner", world.ref(xmlid), ["name", "vat"]
    )
    p12 = made.make_p12(partner["vat"], partner["name"], PASSWORD)
    return made.Taxpayer(partner["vat"], partner["name"], p12, PASSWORD)


def customer(world):
    return taxpayer(world, "customer_c901001")


def our_company(world):
    """The wholesaler, as the receiver of somebody's document."""
    company = world.person("admin").read(
        "res.company", world.ref("company_sierra"), ["name", "vat"]
    )
    return made.Receiver(company["vat"], company["name"])


def register(world, document):
    """The other party had his document authorised by the SRI."""
    answer = requests.post(
        f"{world.simulator}/control/documents",
        json={"xml": base64.b64encode(document.xml).decode()},
        timeout=30,
    )
    answer.raise_for_status()
