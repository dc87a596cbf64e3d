"""The whole story through a real server, as the people who would do it."""

import subprocess

from o2c_cli import project


def test_the_story_runs_from_quotation_to_cash():
    """`./o2c demo --exit` plays every step; its exit code says whether all passed."""
    done = subprocess.run(
        [project.ROOT / "o2c", "demo", "--exit", "--database", "demo_test"],
        capture_output=True,
        text=True,
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    assert done.stdout.strip().endswith("12 steps passed, 0 failed")
