"""Electronic documents: certificates made here and now, emission points, legends."""

import base64

from odoo.addons.o2c_sri_einvoice.sri_core.trial_certificate import make_p12
from odoo.addons.o2c_sri_einvoice.tools import ecuador

CERTIFICATE_PASSWORD = "demo"  # of a certificate that nobody trusts, made at install


def build(world):
    for key, company in world.companies.items():
        _enable(world, company)
        points = _emission_points(world, company)
        _journals(world, key, company, points)


def _enable(world, company):
    env = world.env_of(company)
    certificate = env["o2c.sri.certificate"].create(
        {
            "name": f"Firma de {company.name}",
            "company_id": company.id,
            "content": base64.b64encode(
                make_p12(company.vat, company.name, CERTIFICATE_PASSWORD, ecuador.now())
            ),
            "password": CERTIFICATE_PASSWORD,
        }
    )
    company.write(
        {
            "o2c_sri_enabled": True,
            "o2c_sri_environment": "1",
            "o2c_sri_certificate_id": certificate.id,
            "o2c_sri_trade_name": company.name,
            "o2c_sri_withholding_agent": "1",
            "o2c_sri_responsible_id": world.users["contadora"].id,
        }
    )


def _emission_points(world, company):
    env = world.env_of(company)
    branch = env["res.partner"].search(
        [("parent_id", "=", company.partner_id.id), ("type", "=", "other")], limit=1
    )
    points = env["o2c.sri.emission.point"].create(
        [
            {
                "company_id": company.id,
                "establishment": establishment,
                "emission_point": "001",
                "partner_id": address.id,
            }
            for establishment, address in (
                ("001", company.partner_id),
                ("002", branch),
            )
        ]
    )
    company.o2c_sri_emission_point_id = points[0]
    return points


def _journals(world, key, company, points):
    """The journals of both establishments sign; the old system's does not."""
    old = world.env.ref(f"o2c_demo.journal_old_{key}")
    journals = world.env_of(company)["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", company.id), ("id", "!=", old.id)]
    )
    for journal in journals:
        journal.o2c_emission_point_id = points.filtered(
            lambda p, code=journal.l10n_ec_entity: p.establishment == code
        )
