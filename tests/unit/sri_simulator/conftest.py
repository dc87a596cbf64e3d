"""Fixtures of the simulator's own tests."""

import datetime
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
for folder in (str(TESTS), str(Path(__file__).parent)):
    if folder not in sys.path:
        sys.path.insert(0, folder)

from simulator_support import GUAYAQUIL, Factory, Identity, SoapClient  # noqa: E402

from sri_simulator import SriSimulator  # noqa: E402

NOW = datetime.datetime(2026, 11, 20, 10, 0, tzinfo=GUAYAQUIL)


@pytest.fixture(scope="session")
def identity():
    return Identity.make(ruc="1790012345001", now=NOW)


@pytest.fixture
def factory(identity):
    return Factory(identity, NOW)


@pytest.fixture
def moment():
    """The simulated present; tests move it by ``moment.value = …``."""

    class Moment:
        value = NOW

        def __call__(self):
            return self.value

    return Moment()


@pytest.fixture
def sri(tmp_path, moment):
    with SriSimulator(tmp_path / "sri", now=moment, hold_seconds=5) as simulator:
        yield simulator


@pytest.fixture
def client(sri):
    return SoapClient(sri)
