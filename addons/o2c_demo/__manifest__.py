{
    "name": "Order-to-cash demo wholesaler",
    "summary": "Two Ecuadorian companies, goods, customers and a year of history",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "O2C Ecuador",
    "license": "LGPL-3",
    "depends": [ "sale_stock_margin", "l10n_ec_sale", "l10n_ec_stock","product_expiry","purchase_stock","sale_management",
    ],
    "external_dependencies": {"python": ["freezegun"]},
    "post_init_hook": "build_demo",
}
