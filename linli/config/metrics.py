"""/metrics: what the database and the disk say at the moment somebody asks, so that any web process answers alike."""

import shutil

from django.conf import settings
from django.contrib.auth import get_user_model
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from linli.jobs.keeping import queue_facts
from linli.jobs.rules import can_operate
from linli.kernel.cipher import same
from linli.notices.models import Notice

from .findings import findings

CONTENT_TYPE = CONTENT_TYPE_LATEST


def may_read(request) -> bool:
    """Whoever shows LINLI_METRICS_TOKEN, and operators."""
    wanted = settings.ENVIRONMENT.metrics_token.get_secret_value()
    shown = request.headers.get("Authorization", "")
    if wanted and same(shown.encode().hex(), f"Bearer {wanted}".encode().hex()):
        return True
    return can_operate(request.user)


def exposition() -> bytes:
    """The text of every gauge."""
    registry = CollectorRegistry()
    facts, usage = queue_facts(), shutil.disk_usage(settings.STATE_DIR)
    values = {
        "linli_jobs_waiting": ("Jobs that wait", facts.waiting),
        "linli_jobs_running": ("Jobs that run", facts.running),
        "linli_jobs_dead": ("Jobs that used up their tries", facts.dead),
        "linli_jobs_oldest_seconds": ("Age of the oldest job that could run", facts.oldest_s),
        "linli_workers": ("Workers that answer", facts.workers),
        "linli_messages_dead": ("Messages that could not be delivered", Notice.objects.dead().count()),
        "linli_disk_free_bytes": ("Free bytes of the state folder's disk", usage.free),
        "linli_accounts_active": (
            "Accounts that may sign in",
            get_user_model().objects.filter(is_active=True).count(),
        ),
    }
    for name, (help_text, value) in values.items():
        Gauge(name, help_text, registry=registry).set(value)
    well = Gauge("linli_well", "1 when a finding of /health/ is well", ["finding"], registry=registry)
    for one in findings():
        well.labels(one.name).set(one.well)
    return generate_latest(registry)
