{
    "name": "O2C Pricing Approval",
    "version": "19.0.1.0.0",
    "summary": "Entitled price, discount and margin policy, approval before confirming",
    "category": "Sales/Sales",
    "author": "O2C Ecuador",
    "license": "LGPL-3",
    "depends": ["o2c_order_gate", "sale_margin"],
    "data": [
        "security/o2c_pricing_approval_groups.xml",
        "security/ir.model.access.csv",
        "security/o2c_pricing_approval_security.xml",
        "wizard/o2c_pricing_simulator_views.xml",
        "views/o2c_pricing_policy_views.xml",
        "views/sale_order_views.xml",
        "views/o2c_pricing_approval_menus.xml",
    ],
    "installable": True,
}
