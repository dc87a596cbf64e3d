"""Every addon with words has its .pot and a complete Spanish es.po."""

import re
import sys

import polib

from o2c_cli.checks import files

# An addon with none of these has no words of its own to translate.
WORDS = re.compile(r"_\(\"|= fields\.|<field name=\"(name|arch)\"|<template|_t\(\"")


def findings(paths):
    """What is missing in the addons' translations.

    :param paths: files and folders relative to the project
    :return: list of lines "path:line: what"
    """
    found = []
    for manifest in files.below(["addons"], ".py"):
        if manifest.name == "__manifest__.py":
            folder = manifest.parent
            if any(_touches(path, folder) for path in paths):
                found += _of_addon(folder)
    return found


def _touches(path, folder):
    return f"{folder}/".startswith(f"{path}/") or f"{path}/".startswith(f"{folder}/")


def _of_addon(folder):
    template = folder / "i18n" / f"{folder.name}.pot"
    spanish = folder / "i18n" / "es.po"
    missing = [p for p in (template, spanish) if not (files.ROOT / p).exists()]
    if missing:
        if not _has_words(folder):
            return []
        return [f"{p}:1: missing, ./o2c i18n {folder.name} makes it" for p in missing]
    catalogue = polib.pofile(str(files.ROOT / spanish))
    found = [
        f"{spanish}:{e.linenum}: not translated: {e.msgid!r}"
        for e in catalogue.untranslated_entries()
    ]
    found += [
        f"{spanish}:{e.linenum}: fuzzy: {e.msgid!r}" for e in catalogue.fuzzy_entries()
    ]
    known = {(e.msgctxt, e.msgid) for e in catalogue if not e.obsolete}
    found += [
        f"{spanish}:1: lacks {e.msgid!r}, ./o2c i18n {folder.name} adds it"
        for e in polib.pofile(str(files.ROOT / template))
        if (e.msgctxt, e.msgid) not in known
    ]
    return found


def _has_words(folder):
    return any(
        WORDS.search((files.ROOT / path).read_text())
        for path in files.below([folder], ".py", ".xml", ".js")
        if "tests" not in path.parts
    )


if __name__ == "__main__":
    sys.exit(files.report(findings(sys.argv[1:])))
