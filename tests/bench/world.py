"""The wholesaler that every measure works with: the same on both sides."""

import base64

from odoo import Command, fields

from sri_simulator import third_party

LINES = 20
ECUADOR = "America/Guayaquil"
RUC = "1790016919001"
PASSWORD = "bench"  # of a certificate that is made here and that nobody trusts


def build(env):
    """Fill a database, with the suite's policies where the suite is.

    :return: dict of ids
    """
    products = _products(env)
    _stock(env, products)
    customer = _customer(env)
    if "o2c.pricing.policy" in env:
        _pricing_policy(env)
    if "o2c.credit.policy" in env:
        _credit_policy(env, customer)
    if "o2c.sri.certificate" in env:
        _electronic_documents(env)
    return {"customer": customer.id, "products": products.ids}


def _products(env):
    return env["product.product"].create(
        [
            {
                "name": f"Product {number}",
                "is_storable": True,
                "list_price": 10 + number,
                "standard_price": 6,
                "invoice_policy": "order",
            }
            for number in range(LINES)
        ]
    )


def _stock(env, products):
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    for product in products:
        env["stock.quant"]._update_available_quantity(product, location, 1_000_000)


def _customer(env):
    return env["res.partner"].create(
        {
            "name": "Customer",
            "is_company": True,
            "l10n_latam_identification_type_id": env.ref("l10n_ec.ec_ruc").id,
            "vat": "1790011674001",
            "country_id": env.ref("base.ec").id,
            "street": "Calle Principal",
            "city": "Quito",
            "email": "customer@example.com",
        }
    )


def _pricing_policy(env):
    """Limits that the order keeps: they are checked, nothing is asked for."""
    approvers = env.ref("o2c_order_gate.o2c_order_gate_group_approver").id
    kinds = ({"kind": "discount", "limit": 8}, {"kind": "margin", "limit": 5})
    env["o2c.pricing.policy"].create(
        {
            "name": "Bench",
            "line_ids": [
                Command.create({"approver_group_id": approvers, **values})
                for values in (*kinds, {"kind": "below_cost"})
            ],
        }
    )


def _credit_policy(env, customer):
    env["o2c.credit.policy"].create({"name": "Bench", "max_overdue_days": 15})
    env.company.account_use_credit_limit = True
    customer.credit_limit = 1_000_000_000


def _electronic_documents(env):
    """The company signs its invoices; nothing is sent, no scheduled job runs."""
    company = env.company
    company.write({"name": "Bench", "street": "Calle 1", "city": "Quito"})
    ruc = {"l10n_latam_identification_type_id": env.ref("l10n_ec.ec_ruc").id}
    company.partner_id.write({**ruc, "vat": RUC})
    content = base64.b64encode(certificate(company.name))
    signing = env["o2c.sri.certificate"].create(
        {
            "name": "Bench",
            "company_id": company.id,
            "content": content,
            "password": PASSWORD,
        }
    )
    point = env["o2c.sri.emission.point"].create(
        {
            "company_id": company.id,
            "establishment": "001",
            "emission_point": "001",
            "partner_id": company.partner_id.id,
        }
    )
    company.write(
        {
            "o2c_sri_enabled": True,
            "o2c_sri_environment": "1",
            "o2c_sri_certificate_id": signing.id,
            "o2c_sri_trade_name": company.name,
            "o2c_sri_responsible_id": env.uid,
            "o2c_sri_emission_point_id": point.id,
        }
    )
    sales_journal(env).o2c_emission_point_id = point


def certificate(holder):
    """A .p12 file of the wholesaler, protected by PASSWORD."""
    return third_party.make_p12(RUC, holder, PASSWORD)


def sales_journal(env):
    journal = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", env.company.id)], limit=1
    )
    if not journal.l10n_ec_entity:
        journal.write(
            {
                "l10n_ec_entity": "001",
                "l10n_ec_emission": "001",
                "l10n_ec_emission_address_id": env.company.partner_id.id,
            }
        )
    return journal


def draft_invoices(env, ids, count, *, lines=5):
    """Draft invoices.

    :param dict ids: what `build` returned
    :param int lines: of each, at most LINES
    """
    commands = [
        Command.create({"product_id": product, "quantity": 2})
        for product in ids["products"][:lines]
    ]
    values = {
        "move_type": "out_invoice",
        "partner_id": ids["customer"],
        "journal_id": sales_journal(env).id,
        # the SRI takes documents of today only, and it is in Ecuador
        "invoice_date": fields.Date.context_today(env.user.with_context(tz=ECUADOR)),
        "invoice_line_ids": commands,
    }
    return env["account.move"].create([dict(values) for _ in range(count)])


def draft_order(env, ids):
    """A quotation of twenty lines at the prices that the customer is due."""
    return env["sale.order"].create(
        {
            "partner_id": ids["customer"],
            "order_line": [
                Command.create({"product_id": product, "product_uom_qty": 3})
                for product in ids["products"]
            ],
        }
    )
