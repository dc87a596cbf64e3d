"""What is known of the peers, and the table that is printed.

Only what exists for Odoo 19.0 on the package index is played. Without a release for it,
and therefore only named: sale_order_approval_block (no 19.0), the addons of the stores
and of Enterprise (no source), ERPNext, SAP and D365 (no Odoo). Nor is
sale_order_line_price_source, which stops nothing; what misleads it is played here
(`price_with_a_made_up_origin`).
"""

# bypass: the peers that it passes; the suite refuses all of them. Some peers only look
# at the discount field because their rule was written so (unit price, negative line):
# a better rule would see more, and somebody has to write it.
BOTH = {"tier", "exception"}
# Odoo itself only writes a warning about the limit
CORE = {"core"}
LEAKS = {
    "price_button": set(),
    "price_state_written": set(),
    "price_state_written_by_superuser": set(),
    "price_created_confirmed": BOTH,
    "price_imported_confirmed": BOTH,
    "price_context_key": {"exception"},
    "price_flag": {"exception"},
    "price_unit_price": BOTH,
    "price_with_a_made_up_origin": BOTH,
    "price_negative_line": BOTH,
    "price_discount_wizard_line": BOTH,
    "price_discount_wizard_after_approval": BOTH,
    "price_line_after_approval": BOTH,
    "price_quantity_after_approval": BOTH,
    "price_line_after_confirmation": BOTH,
    "price_wizard_after_confirmation": BOTH,
    "price_new_line_after_confirmation": BOTH,
    "price_customer_signs": BOTH,
    "price_customer_pays": BOTH,
    "price_reopened": set(),
    "credit_button": CORE,
    "credit_refused_in_silence": {"risk"},
    "credit_state_written": CORE | {"risk"},
    "credit_created_confirmed": CORE | {"risk"},
    "credit_imported_confirmed": CORE | {"risk"},
    "credit_context_key": CORE | {"risk"},
    "credit_two_at_once": CORE | {"risk"},
    "credit_confirmed_and_not_delivered": CORE,
    "credit_seen_from_another_company": CORE,
    "credit_invoiced_to_another": CORE,
    "credit_reopened": CORE,
    "credit_quantity_after_confirmation": CORE | {"risk"},
    "credit_delivered_after_the_limit_fell": CORE | {"risk"},
    "credit_customer_signs": CORE | {"risk"},
}


def table(results):
    """The results as text, one bypass a line."""
    sides = ["core", "tier", "exception", "risk", "suite"]
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
