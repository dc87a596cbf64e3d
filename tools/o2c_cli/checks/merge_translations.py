"""Merge freshly exported strings into an addon's .pot and es.po; prints JSON.

Runs in the virtual environment: polib is not in the standard library.
"""

import argparse
import json
import sys
from pathlib import Path

import polib

# Odoo's own Spanish for words that every model has ("Created by", "Company"…); the
# first addon that knows a string wins.
MEMORY_ADDONS = ("base", "mail", "portal", "account", "sale", "stock", "purchase")


def main(arguments):
    options = _parse(arguments)
    addon = options.exported.stem
    template = polib.pofile(str(options.exported))
    spanish = _spanish(options.i18n / "es.po", template)
    spanish.merge(template)
    for entry in spanish.obsolete_entries():
        spanish.remove(entry)
    borrowed = _borrow(spanish, options.memory)
    kept = options.i18n / f"{addon}.pot"
    stale = not kept.exists() or _strings(polib.pofile(str(kept))) != _strings(template)
    if not options.check and len(template):
        options.i18n.mkdir(exist_ok=True)
        if stale:
            # unchanged strings: keep the file, its header carries the export's date
            template.save(str(kept))
        spanish.save(str(options.i18n / "es.po"))
    json.dump(
        {
            "total": len(template),
            "stale": stale and bool(len(template)) and options.check,
            "borrowed": borrowed,
            "untranslated": [e.msgid for e in spanish.untranslated_entries()],
        },
        sys.stdout,
    )


def _parse(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("exported", type=Path, help="the .pot that Odoo exported")
    parser.add_argument("i18n", type=Path, help="the addon's i18n folder")
    parser.add_argument("--memory", type=Path, help="folder with Odoo's addons")
    parser.add_argument("--check", action="store_true")
    return parser.parse_args(arguments)


def _spanish(path, template):
    if path.exists():
        return polib.pofile(str(path))
    spanish = polib.POFile()
    spanish.metadata = {
        **template.metadata,
        "Language": "es",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    spanish.header = template.header
    return spanish


def _borrow(spanish, memory):
    """Fill open entries with Odoo's Spanish for exactly the same source string."""
    count = 0
    for addon in MEMORY_ADDONS:
        path = memory / addon / "i18n" / "es.po" if memory else None
        wanted = {e.msgid: e for e in spanish.untranslated_entries()}
        if not wanted or path is None or not path.exists():
            continue
        for entry in polib.pofile(str(path)).translated_entries():
            if entry.msgid in wanted:
                wanted[entry.msgid].msgstr = entry.msgstr
                count += 1
    return count


def _strings(catalogue):
    return {(e.msgctxt, e.msgid): sorted(e.occurrences) for e in catalogue}


if __name__ == "__main__":
    main(sys.argv[1:])
