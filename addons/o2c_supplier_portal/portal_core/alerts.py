"""What suppliers' users can be told of, and how each of them chose to be told."""

from __future__ import annotations

from . import roles

SALE = "sale"
LOW_STOCK = "low_stock"
TO_BILL = "to_bill"
DISPUTE = "dispute"
SETTLEMENT = "settlement"
PAYMENT = "payment"
REPLENISHMENT = "replenishment"

NOW = "now"
DIGEST = "digest"
NONE = "none"
MODES = (NOW, DIGEST, NONE)

# kind: (permission that it needs, how it is told until the user chooses)
KINDS = {
    SALE: (roles.SALES, DIGEST),
    LOW_STOCK: (roles.STOCK, DIGEST),
    TO_BILL: (roles.BILLING, NOW),
    DISPUTE: (roles.BILLING, NOW),
    SETTLEMENT: (roles.BILLING, NOW),
    PAYMENT: (roles.BILLING, NOW),
    REPLENISHMENT: (roles.STOCK, NOW),
}
# Told together: nobody reads a mail for each jar.
SUMMED = (SALE, LOW_STOCK)


def mode(kind: str, role: str, chosen: str | None) -> str:
    """Return how somebody is told of something.

    :param chosen: what he chose, ``None`` when he did not

    >>> mode("sale", "manager", None), mode("sale", "logistics", "now")
    ('digest', 'none')
    """
    permission, default = KINDS[kind]
    if not roles.allows(role, permission):
        return NONE
    return chosen if chosen in MODES else default


def kinds_of(role: str) -> tuple[str, ...]:
    """Return what a role can be told of.

    >>> kinds_of("logistics")
    ('low_stock', 'replenishment')
    """
    return tuple(
        kind
        for kind, (permission, __) in KINDS.items()
        if roles.allows(role, permission)
    )
