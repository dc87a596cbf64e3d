"""The containers' scripts, run here with stubs in place of Odoo and PostgreSQL."""

import base64
import os
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ODOO_SH = ROOT / "docker" / "odoo.sh"
MAKE_SECRETS = ROOT / "docker" / "make-secrets.sh"

# Each stub writes down how it was called; psql answers from a folder of facts.
STUBS = {
    "odoo": """
echo "odoo $* [$ODOO_RC]" >>"$CALLS"
case "$*" in *"${FAIL_ON:-nothing fails}"*) exit 1 ;; esac
case "$1" in shell) sed 's/^/  | /' >>"$CALLS" ;; esac
case "$*" in *"-i base "*) echo 1 >"$FACTS/base" ;; esac
if [ "$1" = shell ] && grep -q "installed_content" "$CALLS"; then
    grep -o 'installed_content", "[0-9a-f]*' "$CALLS" | tail -1 |
        cut -d '"' -f 3 >"$FACTS/content"
fi
""",
    "psql": """
case "$*" in
*pg_database*) cat "$FACTS/base" 2>/dev/null ;;
*to_regclass*) echo ir_module_module ;;
*"state = 'installed'"*) cat "$FACTS/base" 2>/dev/null ;;
*ir_config_parameter*) cat "$FACTS/content" 2>/dev/null ;;
esac
exit 0
""",
    "pg_isready": '[ ! -e "$FACTS/down" ]\n',
    "sleep": "true\n",
}


