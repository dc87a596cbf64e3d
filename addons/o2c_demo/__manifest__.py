{
    "name": "Order-to-cash demo wholesaler",
    "summary": "Two Ecuadorian companies, goods, customers and a year of history",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "O2C Ecuador",
    "license": "LGPL-3",
    "depends": [
        "o2c_consignment",
        "o2c_credit_control",
        "o2c_pricing_approval",
        "o2c_sri_einvoice",
        "o2c_supplier_portal",
    ],
    "external_dependencies": {"python": ["freezegun"]},
    "post_init_hook": "build_demo",
}
