"""The lint set's own checks find what they are there for."""

import json
import subprocess
import sys

import pytest

from o2c_cli import odoo_lint, project
from o2c_cli.checks import (
    catalogues,
    files,
    forbidden,
    merge_translations,
    sizes,
    wellformed,
)

MANIFEST = '{"name": "Mine", "license": "LGPL-3", "depends": [%s]}'
PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n%s'
ENTRY = '#. module: o2c_mine\n#: model:ir.model,name:o2c_mine.m\nmsgid "%s"\n%s\n\n'


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An empty project."""
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "requirements.txt").touch()
    monkeypatch.setattr(files, "ROOT", folder)
    return folder


def addon(root, texts):
    """An addon o2c_mine below the root.

    :param dict texts: path in the addon -> what is in the file
    """
    folder = root / "addons" / "o2c_mine"
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_long_files_and_functions(root):
    long_function = "def f():\n" + "    x = 1\n" * 60
    addon(root, {"long.py": "x = 1\n" * 401, "fn.py": long_function})
    addon(root, {"good.py": "x = 1\n" * 400, "tests/test_x.py": "x = 1\n" * 500})
    assert sizes.findings(["addons"]) == [
        "addons/o2c_mine/fn.py:1: f has 61 lines, at most 60",
        "addons/o2c_mine/long.py:1: 401 lines, at most 400",
    ]


def test_xml_that_does_not_parse_or_has_tabs(root):
    addon(root, {"a.xml": "<odoo>\n<record></odoo>", "b.xml": "<odoo>\n\t<a/></odoo>"})
    addon(root, {"good.xml": "<odoo>\n    <a/>\n</odoo>\n"})
    found = wellformed.findings(["addons"])
    assert [line.split(": ")[0] for line in found] == [
        "addons/o2c_mine/a.xml:2",
        "addons/o2c_mine/b.xml:2",
    ]


def test_translations_that_are_missing(root):
    model = 'name = fields.Char("Name")\n'
    addon(root, {"__manifest__.py": MANIFEST % "", "model.py": model})
    found = catalogues.findings(["addons"])
    assert [line.split(":")[0] for line in found] == [
        "addons/o2c_mine/i18n/o2c_mine.pot",
        "addons/o2c_mine/i18n/es.po",
    ]


def test_an_addon_without_words_needs_no_translations(root):
    addon(root, {"__manifest__.py": MANIFEST % "", "code.py": "x = 1\n"})
    assert catalogues.findings(["addons"]) == []


def test_open_fuzzy_and_forgotten_strings(root):
    pot = PO % "".join(ENTRY % (s, 'msgstr ""') for s in ("One", "Two", "Three"))
    es = PO % (
        ENTRY % ("One", 'msgstr "Uno"')
        + ENTRY % ("Two", 'msgstr ""')
        + (ENTRY % ("Four", 'msgstr "Cuatro"')).replace("msgid", "#, fuzzy\nmsgid")
    )
    folder = addon(root, {"__manifest__.py": MANIFEST % "", "i18n/es.po": es})
    (folder / "i18n/o2c_mine.pot").write_text(pot)
    found = "\n".join(catalogues.findings(["addons"]))
    assert found.count("\n") == 2
    assert "not translated: 'Two'" in found
    assert "fuzzy: 'Four'" in found
    assert "lacks 'Three'" in found


def test_secrets_addresses_and_paths(root):
    # put together here, so that the check does not find this test
    secret = "-----BEGIN " + "PRIVATE KEY-----"
    folder = addon(root, {"cert.p12": "x", "notes.md": f"see {secret}"})
    (folder / "pip.conf").write_text("https://py" + "pi.org/simple")
    (folder / "path.md").write_text(f"{root.parent}/somewhere")
    found = forbidden.findings(root / "no-odoo")
    assert [line.split(": ")[0] for line in found] == [
        "addons/o2c_mine/cert.p12:1",
        "addons/o2c_mine/notes.md:1",
        "addons/o2c_mine/path.md:1",
        "addons/o2c_mine/pip.conf:1",
    ]


def test_dependencies_with_another_licence(root):
    odoo = root.parent / "odoo-addons"
    for name, licence in (("sale", "LGPL-3"), ("cert", "OEEL-1"), ("tier", "AGPL-3")):
        (odoo / name).mkdir(parents=True)
        text = f'{{"name": "{name}", "license": "{licence}"}}'
        (odoo / name / "__manifest__.py").write_text(text)
    addon(
        root,
        {
            "__manifest__.py": MANIFEST % '"sale", "cert", "gone"',
            "code.py": "from odoo.addons.tier.models import x\n",
            "tests/test_x.py": "from odoo.addons.tier import x\n",
        },
    )
    assert forbidden.findings(odoo) == [
        "addons/o2c_mine/__manifest__.py:1: cert has the licence OEEL-1",
        "addons/o2c_mine/__manifest__.py:1: gone is neither Odoo's nor ours",
        "addons/o2c_mine/code.py:1: tier has the licence AGPL-3",
    ]


def test_merging_keeps_translations_and_says_what_is_open(tmp_path, capsys):
    i18n = tmp_path / "i18n"
    i18n.mkdir()
    kept = ENTRY % ("Kept", 'msgstr "Se queda"') + ENTRY % ("Old", 'msgstr "Viejo"')
    (i18n / "es.po").write_text(PO % kept)
    memory = tmp_path / "odoo" / "base" / "i18n"
    memory.mkdir(parents=True)
    (memory / "es.po").write_text(PO % (ENTRY % ("Company", 'msgstr "Compañía"')))
    exported = tmp_path / "o2c_mine.pot"
    strings = ("Company", "Kept", "New")
    exported.write_text(PO % "".join(ENTRY % (s, 'msgstr ""') for s in strings))
    arguments = [str(exported), str(i18n), "--memory", str(tmp_path / "odoo")]

    merge_translations.main([*arguments, "--check"])
    assert json.loads(capsys.readouterr().out)["stale"]
    assert not (i18n / "o2c_mine.pot").exists()

    merge_translations.main(arguments)
    outcome = json.loads(capsys.readouterr().out)
    assert outcome == {
        "total": 3,
        "stale": False,
        "borrowed": 1,
        "untranslated": ["New"],
    }
    spanish = (i18n / "es.po").read_text()
    assert 'msgid "Kept"\nmsgstr "Se queda"' in spanish
    assert 'msgid "Company"\nmsgstr "Compañía"' in spanish
    assert "Old" not in spanish

    merge_translations.main([*arguments, "--check"])
    assert not json.loads(capsys.readouterr().out)["stale"]


LOG = """\
2026-01-01 00:00:00,1 7 INFO db odoo.addons.test_lint.tests.test_naming: Starting
{body}
2026-01-01 00:00:09,1 7 ERROR db odoo.tests.result: {failed} failed, 0 error(s) of 9 \
tests when loading database 'db'
"""
FAILURE = """\
2026-01-01 00:00:01,1 7 ERROR db odoo.addons.test_lint.tests.test_manifests: FAIL: x
AssertionError: {}"""


@pytest.mark.parametrize(
    ("body", "failed", "expected"),
    [
        ("", 0, (9, 0)),
        (FAILURE.format("a real finding"), 1, (8, 1)),
        (FAILURE.format("'excludes' : Unknown manifest keys in x"), 1, (9, 0)),
        ("", 2, (8, 1)),  # the log tells of nothing, Odoo counted failures
    ],
)
def test_reading_the_log_of_odoo_s_linters(body, failed, expected):
    result = odoo_lint.judge(LOG.format(body=body, failed=failed))
    assert (result.passed, result.failed) == expected


def test_a_log_without_a_result_is_a_failure():
    assert odoo_lint.judge("it crashed").failed == 1


def test_the_tools_themselves_need_nothing_installed():
    """./o2c runs before anything is there: standard library only."""
    script = f"import sys; sys.path.insert(0, {str(project.ROOT / 'tools')!r}); "
    script += "import o2c_cli.main"
    subprocess.run([sys.executable, "-I", "-S", "-c", script], check=True)
