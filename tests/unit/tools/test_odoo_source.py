"""Odoo from elsewhere, downloads that are damaged or were interrupted."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from o2c_cli import odoo_source
from o2c_cli.ui import Problem

PACKAGED = "usr/lib/python3/dist-packages"


class FakeApt:
    """Debian's mirror, as far as the tools look at it."""

    def __init__(self, folder, *, version=odoo_source.TESTED_VERSION, content=b"deb"):
        self.folder = folder
        self.offered = version
        self.content = content

    def update(self):
        self.folder.mkdir(parents=True, exist_ok=True)

    def version(self, package):
        return self.offered

    def size(self, packages):
        return 1_000_000

    def download(self, packages, folder):
        folder.mkdir(parents=True, exist_ok=True)
        deb = folder / f"odoo-19_{self.offered}_all.deb"
        deb.write_bytes(self.content)
        return [deb]


@pytest.fixture
def debian(clone, monkeypatch):
    """A Debian whose Odoo unpacks to a few files; returns what it was asked."""
    monkeypatch.delenv("O2C_ODOO_PATH", raising=False)
    monkeypatch.setattr(odoo_source.shutil, "which", lambda program: program)
    monkeypatch.setattr(odoo_source, "_PrivateApt", FakeApt)
    content = hashlib.sha256(b"deb").hexdigest()
    monkeypatch.setattr(odoo_source, "TESTED_SHA256", content)

    def unpack(command, **options):
        assert command[:2] == ["dpkg", "-x"]
        package = Path(command[3]) / PACKAGED / "odoo"
        package.mkdir(parents=True)
        (package / "release.py").write_text("version_info = (19, 0, 0, 'final')\n")
        shared = Path(command[3]) / "usr/share"
        shared.mkdir()
        (shared / "font").write_text("a font")
        (package / "font").symlink_to("/usr/share/font")

    monkeypatch.setattr(odoo_source, "run", unpack)
    return clone


@pytest.mark.parametrize("below", ["", PACKAGED])
def test_a_checkout_and_an_unpacked_package_are_both_taken(make_odoo, below):
    folder = make_odoo("mine", below=below)
    assert odoo_source.locate(folder).import_root == folder.resolve() / below


@pytest.mark.parametrize(
    ("version", "said"),
    [("18, 0", "18.0"), ("20, 0", "20.0"), ("'saas~19', 2", "saas~19.2")],
)
def test_another_odoo_is_refused(make_odoo, monkeypatch, version, said):
    monkeypatch.setenv("O2C_ODOO_PATH", str(make_odoo("other", version)))
    with pytest.raises(Problem) as raised:
        odoo_source.ensure()
    assert f"is version {said}; this suite runs on 19.0 only" in raised.value.what
    assert "O2C_ODOO_PATH" in raised.value.remedy


def test_a_folder_without_odoo_is_refused(home, monkeypatch):
    monkeypatch.setenv("O2C_ODOO_PATH", str(home))
    with pytest.raises(Problem, match="There is no Odoo at"):
        odoo_source.ensure()


def test_odoo_is_unpacked_once_with_links_that_stay_inside(debian):
    source = odoo_source.ensure()
    link = source.import_root / "odoo/font"
    assert link.read_text() == "a font"
    assert debian.ODOO.resolve() in link.resolve().parents
    assert not (debian.DOWNLOADS / "debs").exists()
    (debian.ODOO / "mark").touch()
    odoo_source.ensure()
    assert (debian.ODOO / "mark").exists()


def test_a_damaged_download_is_removed_and_refused(debian, monkeypatch):
    monkeypatch.setattr(
        odoo_source, "_PrivateApt", lambda folder: FakeApt(folder, content=b"damaged")
    )
    with pytest.raises(Problem, match="not the tested file.*run the command again"):
        odoo_source.ensure()
    assert not debian.ODOO.exists()
    assert not list((debian.DOWNLOADS / "debs").iterdir())
    monkeypatch.setattr(odoo_source, "_PrivateApt", FakeApt)
    odoo_source.ensure()


def test_another_build_is_taken_with_a_clear_line(debian, monkeypatch, capsys):
    monkeypatch.setattr(
        odoo_source, "_PrivateApt", lambda folder: FakeApt(folder, version="19.0.1-1")
    )
    odoo_source.ensure()
    said = capsys.readouterr().err
    assert (
        f"has Odoo 19.0.1-1; this suite was tested on {FakeApt(None).offered}" in said
    )


