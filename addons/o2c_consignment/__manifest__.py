{
    "name": "Consignment",
    "summary": "Goods stay the supplier's until they are sold, to the cent",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "O2C Ecuador",
    "license": "LGPL-3",
    "depends": [
        "account_debit_note",
        "product_expiry",
        "purchase_stock",
        "sale_stock_margin",
    ],
    "data": [
        "security/o2c_consignment_groups.xml",
        "security/ir.model.access.csv",
        "security/o2c_consignment_security.xml",
        "data/ir_sequence_data.xml",
    ],
    "post_init_hook": "_post_init_hook",
    "application": True,
}
