"""One person for every role, in Spanish."""

from dataclasses import dataclass

PASSWORD = "o2c-demo"


@dataclass(frozen=True)
class Person:
    """A colleague: login, name and the groups of his role."""

    login: str
    name: str
    groups: tuple


SALES = "sales_team.group_sale_salesman_all_leads"
INVOICES = "account.group_account_invoice"
APPROVER = "o2c_order_gate.o2c_order_gate_group_approver"
PRICE_APPROVER = "o2c_pricing_approval.o2c_pricing_approval_group_approver"
COLLECTOR = "o2c_credit_control.o2c_credit_control_group_collector"
CREDIT_MANAGER = "o2c_credit_control.o2c_credit_control_group_manager"
CONSIGNMENT = "o2c_consignment.o2c_consignment_group_user"
CONSIGNMENT_MANAGER = "o2c_consignment.o2c_consignment_group_manager"
# whoever buys creates suppliers, and Odoo lets him read what a transfer's carriers
# serve only with this right
CONTACTS = "base.group_partner_manager"

PEOPLE = (
    Person("vendedor", "Víctor Vendedor", (SALES,)),
    Person(
        "aprobadora",
        "Alicia Aprobadora",
        (
            "sales_team.group_sale_manager",
            "account.group_account_readonly",
            PRICE_APPROVER,
        ),
    ),
    Person("bodega", "Byron Bodega", ("stock.group_stock_manager", CONSIGNMENT)),
    Person("cobranzas", "Carla Cobranzas", (INVOICES, COLLECTOR)),
    Person(
        "jefecredito",
        "Jaime Crédito",
        (INVOICES, SALES, APPROVER, CREDIT_MANAGER),
    ),
    Person(
        "contadora",
        "Cecilia Contadora",
        ("account.group_account_manager", "purchase.group_purchase_user", CONSIGNMENT),
    ),
    Person(
        "compras",
        "Camilo Compras",
        (
            "purchase.group_purchase_manager",
            "stock.group_stock_user",
            "account.group_account_readonly",
            CONSIGNMENT_MANAGER,
            CONTACTS,
        ),
    ),
)


def build(world):
    for person in PEOPLE:
        world.users[person.login] = world.name(
            f"user_{person.login}", _user(world, person)
        )
    world.env["crm.team"].search([], limit=1).member_ids |= world.users["vendedor"]


def _user(world, person):
    groups = [world.env.ref(xmlid).id for xmlid in ("base.group_user", *person.groups)]
    companies = world.companies.values()
    return world.env["res.users"].create(
        {
            "name": person.name,
            "login": person.login,
            "password": PASSWORD,
            "email": f"{person.login}@sierra.example.com",
            "lang": "es_EC",
            "tz": "America/Guayaquil",
            "group_ids": [(6, 0, groups)],
            "company_id": world.main.id,
            "company_ids": [(6, 0, [c.id for c in companies])],
            "notification_type": "inbox",
        }
    )


def portal_user(world, partner, login, xmlid):
    """A portal login for a customer's or supplier's contact."""
    contact = world.env["res.partner"].create(
        {
            "name": f"Portal {partner.name}",
            "parent_id": partner.id,
            "email": f"{login}@portal.example.com",
            "lang": "es_EC",
        }
    )
    user = world.env["res.users"].create(
        {
            "login": login,
            "password": PASSWORD,
            "partner_id": contact.id,
            "lang": "es_EC",
            "tz": "America/Guayaquil",
            "company_id": world.main.id,
            "company_ids": [(6, 0, world.main.ids)],
            "group_ids": [(6, 0, world.env.ref("base.group_portal").ids)],
        }
    )
    return world.name(xmlid, user)
