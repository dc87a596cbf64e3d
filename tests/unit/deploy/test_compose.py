"""docker-compose.yml, Dockerfile and nginx.conf, without a Docker engine."""

import re
from pathlib import Path

import compose_spec
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docker-compose.yml").read_text()
VARIABLE = re.compile(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}")
ONE_SHOT = {"setup"}


class Unset(Exception):
    """A variable that must be given is not."""


def interpolated(**values):
    """What Compose makes of the file with these environment variables."""

    def value(match):
        name, operator, rest = match.groups()
        if values.get(name):
            return values[name]
        if operator == ":?":
            raise Unset(f"{name} {rest}")
        return rest or ""

    return VARIABLE.sub(value, TEXT)


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(interpolated(O2C_SECRETS="./secrets"))


def test_it_follows_the_compose_specification():
    """compose_spec parses by the specification; its models come from the schema."""
    parsed = compose_spec.PyCompose.from_yaml(interpolated(O2C_SECRETS="./secrets"))
    parsed.validate()
    parsed.to_spec()
    assert set(parsed.service_names()) == {
        *("db", "odoo", "proxy", "setup", "simulator")
    }


def test_the_parser_would_notice_a_mistake():
    broken = interpolated(O2C_SECRETS="./secrets").replace("restart:", "restarts:", 1)
    with pytest.raises(ValueError, match="restarts"):
        compose_spec.PyCompose.from_yaml(broken)


def test_it_does_not_start_without_secrets():
    with pytest.raises(Unset, match="O2C_SECRETS must name the folder.*make-secrets"):
        interpolated()


def test_no_password_is_written_in_it(compose):
    for name, service in compose["services"].items():
        for key, value in (service.get("environment") or {}).items():
            if re.search("PASSWORD|KEY|SECRET|TOKEN", key):
                assert key.endswith("_FILE"), (name, key)
                secret = value.removeprefix("/run/secrets/")
                assert secret in service["secrets"] or name == "odoo", (name, key)


def test_every_secret_is_made_by_the_script(compose):
    script = (ROOT / "docker/make-secrets.sh").read_text()
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
        assert name in script


def test_the_server_that_faces_users_does_not_get_the_password_of_admin(compose):
    assert "admin_password" not in compose["services"]["odoo"]["secrets"]


def test_services_that_stay_have_health_checks(compose):
    for name, service in compose["services"].items():
        if name in ONE_SHOT:
            assert service["restart"] == "no"
        else:
            assert service["healthcheck"]["test"][0] == "CMD", name
            assert service["restart"] == "unless-stopped", name


def test_asking_whether_the_simulator_lives_does_not_list_its_documents(compose):
    """After a day of trials there are thousands, and it is asked every 15 seconds."""
    (command,) = compose["services"]["simulator"]["healthcheck"]["test"][3:]
    assert "/control/health" in command


def test_services_wait_for_what_they_need(compose):
    services = compose["services"]
    assert services["odoo"]["depends_on"]["setup"] == {
        "condition": "service_completed_successfully"
    }
    assert services["odoo"]["depends_on"]["db"] == {"condition": "service_healthy"}
    assert services["proxy"]["depends_on"]["odoo"] == {"condition": "service_healthy"}


def test_what_must_last_is_on_volumes(compose):
    mounted = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", ())
    }
    assert set(compose["volumes"]) == mounted - {"./docker/nginx.conf"}
    assert "db-data:/var/lib/postgresql/data" in compose["services"]["db"]["volumes"]
    assert "odoo-data:/var/lib/odoo" in compose["services"]["odoo"]["volumes"]


def test_only_the_proxy_is_reachable_and_only_from_this_machine(compose):
    published = {n: s["ports"] for n, s in compose["services"].items() if "ports" in s}
    assert published == {"proxy": ["127.0.0.1:8069:8080"]}


def test_the_simulator_comes_on_request_only(compose):
    profiles = {n: s.get("profiles") for n, s in compose["services"].items()}
    assert profiles.pop("simulator") == ["simulator"]
    assert set(profiles.values()) == {None}


def test_several_workers_by_default(compose):
    assert int(compose["services"]["odoo"]["environment"]["WORKERS"]) >= 2


def test_images_are_named_with_their_version(compose):
    for service in compose["services"].values():
        assert re.search(r":\d", service["image"])


def test_what_the_image_copies_is_there_and_not_ignored(compose):
    """A COPY of something that .dockerignore leaves out fails in the build only."""
    kept = [
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    ]
    text = (ROOT / "Dockerfile").read_text()
    sources = re.findall(r"^COPY (\S+) ", text, re.M)
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(
            f"{source}/".startswith(f"{k}/") or f"{k}/".startswith(f"{source}/")
            for k in kept
        ), source
    stages = set(re.findall(r"^FROM \S+ AS (\w+)$", text, re.M))
    wanted = {
        service["build"]["target"]
        for service in compose["services"].values()
        if "build" in service
    }
    assert stages == wanted
    assert text.startswith("# ") and "FROM odoo:19.0 AS odoo" in text


def test_nginx_sends_websockets_to_the_other_port():
    text = (ROOT / "docker/nginx.conf").read_text()
    assert text.count("{") == text.count("}")
    websocket = text.partition("location /websocket {")[2]
    assert "proxy_pass http://odoo:8072;" in websocket
    assert "proxy_pass http://odoo:8069;" in text


def test_odoo_hears_of_the_https_that_ended_before_nginx():
    text = (ROOT / "docker/nginx.conf").read_text()
    headers = [line.split() for line in text.splitlines() if "-Forwarded-Proto" in line]
    assert len(headers) == 2  # pages, and websockets, which inherit no header
    assert {header[-1] for header in headers} == {"$forwarded_proto;"}
    assert "map $http_x_forwarded_proto $forwarded_proto" in text