class Container:
    """What the image has: the suite below /opt/o2c, the programs, the secrets."""

    def __init__(self, folder):
        self.folder = folder
        self.calls = folder / "calls"
        self.facts = folder / "facts"
        self.config = folder / "odoo.conf"
        self.suite = folder / "suite"
        self.facts.mkdir()
        self.calls.touch()
        self._put_programs()
        self._put_suite()
        subprocess.run(
            [MAKE_SECRETS, folder / "secrets"], check=True, capture_output=True
        )
        self.secrets = folder / "secrets"

    def _put_programs(self):
        programs = self.folder / "bin"
        programs.mkdir()
        for name, text in STUBS.items():
            (programs / name).write_text(f"#!/bin/sh\n{text}")
            (programs / name).chmod(0o755)

    def _put_suite(self):
        for name in ("o2c_b", "o2c_a", "o2c_demo"):
            (self.suite / "addons" / name).mkdir(parents=True)
            (self.suite / "addons" / name / "__manifest__.py").write_text("{}")
        (self.suite / "tools").symlink_to(ROOT / "tools")

    def run(self, *arguments, **environment):
        return subprocess.run(
            [ODOO_SH, *arguments],
            env={
                "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
                "CALLS": str(self.calls),
                "FACTS": str(self.facts),
                "O2C_ROOT": str(self.suite),
                "ODOO_CONFIG": str(self.config),
                "DB_HOST": "db",
                "DB_USER": "odoo",
                "DB_NAME": "o2c",
                "DB_PASSWORD_FILE": str(self.secrets / "db_password"),
                "MASTER_PASSWORD_FILE": str(self.secrets / "master_password"),
                "ADMIN_PASSWORD_FILE": str(self.secrets / "admin_password"),
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=60,
        )

    def called(self):
        """What Odoo was called for since the last look."""
        lines = self.calls.read_text().splitlines()
        self.calls.write_text("")
        return [line for line in lines if line.startswith("odoo ")]


@pytest.fixture
def container(tmp_path):
    return Container(tmp_path)


@pytest.mark.parametrize("script", sorted((ROOT / "docker").glob("*.sh")))
def test_scripts_are_executable_and_parse(script):
    assert script.stat().st_mode & stat.S_IXUSR
    shell = script.read_text().splitlines()[0].removeprefix("#!")
    subprocess.run([shell, "-n", script], check=True)


def test_a_first_installation(container):
    done = container.run("install")
    assert done.returncode == 0, done.stderr
    text = container.calls.read_text()
    base, country, addons, password, finished = container.called()
    assert " -i base " in base
    assert '  |     "country_id": env.ref("base.ec").id,' in text
    assert " -i o2c_a,o2c_b " in addons  # no demo data in production
    assert " -u " not in addons
    assert 'env.ref("base.user_admin").password' in text
    secret = (container.secrets / "admin_password").read_text().strip()
    assert secret not in text + done.stdout + done.stderr


def test_a_second_start_changes_nothing(container):
    container.run("install")
    container.called()
    done = container.run("install")
    assert "up to date" in done.stdout
    assert container.called() == []


def test_changed_addons_are_upgraded_and_the_password_stays(container):
    container.run("install")
    container.called()
    (container.suite / "addons/o2c_a/new.py").touch()
    container.run("install")
    upgrade, finished = container.called()
    assert " -u o2c_a,o2c_b " in upgrade
    assert container.run("install").stdout.endswith("up to date\n")


@pytest.mark.parametrize("step", ["-i base", "-i o2c_a", "shell"])
def test_an_installation_that_failed_goes_on_the_next_time(container, step):
    failed = container.run("install", FAIL_ON=step)
    assert failed.returncode != 0
    assert container.run("serve").returncode == 1  # nothing half-made is served
    container.called()
    done = container.run("install")
    assert done.returncode == 0, done.stderr
    assert any(" -i o2c_a,o2c_b " in call for call in container.called())
    assert container.run("serve").returncode == 0


def test_serving(container):
    container.run("install")
    container.called()
    assert container.run("serve", WORKERS="6").returncode == 0
    (call,) = container.called()
    assert f"--database o2c --http-interface=0.0.0.0 [{container.config}]" in call
    settings = dict(
        line.split(" = ", 1)
        for line in container.config.read_text().splitlines()
        if " = " in line
    )
    assert settings["workers"] == "6"
    assert settings["dbfilter"] == "^o2c$"
    assert settings["list_db"] == "False"
    assert settings["proxy_mode"] == "True"
    assert (
        settings["db_password"]
        == container.secrets.joinpath("db_password").read_text().strip()
    )
    assert "db_replica_host" not in settings
    assert stat.S_IMODE(container.config.stat().st_mode) == 0o600


def test_a_replica_for_reading(container):
    container.run("install", DB_REPLICA_HOST="replica")
    assert "db_replica_host = replica\n" in container.config.read_text()


def test_serving_before_setup_is_refused(container):
    done = container.run("serve")
    assert done.returncode == 1
    assert "o2c is not installed; run the service setup first" in done.stderr
    assert container.called() == []


def test_a_database_server_that_does_not_answer(container):
    (container.facts / "down").touch()
    done = container.run("serve")
    assert done.returncode == 1
    assert done.stderr == "odoo.sh: PostgreSQL at db does not answer.\n"


@pytest.mark.parametrize("name", ["db_password", "master_password"])
def test_a_secret_that_is_missing_or_empty(container, name):
    for damage in (lambda f: (f.chmod(0o600), f.write_text("")), lambda f: f.unlink()):
        damage(container.secrets / name)
        done = container.run("serve")
        assert done.returncode == 1
        assert f"{name} is missing or empty" in done.stderr


@pytest.mark.parametrize("name", ["a'b", "x; DROP", "1a"])
def test_a_bad_database_name(container, name):
    done = container.run("serve", DB_NAME=name)
    assert done.returncode == 1
    assert "cannot be the name of a database" in done.stderr


def test_any_command_of_odoo_with_our_configuration(container):
    done = container.run("odoo", "db", "dump", "o2c", "o2c.zip")
    assert done.returncode == 0, done.stderr
    assert container.called() == [f"odoo db dump o2c o2c.zip [{container.config}]"]


def test_an_unknown_command(container):
    done = container.run("sevre")
    assert done.returncode == 1
    assert "unknown command sevre" in done.stderr


def test_secrets_are_random_and_for_nobody_else(tmp_path):
    for name in ("one", "two"):
        subprocess.run([MAKE_SECRETS, tmp_path / name], check=True)
    for secret in (tmp_path / "one").iterdir():
        assert len(secret.read_text().strip()) >= 32
        assert secret.read_text() != (tmp_path / "two" / secret.name).read_text()
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o700


def test_the_key_is_one_that_certificates_can_be_encrypted_with(tmp_path):
    subprocess.run([MAKE_SECRETS, tmp_path / "s"], check=True)
    key = (tmp_path / "s" / "o2c_key").read_text().strip()
    assert len(base64.urlsafe_b64decode(key)) == 32


def test_secrets_are_never_overwritten(tmp_path):
    subprocess.run([MAKE_SECRETS, tmp_path / "s"], check=True)
    before = (tmp_path / "s" / "o2c_key").read_text()
    done = subprocess.run(
        [MAKE_SECRETS, tmp_path / "s"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert (tmp_path / "s" / "o2c_key").read_text() == before
