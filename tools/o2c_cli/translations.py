"""Translations of an addon: exporting its strings, carrying es.po along."""

import json
import os
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

from . import database, odoo_server, project
from .ui import Problem, say, task

MERGE = Path(__file__).parent / "checks" / "merge_translations.py"
# Each addon from a database of its own, all in one process: starting Odoo takes longer.
EXPORT = """
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools.translate import trans_export
for addon, db in {databases!r}.items():
    with Registry(db).cursor() as cr, open(f"{folder}/{{addon}}.pot", "wb") as file:
        trans_export(None, [addon], file, "po", Environment(cr, SUPERUSER_ID, {{}}))
"""


def refresh(addon, *, check_only=False):
    """Export i18n/ADDON.pot from a fresh installation and merge it into i18n/es.po.

    :param str addon: name of one of the suite's addons
    :param bool check_only: write nothing
    :return: dict with `stale` (the .pot lacks or has too much), `untranslated` (the
        source strings without Spanish) and `borrowed` (number of Spanish strings
        taken from Odoo's own translations)
    :raise Problem: when there is no such addon
    """
    if addon not in project.suite_addons():
        raise Problem(
            f"There is no addon {addon}.",
            f"Choose from: {', '.join(project.suite_addons())}.",
        )
    with _exported([addon]) as folder:
        return _merge(addon, folder / f"{addon}.pot", check_only)


def findings(addons):
    """What the translations of addons lack, as texts.

    Each is exported alone: beside others some of its strings count as theirs.
    """
    with _exported(addons) as folder:
        outcomes = {a: _merge(a, folder / f"{a}.pot", True) for a in addons}
    return [
        f"i18n of {addon} is not what its code says: ./o2c i18n {addon}"
        for addon, outcome in outcomes.items()
        if outcome["stale"] or outcome["untranslated"]
    ]


@contextmanager
def _exported(addons):
    """A folder with the strings of addons, ADDON.pot each, while the block runs."""
    names = {addon: f"i18n_{addon}_{os.getpid()}" for addon in addons}
    with (
        tempfile.TemporaryDirectory(dir=project.RUN) as folder,
        ExitStack() as databases,
    ):
        with task(f"exporting the strings of {', '.join(addons)}"):
            for addon, name in names.items():
                databases.callback(database.drop, name)
                database.clone(database.addon_template(addon), name)
            script = EXPORT.format(databases=names, folder=folder)
            odoo_server.shell(next(iter(names.values())), script)
        yield Path(folder)


def _merge(addon, exported, check_only):
    source = odoo_server.odoo_source.ensure()
    command = [project.PYTHON, MERGE, exported, project.ADDONS / addon / "i18n"]
    command += ["--memory", source.import_root / "odoo" / "addons"]
    if check_only:
        command.append("--check")
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        raise Problem(f"The strings could not be merged: {done.stderr[-500:]}")
    return json.loads(done.stdout)


def report(addon, outcome):
    """Say what `refresh` found.

    :return: number of things that a person must still do
    """
    if outcome["borrowed"]:
        say(f"  {outcome['borrowed']} strings taken from Odoo's own Spanish: read them")
    for text in outcome["untranslated"]:
        say(f"  untranslated: {json.dumps(text, ensure_ascii=False)}")
    if outcome["stale"]:
        say(f"  i18n/{addon}.pot is not what the code says: ./o2c i18n {addon}")
    count = len(outcome["untranslated"])
    say(f"{addon}: {outcome['total']} strings, {count} untranslated")
    return count + bool(outcome["stale"])
