"""Products with their families, taxes, lots and opening stock of own goods."""

from datetime import timedelta

from ..demo_core.catalogue import ANDINA, PRODUCTS

OPENING_QUANTITY = 900
VAT_OF_GOODS = {
    ("sale", 15): "tax_vat_15_411_goods",
    ("sale", 0): "tax_vat_415_goods",
    ("purchase", 15): "tax_vat_15_510_sup_01",
    ("purchase", 0): "tax_vat_517_sup_07",
}


def build(world):
    _features(world)
    families = _families(world)
    for product in PRODUCTS:
        world.products[product.code] = _product(world, product, families)
    for company in world.companies.values():
        _costs(world, company)
        _opening_stock(world, company)


def _features(world):
    """Switch on what the wholesaler works with: price lists, lots, owners, places."""
    world.env["res.config.settings"].create(
        {
            "group_product_pricelist": True,
            "group_discount_per_so_line": True,
            "group_stock_production_lot": True,
            "group_stock_tracking_owner": True,
            "group_stock_multi_locations": True,
        }
    ).execute()


def _families(world):
    names = dict.fromkeys(p.family for p in PRODUCTS)
    created = world.env["product.category"].create([{"name": n} for n in names])
    return {c.name: c for c in created}


def _taxes(world, rate, use):
    """The ec chart's VAT for goods at a rate, one in each company."""
    taxes = world.env["account.tax"]
    for company in world.companies.values():
        chart = world.env["account.chart.template"].with_company(company)
        taxes |= chart.ref(VAT_OF_GOODS[use, rate])
    return taxes


def _product(world, data, families):
    product = world.env["product.product"].create(
        {
            "name": data.name,
            "default_code": data.code,
            "categ_id": families[data.family].id,
            "type": "consu",
            "is_storable": True,
            "list_price": float(data.price),
            "invoice_policy": "delivery",
            "tracking": "lot" if data.shelf_life else "none",
            "use_expiration_date": bool(data.shelf_life),
            "expiration_time": data.shelf_life,
            "taxes_id": [(6, 0, _taxes(world, data.vat, "sale").ids)],
            "supplier_taxes_id": [(6, 0, _taxes(world, data.vat, "purchase").ids)],
        }
    )
    return world.name(f"product_{data.code.replace('-', '_').lower()}", product)


def _costs(world, company):
    """Own goods have a cost; a consignor's goods have none of ours."""
    for data in PRODUCTS:
        if data.owner == ANDINA:
            product = world.products[data.code].with_company(company)
            product.standard_price = float(data.cost)


def _opening_stock(world, company):
    env = world.env_of(company)
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    quants = env["stock.quant"].with_context(inventory_mode=True)
    quants = quants.create(
        [
            {
                "product_id": world.products[data.code].id,
                "location_id": warehouse.lot_stock_id.id,
                "inventory_quantity": OPENING_QUANTITY,
                "lot_id": _lot(env, world, data, company).id,
            }
            for data in PRODUCTS
            if data.owner == ANDINA
        ]
    )
    quants.action_apply_inventory()


def _lot(env, world, data, company):
    if not data.shelf_life:
        return env["stock.lot"]
    return env["stock.lot"].create(
        {
            "name": f"L{data.code[-3:]}-{world.today:%y%m}",
            "product_id": world.products[data.code].id,
            "company_id": company.id,
            "expiration_date": world.today + timedelta(days=data.shelf_life),
        }
    )
