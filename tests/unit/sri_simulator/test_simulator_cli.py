"""The command line as ./o2c and docker run it."""

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from sri_simulator.__main__ import main

TESTS = Path(__file__).resolve().parents[2]
READY = re.compile(
    r"^SRI simulator listening on (http://127\.0\.0\.1:\d+) \(state (.+)\)$"
)


def _command(*arguments):
    return [sys.executable, "-m", "sri_simulator", *map(str, arguments)]


def _environment():
    return {**os.environ, "PYTHONPATH": str(TESTS)}


@contextmanager
def _running(*arguments):
    process = subprocess.Popen(
        _command("--port", "0", *arguments),
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline().strip()
        found = READY.match(line)
        assert found, line + process.stderr.read()
        yield process, found[1]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def _get(url):
    with urllib.request.urlopen(url, timeout=5) as response:
        return json.load(response)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_says_where_it_listens_and_stops_cleanly(tmp_path, number):
    with _running("--state", tmp_path, "--latency", "25") as (process, url):
        state = _get(f"{url}/control/state")
        assert (state["url"], state["settings"]["latency_ms"]) == (url, 25)
        process.send_signal(number)
        assert process.wait(timeout=5) == 0
        assert process.stderr.read() == ""
    assert (tmp_path / "sri.sqlite3").exists()


def test_makes_a_folder_when_none_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with _running() as (_process, url):
        assert _get(f"{url}/control/health")["status"] == "ok"
    assert [path.name for path in tmp_path.glob("sri-simulator-*/sri.sqlite3")]


def test_takes_settings_from_a_file_flags_and_faults(tmp_path):
    config = tmp_path / "config.json"
    config.write_text('{"latency_ms": 1, "unknown_receivers": ["0000000000001"]}')
    with _running(
        *("--state", tmp_path / "s", "--config", config, "--latency", "2"),
        *("--processing-seconds", "3", "--date-tolerance-days", "0"),
        *("--fault", '{"kind": "delay", "ms": 4}', "--allow-sha256"),
    ) as (_process, url):
        state = _get(f"{url}/control/state")
    settings = state["settings"]
    assert settings["latency_ms"] == 2  # a flag is nearer than the file
    assert settings["unknown_receivers"] == ["0000000000001"]
    assert (settings["processing_seconds"], settings["date_tolerance_days"]) == (3, 0)
    assert settings["allow_sha256"] is True
    assert [fault["ms"] for fault in state["faults"]] == [4]


def _refused(capsys, *arguments):
    """Run the command here; return its exit code and its one sentence."""
    code = main(list(map(str, arguments)))
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    return code, err


def test_port_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            _command("--port", port, "--state", tmp_path),
            env=_environment(),
            capture_output=True,
            text=True,
        )

    assert (done.returncode, done.stdout) == (1, "")
    assert f"Port {port}" in done.stderr
    assert "--port" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_unusable_arguments(tmp_path, capsys):
    broken = tmp_path / "broken"
    broken.write_text("not a folder")
    other = tmp_path / "other"
    other.mkdir()
    (other / "sri.sqlite3").write_text("not a database at all" * 100)
    config = tmp_path / "config.json"
    config.write_text('{"colour": "red"}')

    for arguments, word in [
        (("--state", broken), "state folder"),
        (("--state", other), "state folder"),
        (("--state", tmp_path, "--config", config), "colour"),
        (("--state", tmp_path, "--config", tmp_path / "none.json"), "none.json"),
        (("--state", tmp_path, "--fault", "{"), "--fault"),
        (("--state", tmp_path, "--fault", '{"kind": "x"}'), "kind"),
        (("--state", tmp_path, "--latency", "-1"), "latency_ms"),
        (("--state", tmp_path, "--host", "203.0.113.1"), "203.0.113.1"),
        (("--state", tmp_path, "--port", "99999"), "99999"),
    ]:
        code, text = _refused(capsys, "--port", "0", *arguments)
        assert (code, word in text) == (1, True), text


def test_killed_process_loses_nothing(tmp_path, factory):
    key = factory.key()
    seed = json.dumps(
        {"xml": base64.b64encode(factory.factura(key)).decode(), "force": True}
    ).encode()
    with _running("--state", tmp_path) as (process, url):
        request = urllib.request.Request(f"{url}/control/documents", seed)
        assert urllib.request.urlopen(request, timeout=5).status == 201
        process.kill()
        process.wait()

    with _running("--state", tmp_path) as (_process, url):
        state = _get(f"{url}/control/state")

    assert state["keys"][key]["state"] == "AUTORIZADO"
