"""What every test may use. Nothing here depends on chance, today's date, the network or a stop-watch."""

import os
import random
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.middleware import csrf
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from linli.kernel import clock
from linli.kernel.keys import write_new_keys
from tests import emptying, template
from tests.browser import browser_context_args, browser_type_launch_args, site  # noqa: F401 — fixtures

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's thread
hypothesis_settings.register_profile("test", derandomize=True, deadline=None, max_examples=60, database=None)
hypothesis_settings.register_profile(
    "slow", derandomize=True, deadline=None, max_examples=5_000, database=None
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))

TEST_DAY = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # a Wednesday, 10 o'clock in China


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Each worker's database begins as a copy of the migrated one."""
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = template.ready()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Before the database is dropped a thread that served a browser may still hold it."""
    emptying.install()
    yield
    template.hang_up()


@pytest.fixture(autouse=True)
def _fixed_clock():
    """Every test begins on one Wednesday morning."""
    with clock.at(TEST_DAY):
        yield


@pytest.fixture(autouse=True)
def _own_language():
    """A page asked for in English leaves its language to the thread: the next test begins in ours."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _no_chance_in_pages(monkeypatch):
    """Tokens against forgery differ, yet are the same in every run and hold no number and hardly a word."""
    drawn = random.Random("tokens")
    monkeypatch.setattr(
        csrf, "_get_new_csrf_string", lambda: "".join(drawn.choices("jqxz", k=csrf.CSRF_SECRET_LENGTH))
    )


@pytest.fixture
def state(settings, tmp_path):
    """A state folder and a key file of the test's own."""
    folder = tmp_path / "state"
    write_new_keys(folder / "keys.json")
    settings.STATE_DIR, settings.FILES_DIR = folder, folder / "files"
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"keys_file": folder / "keys.json"})
    return folder
