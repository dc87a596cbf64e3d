"""Customers and suppliers with their identity numbers, terms and credit limits."""

from ..demo_core.parties import CUSTOMERS, SUPPLIERS


def build(world):
    terms = _terms(world)
    segments = _segments(world)
    for data in CUSTOMERS:
        partner = _partner(world, data)
        partner.category_id = segments[data.segment]
        partner.property_payment_term_id = terms[data.terms]
        for company in world.companies.values():
            own = partner.with_company(company)
            own.property_payment_term_id = terms[data.terms]
            own.credit_limit = data.limit
        partner.user_id = world.users["vendedor"]
        world.parties[data.key] = world.name(f"customer_{data.key}", partner)
    for data in SUPPLIERS:
        world.parties[data.key] = world.name(
            f"supplier_{data.key}", _partner(world, data)
        )


def by_name(world, name):
    key = next(c.key for c in CUSTOMERS if c.name == name)
    return world.parties[key]


def _partner(world, data):
    id_type = world.env.ref(f"l10n_ec.{data.id_type}")
    return world.env["res.partner"].create(
        {
            "name": data.name,
            "is_company": data.id_type == "ec_ruc",
            "l10n_latam_identification_type_id": id_type.id,
            "vat": data.number,
            "street": "Calle Principal y Secundaria",
            "city": data.city,
            "country_id": world.env.ref("base.ec").id,
            "email": f"{data.key}@clientes.example.com",
            "phone": "+593 2 555 0100",
            "lang": "es_EC",
            "tz": "America/Guayaquil",
        }
    )


def _terms(world):
    """Terms by days; core's own ones where they exist."""
    found = {0: world.env.ref("account.account_payment_term_immediate")}
    names = {
        15: "account.account_payment_term_15days",
        30: "account.account_payment_term_30days",
        45: "account.account_payment_term_45days",
    }
    for days, xmlid in names.items():
        found[days] = world.env.ref(xmlid)
    return found


def _segments(world):
    names = dict.fromkeys(c.segment for c in CUSTOMERS)
    created = world.env["res.partner.category"].create([{"name": n} for n in names])
    return {c.name: world.name(f"segment_{c.name.lower()}", c) for c in created}
