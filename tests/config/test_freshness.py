"""The second start: what is unchanged is not prepared again."""

import pytest
from django.conf import settings
from django.db import connection

from linli.config import demonstrated, freshness


@pytest.fixture
def url() -> str:
    told = settings.DATABASES["default"]
    host, port = told["HOST"], told["PORT"]
    return f"dbname={connection.settings_dict['NAME']} user={told['USER']} host={host} port={port or 5432}"


@pytest.mark.django_db(transaction=True)
def test_a_prepared_start_is_known_again_and_a_new_migration_or_database_is_not(tmp_path, url):
    assert not freshness.is_prepared(tmp_path, url)  # nothing noted yet
    freshness.remember(tmp_path, url)
    assert freshness.is_prepared(tmp_path, url)
    with connection.cursor() as cursor:
        cursor.execute("insert into django_migrations (app, name, applied) values ('x', '0001', now())")
    assert not freshness.is_prepared(tmp_path, url)
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'x'")
    assert freshness.is_prepared(tmp_path, url)
    assert not freshness.is_prepared(tmp_path, url.replace(connection.settings_dict["NAME"], "nowhere"))


@pytest.mark.django_db(transaction=True)
def test_changed_code_or_a_broken_note_prepares_again(tmp_path, url, monkeypatch):
    project = tmp_path / "project"
    (project / "linli").mkdir(parents=True)
    (project / "packs").mkdir()
    (project / "requirements.lock").write_text("one")
    page = project / "linli" / "page.html"
    page.write_text("one")
    monkeypatch.setattr(freshness, "ROOT", project)
    freshness.remember(tmp_path, url)
    assert freshness.is_prepared(tmp_path, url)
    page.write_text("two")
    assert not freshness.is_prepared(tmp_path, url)
    freshness.remember(tmp_path, url)
    (tmp_path / freshness.STAMP).write_text("{half")
    assert not freshness.is_prepared(tmp_path, url)


def test_the_history_waits_until_it_is_finished(tmp_path):
    assert not demonstrated.is_waiting(tmp_path)  # no city
    demonstrated.write(tmp_path / demonstrated.WORLD, {"done": []})
    assert demonstrated.is_waiting(tmp_path)
    demonstrated.write(tmp_path / demonstrated.WORLD, {"done": ["a"], "finished": True})
    assert not demonstrated.is_waiting(tmp_path)
