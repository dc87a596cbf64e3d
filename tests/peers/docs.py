"""What is known of the peers, and the table that is printed.

Only what exists for Odoo 19.0 on the package index is played. Without a release for it,
and therefore only named: sale_order_approval_block (no 19.0), the addons of the stores
and of Enterprise (no source), ERPNext, SAP and D365 (no Odoo).
"""

# bypass: the peers that it passes; the suite refuses all of them. Some peers only look
# at the discount field because their rule was written so (unit price, negative line):
# a better rule would see more, and somebody has to write it.
BOTH = {"tier", "exception"}
LEAKS = {
    "price_button": set(),
    "price_state_written": set(),
    "price_state_written_by_superuser": set(),
    "price_created_confirmed": BOTH,
    "price_imported_confirmed": BOTH,
    "price_context_key": {"exception"},
    "price_flag": {"exception"},
    "price_unit_price": BOTH,
    "price_negative_line": BOTH,
    "price_discount_wizard_line": BOTH,
    "price_discount_wizard_after_approval": BOTH,
    "price_line_after_approval": BOTH,
    "price_quantity_after_approval": BOTH,
    "price_line_after_confirmation": BOTH,
    "price_wizard_after_confirmation": BOTH,
    "price_new_line_after_confirmation": BOTH,
    "price_customer_signs": BOTH,
    "credit_button": set(),
    "credit_refused_in_silence": {"risk"},
    "credit_state_written": {"risk"},
    "credit_created_confirmed": {"risk"},
    "credit_imported_confirmed": {"risk"},
    "credit_context_key": {"risk"},
    "credit_two_at_once": {"risk"},
    "credit_quantity_after_confirmation": {"risk"},
    "credit_delivered_after_the_limit_fell": {"risk"},
    "credit_customer_signs": {"risk"},
}


def table(results):
    """The results as text, one bypass a line."""
    sides = ["tier", "exception", "risk", "suite"]
    lines = [f"{'':42}" + "".join(f"{side:>12}" for side in sides)]
    for bypass in results["suite"]:
        cells = (results[side].get(bypass, ["·"])[0] for side in sides)
        name = bypass.replace("_", " ")
        lines.append(f"{name:42}" + "".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)


def reasons(results):
    """Why the suite refused: the line of its message that names the policy."""
    lines = []
    for bypass, (_outcome, reason) in results.items():
        named = [line for line in reason.splitlines() if line.startswith("•")]
        lines.append(f"{bypass.replace('_', ' '):42}{(named or [reason])[0][:110]}")
    return "\n".join(lines)
