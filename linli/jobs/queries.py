"""What the operators' page reads: the state of the queue, dead letters with where they broke, long jobs."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from .keeping import QueueFacts, queue_facts
from .models import Failure, LongJob

SHOWN = 50


@dataclass(frozen=True)
class Overview:
    """The machine room at a glance."""

    facts: QueueFacts
    oldest_min: int
    long_jobs: list[LongJob]


def overview() -> Overview:
    """The state of the queue and the latest long jobs."""
    facts = queue_facts()
    return Overview(facts, round(facts.oldest_s / 60), list(LongJob.objects.all()[:SHOWN]))


def dead_letters() -> QuerySet:
    """Jobs that used up their tries, newest first, each with `error` and `died_at`."""
    last = Failure.objects.filter(job=OuterRef("pk")).order_by("-pk")
    died = ProcrastinateEvent.objects.filter(job=OuterRef("pk"), type="failed").order_by("-pk")
    return (
        ProcrastinateJob.objects.filter(status="failed")
        .annotate(error=Subquery(last.values("error")[:1]), died_at=Subquery(died.values("at")[:1]))
        .order_by("-pk")
    )
