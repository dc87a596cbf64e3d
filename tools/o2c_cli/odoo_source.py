"""A real Odoo 19.0: the one that O2C_ODOO_PATH names, or Debian's package unpacked."""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import project
from .system import is_root, run
from .ui import Problem, megabytes, say, task, warn

SERIES = "19.0"
ODOO_PACKAGE = "odoo-19"
TESTED_VERSION = "19.0.0+dfsg-1"
TESTED_SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"

# The package links its fonts and some JavaScript into other packages; without them
# /web/login answers 500. Font Awesome must be 4.7, which only bookworm has.
COMPANIONS = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-font-awesome/bookworm",
)
# Left out of Debian's build; the bundle logs an error when the file is missing.
SELFIE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """Where Python imports Odoo from, and its folders of addons."""

    import_root: Path
    addons_paths: tuple


def locate(path):
    """Find Odoo under a folder: a git checkout, a package unpacked, site-packages.

    :param path: the folder that a person named
    :raise Problem: when there is no Odoo, or another version than 19.0
    """
    path = Path(path).expanduser().resolve()
    for root in (path, path / "usr/lib/python3/dist-packages"):
        release = root / "odoo/release.py"
        if release.is_file():
            _check_series(release)
            addons = [p for p in (path / "addons", root / "odoo/addons") if p.is_dir()]
            return OdooSource(root, tuple(addons))
    raise Problem(
        f"There is no Odoo at {path} (looked for odoo/release.py).",
        "Let O2C_ODOO_PATH name a checkout or an unpacked Odoo 19.0, or unset it.",
    )


def _check_series(release):
    # between series the first part is a text: ('saas~18', 2, …)
    found = re.search(
        r"^version_info\s*=\s*\('?([^',]+)'?,\s*(\d+)", release.read_text(), re.M
    )
    series = f"{found[1]}.{found[2]}" if found else "unknown"
    if series != SERIES:
        raise Problem(
            f"The Odoo at {release.parent.parent} is version {series}; "
            f"this suite runs on {SERIES} only.",
            "Let O2C_ODOO_PATH name an Odoo 19.0, or unset it to get one.",
        )


def build():
    """Which build of Odoo runs: Debian's version, or the series, where, which state."""
    source = ensure()
    # Debian has it beside usr/lib/python3/dist-packages
    for above in source.import_root.parents[2:3]:
        changelog = above / "share/doc/odoo-19/changelog.Debian.gz"
        if changelog.is_file():
            first = gzip.decompress(changelog.read_bytes()).decode().splitlines()[0]
            return re.search(r"\((.+?)\)", first)[1]
    return f"{SERIES} at {source.import_root} ({_state(source)})"


@cache
def _state(source):
    """What changes when somebody pulls into that Odoo or edits it; ten digits."""
    if (source.import_root / ".git").exists() and shutil.which("git"):
        # whose checkout it is does not matter: its Python runs here anyway
        git = ["git", "-c", "safe.directory=*", "-C", source.import_root]
        head, changes = (
            subprocess.run([*git, *asked], capture_output=True)
            for asked in (["rev-parse", "HEAD"], ["diff", "HEAD"])
        )
        if not head.returncode:
            edited = hashlib.sha256(head.stdout + changes.stdout).hexdigest()[:10]
            return edited if changes.stdout else head.stdout.decode()[:10]
    return _digest_of_names(source)