def test_what_was_killed_while_unpacking_does_not_stay(debian):
    left = debian.HOME / "odoo.unpacking" / "usr"
    left.mkdir(parents=True)
    (left / "half-a-file").touch()
    half_moved = debian.ODOO / "usr"
    half_moved.mkdir(parents=True)
    (half_moved / "half-a-file").touch()
    source = odoo_source.ensure()
    assert not list(debian.HOME.rglob("half-a-file"))
    assert source.import_root.is_dir()


def test_files_of_an_earlier_build_are_not_mixed_in(clone, monkeypatch):
    """The mirror moved on between an interrupted run and this one."""
    folder = clone.DOWNLOADS / "debs"
    folder.mkdir()
    (folder / "odoo-19_1_all.deb").touch()

    def apt(command, **options):
        if "--print-uris" in command:
            return "'somewhere/odoo-19_2_all.deb' odoo-19_2_all.deb 5 SHA256:0\n"
        if command[0] == "apt-cache":
            return "Size: 5\n"
        (Path(options["cwd"]) / "odoo-19_2_all.deb").touch()
        return ""

    monkeypatch.setattr(odoo_source, "run", apt)
    found = odoo_source._PrivateApt(clone.HOME / "apt").download(["odoo-19"], folder)
    assert [deb.name for deb in found] == ["odoo-19_2_all.deb"]


@pytest.mark.parametrize("below", ["", PACKAGED])
def test_odoo_near_the_root_of_the_disk_has_a_build_too(monkeypatch, below):
    source = odoo_source.OdooSource(Path("/opt/odoo") / below, ())
    monkeypatch.setattr(odoo_source, "ensure", lambda: source)
    assert odoo_source.build().startswith(f"19.0 at /opt/odoo/{below}".rstrip("/"))


@pytest.fixture
def build(odoo_path):
    """A function that tells which build it is, as the next command would."""

    def ask():
        odoo_source._state.cache_clear()
        return odoo_source.build()

    return ask


def git(folder, *arguments):
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    command = ["git", "-C", folder, *who, *arguments]
    subprocess.run(command, check=True, capture_output=True)


def test_a_checkout_that_moves_on_or_is_edited_is_another_build(odoo_path, build):
    git(odoo_path, "init")
    builds = []
    for text in ("one", "two"):
        (odoo_path / "odoo/module.py").write_text(f"{text} = 1\n")
        git(odoo_path, "add", ".")
        git(odoo_path, "commit", "-m", text)
        builds += [build(), build()]
    (odoo_path / "odoo/module.py").write_text("edited = 1\n")
    builds.append(build())
    assert builds[0] == builds[1] != builds[2] == builds[3]
    assert len(set(builds)) == 3
    assert all(f"19.0 at {odoo_path} (" in each for each in builds)


def test_files_that_change_are_another_build(odoo_path, build):
    before = build()
    (odoo_path / "odoo/__pycache__").mkdir()
    assert build() == before
    os.utime(odoo_path / "odoo/__init__.py", (1, 1))
    assert build() != before


SOURCES = """\
Docker\thttps://download.example.com/linux/debian/
Debian\thttp://deb.example.org/debian-security/
Debian\thttp://deb.example.org/debian/
"""


@pytest.mark.parametrize(
    ("known", "configured", "expected"),
    [
        (SOURCES, "", "http://deb.example.org/debian/"),
        # nothing is known of a source before the first update
        ("", "https://node.example.com/\nhttp://m.org/debian\n", "http://m.org/debian"),
        ("", "http://mirror.example.org/\n", "http://mirror.example.org/"),
    ],
)
def test_debian_s_own_mirror_is_asked(monkeypatch, known, configured, expected):
    def apt(command, **options):
        text = configured if "--no-release-info" in command else known
        return subprocess.CompletedProcess(command, 0, text)

    monkeypatch.setattr(odoo_source.subprocess, "run", apt)
    assert odoo_source.debian_mirror() == expected


def test_somebody_else_s_source_is_no_mirror_of_debian(monkeypatch):
    def apt(command, **options):
        address = "https://node.example.com/debian/"
        line = address if "--no-release-info" in command else f"Node\t{address}"
        return subprocess.CompletedProcess(command, 0, f"{line}\n")

    monkeypatch.setattr(odoo_source.subprocess, "run", apt)
    with pytest.raises(Problem, match="no Debian mirror"):
        odoo_source.debian_mirror()
