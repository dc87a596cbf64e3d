"""Two legal entities, each with two establishments and their emission points."""

from ..demo_core.parties import COMPANIES


def build(world):
    for data in COMPANIES:
        company = _company(world, data)
        world.companies[data.key] = world.name(f"company_{data.key}", company)
        _journals(world, company, data)
        _warehouse(world, company, data)
    everyone = world.env.ref("base.user_root") | world.env.ref("base.user_admin")
    everyone.company_ids |= world.companies["sierra"] | world.companies["costa"]


def _company(world, data):
    env = world.env
    values = {
        "name": data.name,
        "street": data.establishments[0][1],
        "city": data.city,
        "country_id": env.ref("base.ec").id,
        # a text message for each delivery would need a paid service
        "stock_text_confirmation": False,
        "email": f"facturacion@{data.key}.example.com",
    }
    if data.key == "sierra":
        company = env.ref("base.main_company")
        company.write(values)
    else:
        company = env["res.company"].create(
            {**values, "currency_id": env.ref("base.USD").id}
        )
        env["account.chart.template"].try_loading("ec", company, install_demo=False)
    company.partner_id.write(
        {
            "l10n_latam_identification_type_id": env.ref("l10n_ec.ec_ruc").id,
            "vat": data.ruc,
            "lang": "es_EC",
        }
    )
    return company


def _journals(world, company, data):
    """Electronic journals of both establishments, and one for the old papers."""
    env = world.env_of(company)
    main = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
    )
    main.write(
        {
            "name": "001-001 Facturas",
            "l10n_ec_entity": "001",
            "l10n_ec_emission": "001",
            "l10n_ec_emission_address_id": company.partner_id.id,
        }
    )
    branch = env["res.partner"].create(
        {
            "name": f"{company.name}, establecimiento 002",
            "parent_id": company.partner_id.id,
            "type": "other",
            "street": data.establishments[1][1],
            "city": data.city,
            "country_id": env.ref("base.ec").id,
        }
    )
    common = {
        "type": "sale",
        "company_id": company.id,
        "l10n_latam_use_documents": True,
        "default_account_id": main.default_account_id.id,
    }
    env["account.journal"].create(
        {
            **common,
            "name": "002-001 Facturas sucursal",
            "code": "F0021",
            "l10n_ec_entity": "002",
            "l10n_ec_emission": "001",
            "l10n_ec_emission_address_id": branch.id,
        }
    )
    old = env["account.journal"].create(
        {
            **common,
            "name": "001-900 Sistema anterior",
            "code": "ANT",
            "l10n_ec_entity": "001",
            "l10n_ec_emission": "900",
            "l10n_ec_emission_address_id": company.partner_id.id,
        }
    )
    world.name(f"journal_old_{data.key}", old)


def _warehouse(world, company, data):
    env = world.env_of(company)
    values = {"name": f"Bodega {data.city}", "code": data.city[:3].upper()}
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    if warehouse:
        warehouse.write(values)
    else:
        warehouse = warehouse.create({**values, "company_id": company.id})
    world.name(f"warehouse_{data.key}", warehouse)
