"""The supplier API, against its own document: schemathesis invents the calls."""

import os
import subprocess

import requests

from o2c_cli import project

from .supplier_server import running

DATABASE = f"supplier_api_{os.getpid()}"
PORT = 8660
EXAMPLES = 10  # for each operation, besides those that cover its schema
SEED = 6
# What a schema cannot say: 422 is the answer to what is well formed and cannot be, as a
# settlement that is answered already. A cursor is one that the API gave out.
CONFIG = """
[parameters]
"query.cursor" = "{cursor}"

[checks]
positive_data_acceptance.expected-statuses = [
    "2xx", "3xx", "401", "403", "404", "409", "422", "429",
]
"""
# Numbers that are there, so that what is written is tried and not only looked for.
OPERATION = """
[[operations]]
include-name = "POST {path}"
parameters = {{ "path.id" = {number} }}
"""
WRITES = {
    "/settlements/{id}/answer": "settlements",
    "/settlements/{id}/bill": "settlements",
    "/replenishments/{id}/confirm": "orders",
    "/replenishments/{id}/ship": "orders",
}


def test_the_api_does_what_its_document_says(tmp_path):
    """No error of the server, no answer that the document does not know."""
    with running(DATABASE, PORT) as portal:
        (tmp_path / "schemathesis.toml").write_text(_config(portal))
        done = subprocess.run(
            [
                project.VENV / "bin" / "schemathesis",
                *("run", f"{portal.url}/o2c/api/v1/openapi.json"),
                *("--header", f"Authorization: Bearer {portal.keys['proveedor']}"),
                *("--checks", "all"),
                *("--max-examples", str(EXAMPLES)),
                *("--seed", str(SEED)),
                *("--request-timeout", "60"),
                "--continue-on-failure",
                "--no-color",
            ],
            cwd=tmp_path,
            env={**os.environ, "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path)},
            capture_output=True,
            text=True,
        )
    print(done.stdout, done.stderr)
    assert done.returncode == 0


def _config(portal):
    waiting = {"settlements": portal.settlements[:], "orders": portal.orders[:]}
    operations = (
        OPERATION.format(path=path, number=waiting[kind].pop()["id"])
        for path, kind in WRITES.items()
    )
    return CONFIG.format(cursor=_some_cursor(portal)) + "".join(operations)


def _some_cursor(portal):
    answer = requests.get(
        f"{portal.url}/o2c/api/v1/sales?limit=1",
        headers={"Authorization": f"Bearer {portal.keys['proveedor']}"},
        timeout=60,
    )
    return answer.json()["next_cursor"]
