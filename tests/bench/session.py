"""One side of a comparison: an Odoo process that measures when it is told to.

`python -m bench.session MEASURE SIDE ODOO-OPTIONS…` reads requests from its input, one
JSON object a line, and answers each with a line: `{"do": "prepare"}` builds what the
case needs, `{"do": "measure"}` does the case once, rolls it back, and says how long it
took and how many queries.
"""

import gc
import importlib
import json
import sys
import time
from contextlib import contextmanager

from odoo import api
from odoo.modules.registry import Registry
from odoo.service.server import load_server_wide_modules
from odoo.tools import config

from .world import build

ADMIN = 2  # the user admin, who is no superuser: record rules count


class Session:
    def __init__(self, case, side, database):
        self.case = case
        self.side = side
        self.registry = Registry(database)
        self.ids = {}

    @contextmanager
    def _environment(self, *, commit=False):
        with self.registry.cursor() as cursor:
            yield api.Environment(cursor, ADMIN, {})
            if commit:
                cursor.commit()
            else:
                cursor.rollback()

    def prepare(self):
        with self._environment(commit=True) as env:
            if self.case.with_wholesaler:
                self.ids = build(env)
            self.case.prepare(env, self.ids, self.side)
        return {}

    def measure(self):
        with self._environment() as env:
            subject = self.case.set_up(env, self.ids, self.side)
            env.flush_all()
            env.invalidate_all()
            gc.collect()
            queries = env.cr.sql_log_count
            started = time.perf_counter()
            self.case.act(subject)
            env.cr.flush()  # what is computed and tracked at the end counts too
            seconds = time.perf_counter() - started
            queries = env.cr.sql_log_count - queries
            self.case.check(subject)
            units = self.case.units(subject)
        return {
            "milliseconds": seconds * 1000 / units,
            "queries": queries / units,
        }


def main(name, side, *arguments):
    config.parse_config([*arguments, "--no-http"])
    load_server_wide_modules()
    case = importlib.import_module(f"bench.measures.{name}").CASE
    session = Session(case, side, config["db_name"][0])
    for line in sys.stdin:
        answer = getattr(session, json.loads(line)["do"])()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
