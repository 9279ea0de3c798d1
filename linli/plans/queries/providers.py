"""The public file of a provider: what is known of it, the grade it was given, and how that came about."""

from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, Subquery

from linli.plans.models import Evaluation
from linli.services.models import CreditEntry, Provider
from linli.services.models_credit import Field

SHOWN = ("published", "appealed", "graded", "closed")  # states in which everybody sees an evaluation
MOST = 200


@dataclass(frozen=True)
class ProviderPage:
    """Providers of one field, or of all, each with its last grade."""

    providers: tuple[Provider, ...]
    field: str

    @property
    def fields(self):
        return Field.choices


def providers_in(field: str) -> ProviderPage:
    """The standing providers, the best graded first; one query."""
    graded = Evaluation.objects.filter(provider=OuterRef("pk"), score__isnull=False).order_by(
        "-case__closed_at", "-pk"
    )
    rows = (
        Provider.objects.standing()
        .filter(until=None)
        .select_related("place")
        .annotate(score=Subquery(graded.values("score")[:1]), grade=Subquery(graded.values("grade")[:1]))
    )
    chosen = field if field in Field.values else ""
    if chosen:
        rows = rows.filter(field=chosen)
    return ProviderPage(tuple(rows.order_by("place__path", "name")[:MOST]), chosen)


def provider_files():
    """Providers with the facts of their file, newest first, and the evaluations everybody may see."""
    seen = Evaluation.objects.filter(case__state__in=SHOWN).select_related("round__index", "case")
    return (
        Provider.objects.standing()
        .select_related("place", "unit")
        .prefetch_related(
            Prefetch("entries", CreditEntry.objects.standing().order_by("-on", "-pk")),
            Prefetch("evaluations", seen.order_by("-pk")),
        )
    )
