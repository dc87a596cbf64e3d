"""Which branches of the addons a test run went through."""

import json
import shutil

from . import project
from .system import run
from .ui import say

FOLDER = project.RUN / "coverage"
PAGES = project.HOME / "coverage"


def begin():
    """Forget what earlier runs went through."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)


def interpreter():
    """Python that notes what it goes through, to be followed by `-m` and a module."""
    return [
        *_coverage("run"),
        "--parallel-mode",
        f"--rcfile={project.ROOT / 'pyproject.toml'}",
    ]


def _coverage(action):
    return [
        str(project.PYTHON),
        "-m",
        "coverage",
        action,
        f"--data-file={FOLDER / 'data'}",
    ]


def report():
    """Print a line for each addon and write pages that show every line."""
    run([*_coverage("combine"), FOLDER], cwd=project.ROOT)
    run([*_coverage("html"), "-d", PAGES], cwd=project.ROOT)
    figures = FOLDER / "coverage.json"
    run([*_coverage("json"), "-o", figures], cwd=project.ROOT)
    for addon, (lines, branches) in by_addon(json.loads(figures.read_text())).items():
        say(f"{addon:<24} {lines:5.1f} % of lines {branches:5.1f} % of branches")
    say(f"each line: {PAGES / 'index.html'}")


def by_addon(measured):
    """Percentages for each addon.

    :param dict measured: what `coverage json` writes
    :return: dict of addon to (percent of lines, percent of branches)
    """
    counts = {}
    for file, figures in measured["files"].items():
        addon = file.split("addons/", 1)[-1].split("/", 1)[0]
        total = counts.setdefault(addon, [0, 0, 0, 0])
        summary = figures["summary"]
        for place, key in enumerate(
            ("covered_lines", "num_statements", "covered_branches", "num_branches")
        ):
            total[place] += summary[key]
    return {
        addon: (_percent(lines, all_lines), _percent(branches, all_branches))
        for addon, (lines, all_lines, branches, all_branches) in sorted(counts.items())
    }


def _percent(part, whole):
    return 100 * part / whole if whole else 100.0
