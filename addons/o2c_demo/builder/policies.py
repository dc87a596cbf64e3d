"""Policies of price and credit: lenient while history is sold, in force from today."""

from ..demo_core.parties import RETAIL, WHOLESALE

APPROVERS = "o2c_order_gate.o2c_order_gate_group_approver"


def build_lenient(world):
    """How it was before the suite: late payers went on buying."""
    for company in world.companies.values():
        world.env_of(company)["o2c.credit.policy"].create(
            {
                "name": "Crédito general",
                "company_id": company.id,
                "max_overdue_days": 365,
                "tolerance_percent": 1000,
            }
        )


def build(world):
    for company in world.companies.values():
        env = world.env_of(company)
        _pricing(world, env, company)
        env["o2c.credit.policy"].search([("company_id", "=", company.id)]).write(
            {
                "grace_days": 5,
                "max_overdue_days": 15,
                "tolerance_percent": 5,
                "block_broken_promise": True,
            }
        )


def _pricing(world, env, company):
    """8 % off the entitled price is the salesperson's own; 10 % for wholesalers."""
    approvers = env.ref(APPROVERS).id
    segments = {
        s: env.ref(f"o2c_demo.segment_{s.lower()}") for s in (WHOLESALE, RETAIL)
    }
    lines = [
        {"kind": "discount", "limit": 8},
        {
            "kind": "discount",
            "limit": 10,
            "partner_category_ids": [(6, 0, segments[WHOLESALE].ids)],
        },
        {"kind": "margin", "limit": 6},
        {"kind": "below_cost"},
        {"kind": "terms", "limit": 0},
    ]
    env["o2c.pricing.policy"].create(
        {
            "name": "Política comercial",
            "company_id": company.id,
            "line_ids": [
                (0, 0, {"approver_group_id": approvers, **line}) for line in lines
            ],
        }
    )
