"""An Odoo process that issues documents and drains the outbox when it is told to.

`python -m system.outbox.worker STAGE ODOO-OPTIONS…` reads requests from its input, one
JSON object a line, and answers each with a line. At STAGE, one of STAGES, it says so
and waits to be killed; `-` is none. Time passes by moving what is due into the past.
"""

import dataclasses
import json
import sys
import threading
import time
from functools import partial

import psutil
from bench import world

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.service.server import load_server_wide_modules
from odoo.tools import config

ADMIN = 2


def _say(answer):
    print(json.dumps(answer), flush=True)


class Pause:
    """Stops the first who comes by for good, and tells the test."""

    def __init__(self, stage):
        self.stage = stage
        self.lock = threading.Lock()

    def __call__(self, *_args, **_kwargs):
        if self.lock.acquire(blocking=False):
            _say({"paused": self.stage})
        time.sleep(3600)


def _patch_leased(pause):
    from odoo.addons.o2c_sri_einvoice.outbox import courier

    courier.deliver = pause


def _patch_received(pause):
    from odoo.addons.o2c_sri_einvoice.outbox import courier

    courier._ask = pause


def _patch_answered(pause):
    from odoo.addons.o2c_sri_einvoice.models import o2c_sri_outbox

    o2c_sri_outbox.O2cSriDocument._o2c_settle = pause


# where a worker can die: taken and committed, nothing sent; received by the SRI, not
# asked for; the SRI's answers in memory, not stored
STAGES = {
    "leased": _patch_leased,
    "received": _patch_received,
    "answered": _patch_answered,
}


class Work:
    def __init__(self, database):
        self.registry = Registry(database)

    def _do(self, function, **arguments):
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            answer = function(env, **arguments)
            cursor.commit()
        return answer

    def _do_as_a_request(self, function, **arguments):
        """Do it as the web server does: again after a conflict with somebody else."""
        with self.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            return retrying(partial(function, env, **arguments), env)

    def do(self, request):
        name = request.pop("do")
        do = self._do_as_a_request if name == "issue" else self._do
        return do(globals()[f"do_{name}"], **request)


def do_set_up(env, host):
    ids = world.build(env(user=ADMIN))
    env.company.o2c_sri_host = host
    env["ir.config_parameter"].set_param("o2c.test.world", json.dumps(ids))
    env["ir.cron"].search([]).active = False
    return {}


def do_issue(env, count):
    """Post invoices, as a person would: they are signed and wait."""
    ids = json.loads(env["ir.config_parameter"].get_param("o2c.test.world"))
    invoices = world.draft_invoices(env(user=ADMIN), ids, count)
    invoices.action_post()
    return {"keys": invoices.sudo().o2c_sri_document_ids.mapped("access_key")}


def do_copy(env, count):
    """Sign documents like the first, under the numbers that follow: quicker."""
    documents = env["o2c.sri.document"]
    model = documents.search([], order="id", limit=1)
    comprobante = model._o2c_comprobante()
    series = (model.establishment, model.emission_point)
    company = model.company_id
    last = documents._o2c_last_sequential(company, "01", *series)
    prepared = []
    for number in range(last + 1, last + 1 + count):
        sequential = str(number).zfill(9)
        key = documents._o2c_key_for(
            documents, company, "01", (*series, sequential), model.issue_date
        )
        renumbered = dataclasses.replace(
            comprobante, sequential=sequential, access_key=key
        )
        values = {"company_id": company, "partner_id": model.partner_id}
        prepared.append((documents, renumbered, {**values, "total": model.total}))
    return {"issued": len(documents._o2c_issue(prepared))}


def do_drain(env):
    """Send and ask for what is due, once, as the scheduled job does."""
    started = time.perf_counter()
    env["o2c.sri.document"]._cron_outbox()
    return {"seconds": time.perf_counter() - started}


def do_pass_time(env, seconds):
    env.cr.execute(
        """
        UPDATE o2c_sri_document
           SET next_try = next_try - %(s)s * interval '1 second',
               received_on = received_on - %(s)s * interval '1 second',
               create_date = create_date - %(s)s * interval '1 second'
         WHERE next_try IS NOT NULL
        """,
        {"s": seconds},
    )
    env.cr.execute(
        "UPDATE o2c_sri_circuit"
        " SET open_until = open_until - %(s)s * interval '1 second'",
        {"s": seconds},
    )
    return {}


def do_report(env):
    documents = env["o2c.sri.document"].search([], order="id")
    fields = ["access_key", "number", "state", "attempts", "last_message"]
    return documents.read(fields)


def do_memory(env):
    return {"rss": psutil.Process().memory_info().rss}


def main(stage, *arguments):
    config.parse_config([*arguments, "--no-http"])
    load_server_wide_modules()
    work = Work(config["db_name"][0])
    if stage != "-":
        STAGES[stage](Pause(stage))
    for line in sys.stdin:
        _say(work.do(json.loads(line)))


if __name__ == "__main__":
    main(*sys.argv[1:])
