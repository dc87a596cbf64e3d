"""Which files the checks look at."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LEFT_OUT = {".git", ".o2c", "__pycache__", "node_modules", ".ruff_cache"}


def below(paths, *suffixes):
    """Files below some paths of the project.

    :param paths: files and folders relative to the project; nothing means all of it
    :param suffixes: endings such as ".py"; nothing means every file
    :return: sorted list of paths relative to the project
    """
    found = set()
    for path in paths or ["."]:
        start = ROOT / path
        if start.is_file():
            found.add(start)
        for folder, folders, names in os.walk(start):
            folders[:] = [f for f in folders if f not in LEFT_OUT and f[-4:] != ".o2c"]
            found.update(Path(folder) / name for name in names)
    return sorted(
        file.relative_to(ROOT)
        for file in found
        if not suffixes or file.suffix in suffixes
    )


def report(findings):
    """Print findings, one a line.

    :return: exit code, 1 when there is any
    """
    for finding in findings:
        print(finding)
    return 1 if findings else 0
