"""A production as its settings make it, looked at in processes of its own (security-notes §9)."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.contrib.auth import get_user_model

from linli.config.environment import Environment
from linli.kernel.keys import write_new_keys

ROOT = Path(__file__).parents[2]
SECRET = "".join(chr(33 + (number * 37) % 90) for number in range(60)).replace("\\", "x")
NAMES = [
    *(
        f"{cookie}_COOKIE_{word}"
        for cookie in ("SESSION", "CSRF")
        for word in ("SECURE", "HTTPONLY", "SAMESITE", "NAME")
    ),
    *("LANGUAGE_COOKIE_SECURE", "LANGUAGE_COOKIE_SAMESITE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"),
    *("SECURE_HSTS_INCLUDE_SUBDOMAINS", "PASSWORD_HASHERS", "SOCIALACCOUNT_PROVIDERS"),
]


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("production")
    write_new_keys(folder / "keys.json")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DJANGO_"))}
    return kept | {
        "LINLI_PRODUCTION": "true",
        "LINLI_SECRET_KEY": SECRET,
        "LINLI_HOSTS": "linli.example.org",
        "LINLI_PUBLIC_URL": "https://linli.example.org",
        "LINLI_KEYS_FILE": str(folder / "keys.json"),
        "LINLI_STATE_DIR": str(folder),
        "LINLI_TRUSTED_PROXIES": "1",
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }


def run(words, environment):
    return subprocess.run(
        [sys.executable, *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def production(surroundings):
    """The settings of a production, by name."""
    code = (
        f"import json, linli.config.settings as s; print(json.dumps({{n: getattr(s, n) for n in {NAMES!r}}}))"
    )
    ended = run(["-c", code], surroundings)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_cookies_of_a_production_are_bound_to_this_host(production):
    for cookie in ("SESSION", "CSRF"):
        assert production[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
        assert (production[f"{cookie}_COOKIE_SECURE"], production[f"{cookie}_COOKIE_HTTPONLY"]) == (
            True,
            True,
        )
        assert production[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
    assert (production["LANGUAGE_COOKIE_SECURE"], production["LANGUAGE_COOKIE_SAMESITE"]) == (True, "Lax")


def test_a_production_answers_by_https_alone(production):
    assert production["SECURE_SSL_REDIRECT"]
    assert production["SECURE_HSTS_SECONDS"] >= 365 * 24 * 60 * 60
    assert production["SECURE_HSTS_INCLUDE_SUBDOMAINS"]


def test_passwords_of_a_production_are_kept_by_argon2(production):
    assert production["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_one_identity_service_at_most_is_known(production, surroundings):
    code = "import linli.config.settings as s; print([len(p['APPS']) for p in s.SOCIALACCOUNT_PROVIDERS.values()])"
    with_one = run(["-c", code], surroundings | {"LINLI_OIDC_SERVER": "https://id.example.org"})

    assert (production["SOCIALACCOUNT_PROVIDERS"], with_one.stdout.strip()) == ({}, "[1]")


def test_check_deploy_is_clean(surroundings):
    ended = run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], surroundings)

    assert (ended.returncode, "no issues (0 silenced)" in ended.stdout) == (0, True), ended.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LINLI_SECRET_KEY", "short", "LINLI_SECRET_KEY"),
        ("LINLI_HOSTS", "*", "LINLI_HOSTS"),
        ("LINLI_PUBLIC_URL", "http://linli.example.org", "LINLI_PUBLIC_URL"),
        ("LINLI_KEYS_FILE", None, "LINLI_KEYS_FILE"),
        ("LINLI_TEST", "true", "LINLI_TEST"),
        ("DATABASE_URL", "postgresql://linli:x@db.example.org/linli", "sslmode=verify-full"),
        ("DATABASE_URL", "postgresql://linli:x@db.example.org/linli?sslmode=require", "sslmode=verify-full"),
        ("LINLI_MQTT_URL", "mqtt://broker.example.org", "LINLI_MQTT_URL"),
        ("LINLI_LOG_TO", "udp://logs.example.org:514", "log_to"),
    ],
)
def test_a_production_refuses_what_is_not_safe(surroundings, monkeypatch, name, value, said):
    for key in [key for key in os.environ if key.startswith("LINLI_")]:
        monkeypatch.delenv(key)
    for key, text in (surroundings | {name: value}).items():
        if key.startswith(("LINLI_", "DATABASE_URL")) and text is not None:
            monkeypatch.setenv(key, text)
    with pytest.raises(ValueError, match=said):
        Environment()


@pytest.mark.parametrize(
    ("url", "tls"),
    [
        ("postgresql://linli@localhost/linli?host=/run/postgresql", {}),
        ("postgresql://linli:x@127.0.0.1/linli", {}),
        (
            "postgresql://linli:x@db.example.org/linli?sslmode=verify-full&sslrootcert=/etc/linli/ca.pem",
            {"sslmode": "verify-full", "sslrootcert": "/etc/linli/ca.pem"},
        ),
    ],
)
def test_the_way_to_the_database_is_a_socket_or_encrypted_to_a_known_name(surroundings, url, tls):
    """ASVS 12.3.1, 12.3.4: what the address says of encryption reaches the driver."""
    code = "import json, linli.config.settings as s; print(json.dumps(s.DATABASES['default']['OPTIONS']))"
    ended = run(["-c", code], surroundings | {"DATABASE_URL": url})

    assert ended.returncode == 0, ended.stderr
    assert {name: value for name, value in json.loads(ended.stdout).items() if name.startswith("ssl")} == tls


def test_secrets_may_lie_in_a_folder_that_a_vault_or_systemd_fills(surroundings, monkeypatch, tmp_path):
    """ASVS 13.3.1: no secret need stand in the environment."""
    for key in [key for key in os.environ if key.startswith("LINLI_")]:
        monkeypatch.delenv(key)
    for key, text in surroundings.items():
        if key.startswith("LINLI_") and key != "LINLI_SECRET_KEY":
            monkeypatch.setenv(key, text)
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "linli_secret_key").write_text(SECRET)
    (tmp_path / "database_url").write_text("postgresql://linli@localhost/linli?host=/run/postgresql")

    known = Environment()

    assert (known.secret_key.get_secret_value(), known.database_url.path) == (SECRET, "/linli")


def test_demonstration_data_never_enters_a_production(surroundings):
    ended = run(["-m", "linli.config.cli", "demo"], surroundings)

    assert (ended.returncode, ended.stderr) == (
        1,
        "✗ Demonstration data never enters a production database.\n",
    )


@pytest.mark.django_db
def test_a_new_database_holds_no_account():
    assert get_user_model().objects.count() == 0


def test_the_key_file_is_readable_to_its_owner_alone(tmp_path):
    write_new_keys(tmp_path / "keys.json")

    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


@pytest.mark.django_db
def test_the_ways_to_sign_in_are_those_of_the_page(client):
    """docs/security.md, Ways to sign in: name, mail or phone with password; a code; what the settings add."""
    page = client.get("/accounts/login/").content.decode()
    form = page[page.index('action="/accounts/login/"') :].split("</form>")[0]

    assert set(re.findall(r'name="(\w+)"', form)) - {"csrfmiddlewaretoken", "next"} == {"login", "password"}
    assert client.get("/accounts/login/code/").status_code == 200
    assert not re.search("密保|提示问题|secret question", page)


# --- deploy/: what the files say is what the settings know ----------------------------------------------


UNITS = ("web", "worker", "devices")


def settings_named(text: str) -> set[str]:
    return set(re.findall(r"\bLINLI_[A-Z_]+\b", text))


def test_every_setting_that_a_deploy_file_or_page_names_exists():
    known = {f"LINLI_{name.upper()}" for name in Environment.model_fields}
    known |= {"LINLI_DB_PASSWORD", "LINLI_PORT"}  # of compose.yaml itself and of x.py
    pages = [
        *ROOT.glob("deploy/*"),
        *ROOT.glob("README*.md"),
        ROOT / "docs/operating.md",
        ROOT / "docs/security.md",
    ]

    strangers = {path.name: settings_named(path.read_text("utf-8")) - known for path in pages}
    assert {name: found for name, found in strangers.items() if found} == {}


def test_the_units_and_the_compose_file_start_the_same_programs():
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))["services"]
    units = {name: unit(name) for name in UNITS}

    for name, words in units.items():
        started = words["ExecStart"][0].removeprefix("/opt/linli/.venv/bin/")
        assert started.split() == compose[name]["command"].split()
    for name in ("worker", "devices"):
        stop_s = int(units[name]["TimeoutStopSec"][0])
        assert compose[name]["stop_grace_period"] == f"{stop_s}s"


def test_every_unit_is_looked_at():
    assert {path.name for path in ROOT.glob("deploy/*.service")} == {
        f"linli-{name}.service" for name in UNITS
    }


def test_the_units_run_as_nobody_special_and_write_their_state_alone():
    for name in UNITS:
        words = unit(name)
        assert words["User"] == ["linli"]
        assert (words["NoNewPrivileges"], words["ProtectSystem"], words["UMask"]) == (
            ["true"],
            ["strict"],
            ["0077"],
        )
        assert words["ReadWritePaths"] == [f"/var/lib/{words['StateDirectory'][0]}"]


def unit(name: str) -> dict[str, list[str]]:
    """The lines of a systemd unit by name; a backslash joins a line with the next."""
    text = (ROOT / f"deploy/linli-{name}.service").read_text("utf-8").replace("\\\n", " ")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(" ".join(value.split()))
    return found
