"""What the pages of the register read."""

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from linli.kernel import clock

from .models import Correction, Entry, Use


def entries(words: str = "") -> QuerySet[Entry]:
    """Every way of exchange, each with how often it was used, how many rows went, and when last."""
    uses = Use.objects.filter(entry=OuterRef("pk")).order_by().values("entry")
    found = Entry.objects.annotate(
        use_count=Coalesce(Subquery(uses.annotate(n=Count("pk")).values("n")), 0),
        rows=Coalesce(Subquery(uses.annotate(n=Sum("row_count")).values("n")), 0),
        last_used_at=Subquery(uses.annotate(last=Max("at")).values("last")),
    ).order_by("code")
    return found.filter(title__icontains=words) if words else found


def uses_of(entry: Entry) -> QuerySet[Use]:
    return entry.uses.select_related("by__person").order_by("-at", "-pk")


def corrections_for(user, *, only: str = "") -> QuerySet[Correction]:
    """What this officer may answer: the open ones by their deadline, so that the late stand first."""
    found = Correction.objects.to_answer_by(user).select_related("entry", "by__person", "answered_by__person")
    if only == "answered":
        return found.exclude(answered_at=None).order_by("-answered_at")
    if only == "overdue":
        return found.overdue(clock.now()).order_by("due_at")
    return found.open().order_by("due_at", "pk")


def waiting_lists(user) -> QuerySet[Entry]:
    """Entries with reports that wait to be handed over to a partner, each with how many."""
    waiting = Correction.objects.to_answer_by(user).to_hand_over()
    return (
        Entry.objects.filter(corrections__in=waiting).annotate(waiting=Count("corrections")).order_by("code")
    )


def overdue_count() -> int:
    """Reports of the whole platform that nobody answered within the term."""
    return Correction.objects.overdue(clock.now()).count()
