"""Is the platform well: for load balancers (/healthz, /readyz) and for operators (`linli health`)."""

import shutil
import sys
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.ui.routes import public

LOW_DISK = 0.05  # share of the disk left below which an operator must act


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    well: bool
    words: str


def findings() -> list[Finding]:
    """Database, queue and disk, each with plain words."""
    found = [_database(), _disk()]
    if found[0].well:
        found.append(_jobs())
    return found


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from django_migrations")
            return Finding("database", True, f"answers; {cursor.fetchone()[0]} migrations")
    except DatabaseError as trouble:
        return Finding("database", False, type(trouble).__name__)


def _jobs() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), coalesce(extract(epoch from now() - min(e.at)), 0)::int"
            " from procrastinate_jobs j"
            " join procrastinate_events e on e.job_id = j.id and e.type = 'deferred'"
            " where j.status = 'todo' and (j.scheduled_at is null or j.scheduled_at < now())"
        )
        count, oldest_s = cursor.fetchone()
    return Finding("jobs", oldest_s < 600, f"{count} waiting, the oldest for {oldest_s} s")


def _disk() -> Finding:
    usage = shutil.disk_usage(settings.STATE_DIR)
    share = usage.free / usage.total
    return Finding("disk", share > LOW_DISK, f"{share:.0%} free")


@public
@require_safe
@never_cache
def healthz(request):
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@public
@require_safe
@never_cache
def readyz(request):
    """The process can serve: the database answers. Says no more than that to strangers (W4)."""
    well = _database().well
    return HttpResponse("ok" if well else "not ready", content_type="text/plain", status=200 if well else 503)


def main(words: list[str]) -> int:
    found = findings()
    for finding in found:
        sys.stdout.write(f"{'✓' if finding.well else '✗'} {finding.name}: {finding.words}\n")
    return 0 if all(finding.well for finding in found) else 1
