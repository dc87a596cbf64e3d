"""Workers die, answers get lost, the SRI goes away: no document is lost or doubled.

Real Odoo processes drain the outbox over the simulator and are killed at each stage.
At the end the figures must agree: documents issued = documents authorised = numbers
used, each under one key with the same bytes, and none accepted twice.
"""

import os
import time
from contextlib import contextmanager

import pytest

from sri_simulator import SriSimulator
from sri_simulator.faults import Fault

from . import outbox
from .outbox.worker import STAGES

LEASE = 300  # seconds; a little more than the outbox takes a document for
LONGEST_WAIT = 3000  # more than the longest pause between two tries


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A wholesaler, a worker, and an SRI that does as it is told."""
    state = tmp_path_factory.mktemp("sri")
    with (
        SriSimulator(state, hold_seconds=1) as sri,
        outbox.fleet(f"outbox_{os.getpid()}", sri.base_url(), workers=2) as crew,
    ):
        yield Scene(sri, crew, f"outbox_{os.getpid()}")


class Scene:
    def __init__(self, sri, crew, database):
        self.sri = sri
        self.crew = crew
        self.worker = crew[0]
        self.database = database

    def issue(self, count):
        return self.worker.ask("issue", count=count)["keys"]

    def drain(self, *, rounds=1, step=LONGEST_WAIT):
        """Let both workers work side by side, and time pass in between."""
        for _ in range(rounds):
            for worker in self.crew:
                worker.begin("drain")
            for worker in self.crew:
                worker.answer()
            self.worker.ask("pass_time", seconds=step)

    @contextmanager
    def dying(self, stage):
        """A worker that stops at a stage, and is killed there."""
        with outbox.working(self.database, pause=stage) as worker:
            worker.begin("drain")
            assert worker.answer() == {"paused": stage}
            yield
            worker.kill()

    def received(self):
        """The keys that reached the SRI's reception, in that order."""
        return [r["access_key"] for r in self.sri.store.requests(service="reception")]

    def received_of(self, keys, count):
        """Those of the keys that reached it; waits until there are so many."""
        deadline = time.monotonic() + 30
        while True:
            found = [key for key in self.received() if key in keys]
            if len(found) >= count or time.monotonic() > deadline:
                assert len(found) == count
                return found
            time.sleep(0.05)

    def check_all_is_well(self):
        documents = self.worker.ask("report")
        waiting = [d for d in documents if d["state"] != "authorised"]
        assert not waiting
        numbers = sorted(d["number"] for d in documents)
        first = int(numbers[0][-9:])
        expected = [f"001-001-{first + i:09}" for i in range(len(documents))]
        assert numbers == expected  # without a gap
        state = self.sri.state()
        assert state["accepted_twice"] == []
        assert state["documents"]["authorised_keys"] == len(documents)
        assert state["documents"]["authorised_numbers"] == len(documents)
        assert set(state["keys"]) == {d["access_key"] for d in documents}
        assert {key["contents"] for key in state["keys"].values()} == {1}


@pytest.mark.parametrize("stage", STAGES)
def test_killed_worker_loses_and_doubles_nothing(scene, stage):
    keys = scene.issue(6)
    with scene.dying(stage):
        # the dead worker holds its lease: others leave its documents alone
        before = scene.received_of(keys, len(keys) if stage != "leased" else 0)
        scene.worker.ask("drain")
        assert scene.received_of(keys, len(before)) == before
    scene.drain(step=LEASE)
    scene.drain()
    scene.check_all_is_well()


def test_invoices_posted_at_once_take_each_number_once(scene):
    """Two workers post in one journal at the same time; nothing lost, no gap."""
    before = len(scene.worker.ask("report"))
    for _round in range(3):
        for worker in scene.crew:
            worker.begin("issue", count=3)
        keys = [key for worker in scene.crew for key in worker.answer()["keys"]]
        assert len(set(keys)) == 6
    assert len(scene.worker.ask("report")) == before + 18
    scene.drain(rounds=2)
    scene.check_all_is_well()


SPOILED = {
    "the answer to an accepted document never comes": {"kind": "timeout"},
    "the connection breaks after it was accepted": {"kind": "drop"},
    "the connection breaks before it was accepted": {"kind": "drop", "when": "before"},
    "a web page with status 200": {"kind": "html"},
    "a web page with status 503": {"kind": "http_error", "status": 503},
    "half an answer": {"kind": "truncate"},
    "43, key registered already": {"kind": "refuse", "code": "43"},
    "45, number registered already": {"kind": "refuse", "code": "45"},
    "70, key in process": {"kind": "refuse", "code": "70"},
    "50, internal error": {"kind": "refuse", "code": "50", "when": "before"},
}


def test_spoiled_answers_lose_and_double_nothing(scene):
    keys = scene.issue(len(SPOILED))
    for key, fault in zip(keys, SPOILED.values(), strict=True):
        scene.sri.faults.add(
            Fault(**fault, service="reception", access_key=key, count=1)
        )
    # authorisation is no better: a page, silence, "never heard of it"
    for key, kind in zip(keys, ("html", "timeout", "unknown", "drop"), strict=False):
        scene.sri.faults.add(kind, service="authorization", access_key=key, count=1)
    scene.drain(rounds=6)
    hits = [fault["hits"] for fault in scene.sri.faults.as_list()]
    assert hits == [1] * (len(SPOILED) + 4)
    scene.sri.faults.clear()
    scene.check_all_is_well()


def test_an_hour_without_the_sri(scene):
    """The circuit opens: few knocks in an hour, then all in order of their numbers."""
    down = scene.sri.faults.add("down")
    keys = []
    for _round in range(8):
        keys += scene.issue(5)
        scene.drain(step=450)
    [fault] = scene.sri.faults.as_list()
    # two workers probe with four documents in each round; without a circuit all that
    # wait would knock each time: 5 + 10 + … + 40 = 180
    assert 5 <= fault["hits"] <= 8 * 2 * 4 + 10
    scene.sri.faults.remove(down)
    scene.worker.ask("pass_time", seconds=LONGEST_WAIT)
    before = len(scene.received())
    scene.worker.ask("drain")
    arrived = scene.received()[before:]
    assert set(arrived[:4]) == set(keys[:4])  # the oldest probe whether it is back
    scene.drain(rounds=2)
    assert sorted(scene.received()[before:]) == sorted(keys)
    scene.check_all_is_well()
