"""What a whole run is made of."""

import pytest

from o2c_cli import project, testing
from o2c_cli.results import Result


@pytest.fixture
def job(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "LOGS", tmp_path)
    return testing._Beside("system:test_story", 60)


def test_every_system_test_has_its_turn():
    files = (project.ROOT / "tests" / "system").glob("test_*.py")
    jobs = testing._system_files()
    assert {job.name for job in jobs} == {f"system:{file.stem}" for file in files}
    assert all(job.seconds > 0 for job in jobs)


def test_a_job_says_what_it_counted(job):
    job.log.write_text("..\nsystem: 2 passed, 1 failed\n2 passed, 1 failed\n")
    assert job.result() == Result("system", 2, 1)


@pytest.mark.parametrize("text", ["", "Traceback (most recent call last):\n"])
def test_a_job_that_broke_off_has_failed(job, text):
    job.log.write_text(text)
    assert job.result() == Result("system", 0, 1)
