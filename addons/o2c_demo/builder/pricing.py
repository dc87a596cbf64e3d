"""Price lists by segment, volume and validity."""

from ..demo_core.catalogue import PRODUCTS
from ..demo_core.parties import CUSTOMERS, HORECA, WHOLESALE


def build(world):
    lists = {
        WHOLESALE: _wholesale(world),
        HORECA: _horeca(world),
    }
    for segment, pricelist in lists.items():
        world.name(f"pricelist_{segment.lower()}", pricelist)
    for data in CUSTOMERS:
        if data.segment in lists:
            for company in world.companies.values():
                partner = world.parties[data.key].with_company(company)
                partner.property_product_pricelist = lists[data.segment]


def _pricelist(world, name, items):
    return world.env["product.pricelist"].create(
        {
            "name": name,
            "currency_id": world.env.ref("base.USD").id,
            "company_id": False,
            "item_ids": [(0, 0, item) for item in items],
        }
    )


def _percent_off(percent, **scope):
    return {"compute_price": "percentage", "percent_price": percent, **scope}


def _wholesale(world):
    """4 % for wholesalers, 7 % from ten units on."""
    everything = {"applied_on": "3_global"}
    return _pricelist(
        world,
        "Mayorista",
        [
            _percent_off(4, **everything),
            _percent_off(7, min_quantity=10, **everything),
        ],
    )


def _horeca(world):
    """3 % for hotels and restaurants; cleaning goods at 6 % this quarter only."""
    cleaning = world.products["LIM-001"].categ_id
    fixed = world.products["BEB-004"]
    price = next(float(p.price) for p in PRODUCTS if p.code == "BEB-004")
    return _pricelist(
        world,
        "HORECA",
        [
            _percent_off(3, applied_on="3_global"),
            _percent_off(
                6,
                applied_on="2_product_category",
                categ_id=cleaning.id,
                date_start=world.days_ago(30),
                date_end=world.days_ago(-60),
            ),
            {
                "applied_on": "0_product_variant",
                "product_id": fixed.id,
                "compute_price": "fixed",
                "fixed_price": round(price * 0.92, 2),
                "min_quantity": 5,
            },
        ],
    )
