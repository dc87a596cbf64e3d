"""What is known of the peers, and the table that is printed.

Only what exists for Odoo 19.0 on the package index is played. Without a release for it,
and therefore only named: sale_order_approval_block (no 19.0), the addons of the stores
and of Enterprise (no source), ERPNext, SAP and D365 (no Odoo).
"""

# bypass: the peers that it passes; the suite refuses all of them
LEAKS = {}


def table(results):
    """The results as text, one bypass a line."""
    sides = ["tier", "exception", "risk", "suite"]
    lines = [f"{'':42}" + "".join(f"{side:>12}" for side in sides)]
    for bypass in results["suite"]:
        cells = (results[side].get(bypass, "·") for side in sides)
        name = bypass.replace("_", " ")
        lines.append(f"{name:42}" + "".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)
