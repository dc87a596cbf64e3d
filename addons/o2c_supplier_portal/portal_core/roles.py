"""What each role of a supplier's colleague sees and does: one table.

The manual, the pages, the API and the record rules all read this table, so that none
of them can say something else.
"""

from __future__ import annotations

# Things to see.
DASHBOARD = "dashboard"
SALES = "sales"
STOCK = "stock"
BILLING = "billing"
LOG = "log"
# Things to do.
SETTLE = "settle"
REGISTER_BILL = "register_bill"
SET_LEVELS = "set_levels"
TEAM = "team"
REPLENISH = "replenish"
WRITE_MESSAGES = "write_messages"

MANAGER = "manager"
BILLER = "billing"
LOGISTICS = "logistics"
READER = "reader"

ROLES = {
    MANAGER: frozenset(
        {
            DASHBOARD,
            SALES,
            STOCK,
            BILLING,
            LOG,
            SETTLE,
            REGISTER_BILL,
            SET_LEVELS,
            TEAM,
            REPLENISH,
            WRITE_MESSAGES,
        }
    ),
    BILLER: frozenset(
        {
            DASHBOARD,
            SALES,
            STOCK,
            BILLING,
            SETTLE,
            REGISTER_BILL,
            WRITE_MESSAGES,
        }
    ),
    LOGISTICS: frozenset({DASHBOARD, STOCK, SET_LEVELS, REPLENISH, WRITE_MESSAGES}),
    READER: frozenset({DASHBOARD, SALES, STOCK, BILLING}),
}


def allows(role: str, permission: str) -> bool:
    """Whether a role includes a permission; an unknown role includes none.

    >>> allows("billing", "settle"), allows("reader", "settle"), allows("x", "stock")
    (True, False, False)
    """
    return permission in ROLES.get(role, frozenset())


def roles_with(permission: str) -> tuple[str, ...]:
    """Return the roles that include a permission, in the order of the table.

    >>> roles_with("set_levels")
    ('manager', 'logistics')
    """
    return tuple(role for role, allowed in ROLES.items() if permission in allowed)
