"""ASVS 15.2.1: no library of others is older than what is known to be mended."""

import json
from datetime import date, timedelta

import pytest
from django.conf import settings

from linli.config import least_versions as kept


def test_nothing_in_the_locks_is_older_than_the_table_allows():
    assert kept.too_old(settings.BASE_DIR) == []
    assert len(kept.locked(settings.BASE_DIR)) > 150


def table(*least, looked_on=date(2026, 3, 1), sources_until=date(2026, 3, 1)):
    return kept.Table(looked_on, sources_until, least)


def test_the_table_says_each_library_once_with_its_reason_and_no_look_sees_further_than_its_day():
    said = kept.read_table()

    assert len({least.name for least in said.least}) == len(said.least) > 25
    assert all(least.why for least in said.least)
    assert said.sources_until <= said.looked_on


def checkout(folder, django="5.2.19"):
    (folder / "requirements.lock").write_text(f"Django=={django} \\\n    --hash=sha256:aa\n")
    (folder / "requirements-dev.lock").write_text('numpy==2.4.6 ; python_full_version < "3.12" \\\n')
    packages = {"": {}, "node_modules/a/node_modules/@x/b": {"version": "1.0.0"}}
    (folder / "package-lock.json").write_text(json.dumps({"packages": packages}))
    return folder


@pytest.mark.parametrize(
    ("django", "told"),
    [("5.2.19", 0), ("5.2.20", 0), ("6.0", 0), ("5.2.9", 1), ("5.2.19rc1", 1), ("5.1.99", 1)],
)
def test_an_old_library_is_named_with_the_reason(tmp_path, monkeypatch, django, told):
    monkeypatch.setattr(kept, "read_table", lambda: table(kept.Least("django", "5.2.19", "a hole")))
    expected = [f"django {django} is older than 5.2.19: a hole"] * told

    assert kept.too_old(checkout(tmp_path, django)) == expected


def test_what_no_lock_knows_is_told(tmp_path, monkeypatch):
    lines = [
        kept.Least("gone", "1", "x"),
        kept.Least("@x/b", "1.0.0", "x"),
        kept.Least("numpy", "2", "x"),
    ]
    monkeypatch.setattr(kept, "read_table", lambda: table(*lines))

    assert kept.too_old(checkout(tmp_path)) == ["gone: stands in docs/least-versions.yaml and in no lock"]


@pytest.mark.parametrize("other", ["looked_on", "sources_until"])
def test_a_look_of_more_than_a_hundred_days_ago_is_old_and_so_is_one_at_old_sources(monkeypatch, other):
    day = date(2026, 3, 1)
    monkeypatch.setattr(kept, "read_table", lambda: table(**{other: day + timedelta(30)}))

    assert [kept.look_is_old(day + timedelta(days)) for days in (100, 101)] == [False, True]


@pytest.mark.parametrize("missing", ["looked_on", "sources_until"])
def test_where_nobody_looked_or_nobody_says_how_far_the_look_is_old(monkeypatch, missing):
    monkeypatch.setattr(kept, "read_table", lambda: table(**{missing: None}))

    assert kept.look_is_old(date(2026, 3, 1))
