"""What the manuals tell people to press is on their screens, in their Spanish.

In docs/manual, docs/operacion.md and README.es.md **A › B** is a way through menus,
*X* the label of a button, field, page, state or report, and *… x …* part of a message;
other **bold** is emphasis. Labels are those of the suite's es.po, and of Odoo's as
somebody in es_EC sees them.
"""

import ast
import os
import re
import xml.etree.ElementTree as ElementTree
from functools import cache

import pytest

from o2c_cli import odoo_source, project
from o2c_cli.ui import Problem

MANUALS = sorted((project.ROOT / "docs" / "manual").glob("*.md"))
SPANISH = [
    *MANUALS,
    project.ROOT / "docs" / "operacion.md",
    project.ROOT / "README.es.md",
]
LANGUAGES = ("es", "es_419")  # the later one counts, see Odoo's get_base_langs
# where ways begin that no menu of the web client leads to
OTHER_STARTS = {"Acciones", "Imprimir", "Mi cuenta"}
SETTINGS = "Ajustes"  # its children are menus and apps
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
MENU = "model:ir.ui.menu,name:"


@pytest.mark.parametrize("manual", SPANISH, ids=lambda file: file.stem)
def test_what_a_manual_names_is_on_the_screen(manual):
    screens = _screens()
    unknown = [
        f"{manual.name}:{line}: {text}: {wrong}"
        for line, text, path in _marked(manual.read_text())
        for wrong in (screens.wrong_path(path) if path else screens.wrong_label(text))
    ]
    assert unknown == []


def test_every_menu_of_ours_is_in_a_manual():
    screens = _screens()
    named = {
        part
        for manual in MANUALS
        for _, text, path in _marked(manual.read_text())
        for part in path or [text]
    }
    ours = {
        screens.menus[menu]
        for menu in screens.parents
        if menu.split(".")[0] in project.suite_addons()
    }
    assert len(ours) > 40, "menus are found at all"
    assert ours - named == set()


def test_what_is_on_no_screen_is_told():
    screens = _screens()
    text = "a\n**Ventas › Órdenes › Inventos**, *Inventar*,\n*… se inventó …* **b**."
    marked = list(_marked(text))
    assert [(line, name) for line, name, _ in marked] == [
        (2, "Ventas › Órdenes › Inventos"),
        (2, "Inventar"),
        (3, "… se inventó …"),
    ]
    assert screens.wrong_path(marked[0][2]) == ["no menu Inventos in Órdenes"]
    assert screens.wrong_path(["Contabilidad", "SRI"]) == ["no app Contabilidad"]
    assert screens.wrong_label("Inventar") == ["no such label"]
    assert screens.wrong_label("… se inventó …") == ["no such message"]


def _marked(text):
    """Yield (line, what is marked, its parts if it is a way through menus)."""
    text = re.sub(r"```.*?```|`[^`\n]*`", _blank, text, flags=re.S)
    for found in re.finditer(r"\*\*(.+?)\*\*|\*([^*]+?)\*", text, re.S):
        name = " ".join((found[1] or found[2]).split())
        path = [part.strip() for part in name.split("›")] if "›" in name else None
        if path or found[2]:
            yield text.count("\n", 0, found.start()) + 1, name, path


def _blank(found):
    return "\n" * found[0].count("\n")


class _Screens:
    """Labels in Spanish, and the tree of menus.

    :ivar labels: every text that a screen may show by itself
    :ivar messages: all texts in one, to look for parts of them
    :ivar menus: menu's XML id -> its Spanish name
    :ivar parents: menu's XML id -> its parent's or None
    """

    def __init__(self, addons):
        self.labels, self.menus, self.parents = set(), {}, {}
        texts = []
        for addon in addons:
            translated = {}
            for language in LANGUAGES:
                translated |= _entries(addon / "i18n" / f"{language}.po")
            for references, msgid, msgstr in translated.values():
                texts.append(msgstr or msgid)
                for reference in references:
                    if reference.startswith(MENU):
                        self.menus[reference.removeprefix(MENU)] = msgstr or msgid
            self.parents |= _menus(addon)
        self.parents = {m: p for m, p in self.parents.items() if m in self.menus}
        self.labels = {_bare(text) for text in texts}
        self.messages = "\n".join(" ".join(text.split()) for text in texts)

    def wrong_label(self, text):
        if "…" in text:
            parts = [part.strip() for part in text.split("…")]
            return [] if all(p in self.messages for p in parts) else ["no such message"]
        return [] if text in self.labels else ["no such label"]

    def wrong_path(self, path):
        """What is wrong with a way: below a menu that opens something are labels."""
        first, *others = path
        here = {m for m, p in self.parents.items() if not p and self.menus[m] == first}
        if not here and first not in OTHER_STARTS:
            return [f"no app {first}"]
        before = first
        for part in others:
            below = {m for m, p in self.parents.items() if p in here}
            here = {m for m in below if self.menus[m] == part}
            if below and not here and before != SETTINGS:
                return [f"no menu {part} in {before}"]
            if not here and self.wrong_label(part):
                return [f"no label {part}"]
            before = part
        return []


@cache
def _screens():
    try:
        odoo = odoo_source.locate(os.environ.get("O2C_ODOO_PATH") or project.ODOO)
    except Problem:
        pytest.skip("no Odoo here to read its labels from")
    roots = (project.ADDONS, *odoo.addons_paths)
    waiting, known = project.suite_addons() + ["base", "web"], {}
    while waiting:
        name = waiting.pop()
        folder = next(
            r / name for r in roots if (r / name / "__manifest__.py").exists()
        )
        if name not in known:
            known[name] = folder
            manifest = ast.literal_eval((folder / "__manifest__.py").read_text())
            waiting += manifest.get("depends", ())
    return _Screens(known.values())


def _entries(file):
    """Texts of a .po: msgid -> (references, msgid, msgstr)."""
    if not file.exists():
        return {}
    entries = {}
    for block in file.read_text().split("\n\n"):
        head, _, rest = block.partition("\nmsgid ")
        msgid, _, msgstr = rest.partition("\nmsgstr ")
        if msgid and not head.startswith("#~"):
            references = [line[3:] for line in head.splitlines() if line[:3] == "#: "]
            entries[msgid] = (references, _text(msgid), _text(msgstr))
    return entries


def _text(quoted):
    joined = "".join(QUOTED.findall(quoted))
    return joined.replace('\\"', '"').replace("\\n", "\n")


def _bare(text):
    """A text as it is read: without tags and around-standing space."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split()) if "<" in text else text


def _menus(addon):
    """Menus that an addon's files make: XML id -> parent's XML id or None."""
    found = {}
    for file in addon.glob("*/*.xml"):
        content = file.read_bytes()
        if b"<menuitem" in content:
            for child in ElementTree.fromstring(content).iter():
                if child.tag != "menuitem":
                    _nest(child, None, addon.name, found)
    return found


def _nest(element, parent, addon, found):
    for item in element.findall("menuitem"):
        name = _full(item.get("id"), addon)
        found[name] = _full(item.get("parent"), addon) or parent
        _nest(item, name, addon, found)


def _full(name, addon):
    return name if not name or "." in name else f"{addon}.{name}"
