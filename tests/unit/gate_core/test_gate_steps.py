"""Who decides what, in which order."""

from gate_core import Finding, current_level, plan


def finding(policy, level=1, group="sales.boss", users=()):
    return Finding(
        policy, policy, level=level, approver_group=group, approver_ids=users
    )


def test_same_people_decide_together():
    (step,) = plan([finding("a"), finding("b")])
    assert [f.policy for f in step.findings] == ["a", "b"]


def test_other_people_decide_apart():
    steps = plan([finding("a"), finding("b", group="credit.boss")])
    assert [s.approver_group for s in steps] == ["credit.boss", "sales.boss"]


def test_named_users_in_any_order_are_the_same_people():
    assert len(plan([finding("a", users=(2, 1)), finding("b", users=(1, 2))])) == 1


def test_levels_go_up():
    assert [s.level for s in plan([finding("a", 3), finding("b", 1)])] == [1, 3]


def test_the_lowest_open_level_waits():
    assert current_level([(1, "approved"), (2, "pending"), (3, "pending")]) == 2
    assert current_level([(1, "approved")]) is None
    assert current_level([]) is None
