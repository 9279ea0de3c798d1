"""What the pages of the register read."""

from django.db.models import BigIntegerField, Count, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock

from .imports.spec import ImportSpec, specs
from .models import Correction, DailyUse, Entry, ImportRun, Use
from .tables import read_table

BAD_COLUMNS = ({"title": _("原行号"), "numeric": True}, {"title": _("问题")})
BAD_SHOWN = 20


def entries(words: str = "") -> QuerySet[Entry]:
    """Every way of exchange, each with how often it was used, how many rows went, and when last."""
    uses = Use.objects.filter(entry=OuterRef("pk")).order_by().values("entry")
    days = DailyUse.objects.filter(entry=OuterRef("pk")).order_by().values("entry")
    found = Entry.objects.annotate(
        use_count=_number(uses, Count("pk")) + _number(days, Sum("use_count")),
        rows=_number(uses, Sum("row_count")) + _number(days, Sum("row_count")),
        last_used_at=Greatest(  # PostgreSQL passes over what is null
            Subquery(uses.annotate(last=Max("at")).values("last")),
            Subquery(days.annotate(last=Max("last_at")).values("last")),
        ),
    ).order_by("code")
    return found.filter(title__icontains=words) if words else found


def _number(rows: QuerySet, summed) -> Coalesce:
    """The sum over `rows`, 0 where there are none."""
    return Coalesce(Subquery(rows.annotate(n=summed).values("n"), output_field=BigIntegerField()), 0)


def days_of(entry: Entry) -> QuerySet[DailyUse]:
    """What was counted by day, the newest first."""
    return entry.daily_uses.order_by("-on", "act")


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


def import_kinds(user) -> list[ImportSpec]:
    """What this person may import."""
    return [spec for _name, spec in sorted(specs.items()) if spec.allowed(user)]


def import_kind(user, name: str) -> ImportSpec:
    """One of `import_kinds`; what may not be imported does not exist."""
    found = next((spec for spec in import_kinds(user) if spec.name == name), None)
    if found is None:
        raise Http404
    return found


def bad_rows(run: ImportRun) -> list[tuple]:
    """The first rows of the returned copy: number in the file, what is wrong."""
    if run.returned is None:
        return []
    rows = read_table(run.returned.path, run.returned.name).rows
    header = next(at for at, (_number, cells) in enumerate(rows) if cells[0] == "原行号")
    told = [
        (int(cells[0]), cells[-1])
        for _number, cells in rows[header + 1 :]
        if isinstance(cells[0], int | float)
    ]
    return told[:BAD_SHOWN]  # below them stands the note of the sheet
