"""By when whoever keeps a register answers what is asked of him: the term of the pack, in working days.

Nothing of it is stored with what was asked: the moment of asking, the rules that held on that day and the working
calendar say it. That somebody was reminded, and that the day went by, stands in the audit, once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.audit.models import Entry
from linli.audit.titles import TITLES, title_of
from linli.calendar.queries import Workdays, end_of, workdays_of
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.packs.schema import nearest
from linli.ui.words import Deadline, day_words, deadline_words

from .models import AskedOfAKeeper, ChangeRequest, Rulebook

TITLES |= {  # drawn in the reader's language
    "change.asked": gettext_lazy("提出更正"),
    "change.accepted": gettext_lazy("采纳更正"),
    "change.refused": gettext_lazy("不采纳更正"),
    "change.reminded": gettext_lazy("提醒答复更正"),
    "change.overdue": gettext_lazy("更正超过答复期限"),
    "proposal.asked": gettext_lazy("提出申报"),
    "proposal.accepted": gettext_lazy("同意申报"),
    "proposal.refused": gettext_lazy("不同意申报"),
    "proposal.withdrawn": gettext_lazy("撤回申报"),
    "proposal.reminded": gettext_lazy("提醒答复申报"),
    "proposal.overdue": gettext_lazy("申报超过答复期限"),
}
TONES = {"overdue": "late", "reminded": "soon", "accepted": "done"}


@dataclass(frozen=True)
class Term:
    """When an answer is due, and how the rules say so."""

    due_at: datetime  # the last second of the last day
    workdays: int
    remind_workdays: int
    source: str
    left: int  # working days from today, or from the day of the answer, to the last day
    taken: int  # working days from the day of asking to today, or to the day of the answer


def kind_of(asked: AskedOfAKeeper) -> str:
    """ "change" or "proposal", as packs and the audit call it."""
    return "change" if isinstance(asked, ChangeRequest) else "proposal"


def name_of(asked: AskedOfAKeeper) -> str:
    """The register, or what else can be corrected."""
    return asked.kind if isinstance(asked, ChangeRequest) else asked.register


def with_terms(found: Sequence[AskedOfAKeeper]) -> Sequence[AskedOfAKeeper]:
    """What was asked, each with `term` (None where no pack gives one) and `deadline`, its words for a page.

    Two queries however many there are; each wants its `place`.
    """
    books = list(Rulebook.objects.filter(kind="registers")) if found else []
    lines = [_line(books, asked) for asked in found]
    days = [_day(asked.asked_at) for asked, line in zip(found, lines, strict=True) if line]
    known = workdays_of(*range(min(days).year, clock.today().year + 2)) if days else None
    for asked, line in zip(found, lines, strict=True):
        asked.term = _term(asked, line, known) if line and known else None
        asked.deadline = _deadline(asked)
    return found


def _line(books: Iterable[Rulebook], asked: AskedOfAKeeper) -> dict | None:
    """The line of the nearest rules of the day of asking: of this register, else of all others."""
    book = nearest(books, asked.place.ancestor_codes, _day(asked.asked_at))
    lines = [
        line for line in (book.body.get("answers", ()) if book else ()) if kind_of(asked) in line["asks"]
    ]
    own = [line for line in lines if name_of(asked) in line["of"]]
    return next(iter([*own, *(line for line in lines if not line["of"])]), None)


def _term(asked: AskedOfAKeeper, line: dict, known: Workdays) -> Term:
    start, until = _day(asked.asked_at), _day(asked.decided_at or clock.now())
    last = known.add(start, line["workdays"])
    return Term(
        end_of(last), line["workdays"], line["remind_workdays"], line["source"],
        left=known.between(until, last), taken=known.between(start, until),
    )  # fmt: skip


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


def _deadline(asked: AskedOfAKeeper) -> Deadline | None:
    """The due day in words; of what is answered, in how many working days; of what was taken back, nothing."""
    term = asked.term
    if term is None or (asked.decided_at and asked.decided_by_id is None):
        return None
    if asked.decided_at is None:
        return deadline_words(term.due_at, now=clock.now(), workdays_left=term.left)
    late = asked.decided_at > term.due_at
    words = ngettext("%(n)s 个工作日答复", "%(n)s 个工作日答复", term.taken) % {"n": term.taken}
    if late:
        words = _("超期，%(words)s") % {"words": words}
    return Deadline("late" if late else "done", words, day_words(term.due_at, today=clock.today()))


def answered_in_time(found: Sequence[AskedOfAKeeper]) -> dict | None:
    """How many of these were answered, how many in time, and the mean of their working days; None where none was."""
    told = [one for one in with_terms(found) if one.term and one.decided_at and one.decided_by_id]
    if not told:
        return None
    return {
        "count": len(told),
        "in_time": sum(one.decided_at <= one.term.due_at for one in told),
        "mean": sum(one.term.taken for one in told) / len(told),
    }


def is_marked(asked: AskedOfAKeeper, mark: str) -> bool:
    """Does the audit say already that somebody was reminded ("reminded"), or that the day went by ("overdue")?"""
    return _entries(asked).filter(act=f"{kind_of(asked)}.{mark}").exists()


def _entries(asked: AskedOfAKeeper):
    return Entry.objects.filter(thing_kind=asked._meta.label_lower, thing_key=str(asked.pk))


def events_of(asked: AskedOfAKeeper) -> list[dict]:
    """What happened to it as lines of a timeline, first things first: asked, reminded, overdue, answered."""
    events = []
    for entry in (
        _entries(asked)
        .filter(act__startswith=f"{kind_of(asked)}.")
        .select_related("by__person")
        .order_by("pk")
    ):
        tone = TONES.get(entry.act.rpartition(".")[2], "plain")
        who = str(entry.by) if entry.by else _("系统")
        events.append({"title": title_of(entry.act), "who": who, "at": entry.at, "tone": tone})
    return events