def _digest_of_names(source):
    """Names, sizes and times stand for the content: reading it all takes too long."""
    folders = (source.import_root / "odoo", *source.addons_paths)
    digest = hashlib.sha256()
    for file in sorted({file for folder in folders for file in _files(folder)}):
        status = os.lstat(file)
        digest.update(f"{file} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:10]


def _files(folder):
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (os.path.join(place, name) for name in names)


def ensure():
    """Return the Odoo to run, fetching it into the project's folder if need be."""
    named = os.environ.get("O2C_ODOO_PATH")
    if named:
        return locate(named)
    if not (project.ODOO / ".ready").exists():
        _unpack_debian_package()
    return locate(project.ODOO)


def _unpack_debian_package():
    if not shutil.which("apt-get"):
        raise Problem(
            "There is no apt here to fetch Odoo with.",
            "Let O2C_ODOO_PATH name an Odoo 19.0, or use docker-compose.yml.",
        )
    apt = _PrivateApt(project.HOME / "apt")
    with task("reading the package list for Odoo 19.0"):
        apt.update()
    packages = (ODOO_PACKAGE, *COMPANIONS)
    with task(f"downloading Odoo 19.0 ({megabytes(apt.size(packages))})"):
        debs = apt.download(packages, project.DOWNLOADS / "debs")
    _check_build(apt, debs)
    with task("unpacking Odoo"):
        fresh = project.HOME / "odoo.unpacking"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for deb in debs:
            run(["dpkg", "-x", deb, fresh])
        _make_links_relative(fresh)
        _fill_in_missing_files(fresh)
        (fresh / ".ready").touch()
        shutil.rmtree(project.ODOO, ignore_errors=True)
        fresh.rename(project.ODOO)
    shutil.rmtree(project.DOWNLOADS / "debs")
    shutil.rmtree(apt.folder)


def _check_build(apt, debs):
    """Refuse a damaged tested build; say so when Debian offers another one."""
    version = apt.version(ODOO_PACKAGE)
    deb = next(d for d in debs if d.name.startswith(f"{ODOO_PACKAGE}_"))
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    if version != TESTED_VERSION:
        warn(
            f"Debian now has Odoo {version}; this suite was tested on {TESTED_VERSION}."
        )
    elif digest != TESTED_SHA256:
        deb.unlink()
        raise Problem(
            f"The download of Odoo {version} is not the tested file (sha256 {digest}).",
            "It was removed; run the command again.",
        )


class _PrivateApt:
    """apt with lists and sources of its own: the machine's stay as they are."""

    def __init__(self, folder):
        self.folder = folder
        self.lists = folder / "lists"
        self.sources = folder / "sources.list"
        self.options = [
            f"-oDir::State::Lists={self.lists}",
            f"-oDir::Etc::SourceList={self.sources}",
            "-oDir::Etc::SourceParts=/dev/null",
            "-oDir::State::status=/dev/null",
            f"-oDir::Cache={folder / 'cache'}",
            # a mirror of sid may lag behind; which build is taken is pinned by its hash
            "-oAcquire::Check-Valid-Until=false",
            # the usual sandbox account cannot write into a private folder
            "-oAPT::Sandbox::User=" + ("root" if is_root() else ""),
        ]

    def update(self):
        (self.lists / "partial").mkdir(parents=True, exist_ok=True)
        (self.folder / "cache/archives/partial").mkdir(parents=True, exist_ok=True)
        keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
        signed = f"[signed-by={keyring}] " if keyring.exists() else ""
        mirror = debian_mirror()
        self.sources.write_text(
            "".join(f"deb {signed}{mirror} {s} main\n" for s in ("sid", "bookworm"))
        )
        run(
            ["apt-get", "-q", *self.options, "update"],
            remedy="Is the network there? Or let O2C_ODOO_PATH name an Odoo 19.0.",
        )

    def _show(self, package, field):
        name, _, suite = package.partition("/")
        command = ["apt-cache", *self.options, "show", name]
        if suite:
            command.insert(-2, f"-t={suite}")
        shown = run(command)
        found = re.search(rf"^{field}: (.+)$", shown, re.M)
        if not found:
            raise Problem(
                f"Debian does not offer {name} any more.", "Set O2C_ODOO_PATH."
            )
        return found[1]

    def version(self, package):
        return self._show(package, "Version")

    def size(self, packages):
        return sum(int(self._show(p, "Size")) for p in packages)

    def _file_names(self, packages):
        """The files that `download` will have, as the mirror names them today."""
        command = ["apt-get", "-q", *self.options, "download", "--print-uris"]
        lines = run([*command, *packages]).splitlines()
        return {line.split()[1] for line in lines if line.startswith("'")}

    def download(self, packages, folder):
        folder.mkdir(parents=True, exist_ok=True)
        wanted = self._file_names(packages)
        for file in folder.iterdir():
            # an interrupted run may have left another build
            if file.name not in wanted:
                file.unlink()
        total = self.size(packages)
        stop = threading.Event()
        watcher = threading.Thread(target=_report, args=(folder, total, stop))
        watcher.start()
        try:
            run(
                ["apt-get", "-q", *self.options, "download", *packages],
                cwd=folder,
                remedy="What arrived is kept: run the command again.",
            )
        finally:
            stop.set()
            watcher.join()
        return sorted(folder.glob("*.deb"))


def _report(folder, total, stop):
    started = time.monotonic()
    while not stop.wait(5):
        here = sum(p.stat().st_size for p in folder.iterdir())
        seconds = time.monotonic() - started
        say(f"  {megabytes(here)} of {megabytes(total)} after {seconds:.0f} s")


def debian_mirror():
    """The address of the Debian mirror that this machine is configured with."""
    known = [line.partition("\t") for line in _sources("$(ORIGIN)\t$(REPO_URI)")]
    mirrors = [address for origin, _tab, address in known if origin == "Debian"]
    # before the first `apt-get update` nobody knows whose a source is
    others = {address for _origin, _tab, address in known}
    unknown = [
        a for a in _sources("$(REPO_URI)", "--no-release-info") if a not in others
    ]
    mirrors += sorted(unknown, key=lambda address: "debian" not in address)
    for address in mirrors:
        if "security" not in address:
            return address
    raise Problem(
        "apt on this machine has no Debian mirror configured.",
        "Let O2C_ODOO_PATH name an Odoo 19.0.",
    )


def _sources(shown, *options):
    """What apt knows of the sources that Odoo's packages could be in, a line each."""
    command = ["apt-get", "indextargets", *options, "--format", shown]
    command += ["Created-By: Packages", "Component: main"]
    done = subprocess.run(command, capture_output=True, text=True)
    return [line.strip() for line in done.stdout.splitlines()]


def _make_links_relative(folder):
    """Point the packages' absolute links at the files unpacked beside them."""
    for link in folder.rglob("*"):
        if link.is_symlink():
            target = os.readlink(link)
            if target.startswith("/"):
                inside = folder / target.lstrip("/")
                link.unlink()
                link.symlink_to(os.path.relpath(inside, link.parent))


def _fill_in_missing_files(folder):
    selfie = folder / "usr/lib/python3/dist-packages/odoo/addons" / SELFIE
    if not selfie.exists():
        selfie.parent.mkdir(parents=True, exist_ok=True)
        selfie.write_text("// not in Debian's build: video calls have no blur here\n")
