"""One side of a comparison: an Odoo process that measures when it is told to.

Reads requests from its input, one JSON object a line, and answers each with a line:
`{"do": "prepare", "case": NAME}` builds what the case needs, `{"do": "measure", …}`
does the case once, rolls it back, and says how long it took and how many queries.
"""

import gc
import json
import sys
import time
from contextlib import contextmanager

from odoo import api
from odoo.modules.registry import Registry
from odoo.service.server import load_server_wide_modules
from odoo.tools import config

from .cases import CASES
from .world import build

ADMIN = 2  # the user admin, who is no superuser: record rules count


class Session:
    def __init__(self, database):
        self.registry = Registry(database)
        self.ids = None

    @contextmanager
    def _environment(self, *, commit=False):
        with self.registry.cursor() as cursor:
            yield api.Environment(cursor, ADMIN, {})
            if not commit:
                cursor.rollback()

    def prepare(self, case):
        with self._environment(commit=True) as env:
            self.ids = self.ids or build(env)
            case.prepare(env, self.ids)
        return {}

    def measure(self, case):
        with self._environment() as env:
            subject = case.set_up(env, self.ids)
            env.flush_all()
            env.invalidate_all()
            gc.collect()
            queries = env.cr.sql_log_count
            started = time.perf_counter()
            case.act(subject)
            env.cr.flush()  # what is computed and tracked at the end counts too
            seconds = time.perf_counter() - started
            queries = env.cr.sql_log_count - queries
            case.check(subject)
        return {
            "milliseconds": seconds * 1000 / case.divisor,
            "queries": queries / case.divisor,
        }


def main(arguments):
    config.parse_config([*arguments, "--no-http"])
    load_server_wide_modules()
    session = Session(config["db_name"][0])
    for line in sys.stdin:
        request = json.loads(line)
        answer = getattr(session, request["do"])(CASES[request["case"]])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
