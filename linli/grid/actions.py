"""A grid event: reported once, handled where it lies, carried up a level and handed back."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.cases import actions as cases
from linli.cases.queries import units_above
from linli.people.models import Unit

from .models import Event, GridRules

OFFICES = (Unit.Kind.COMMITTEE, Unit.Kind.STREET_OFFICE, Unit.Kind.DEPARTMENT)


@transaction.atomic
def report_event(*, place, kind, by, text="", key=None, files=(), settled=False):
    """The case of a new event; the same `key` again gives the case it made. LookupError: no rules, no unit."""
    if known := key and Event.objects.filter(key=key).select_related("case").first():
        return known.case
    line = next(line for line in GridRules.at(place).rules.kinds if line.code == kind)
    term = {"term": line.hours, "term_unit": cases.TermUnit.HOURS}
    told = {"title": f"{line.name} {text}".strip()[:60], "reporter": by.person, "by": by}
    case = cases.open_case(kind="event", place=place, unit=units_above(place, *OFFICES)[0], **told, **term)
    Event.objects.create(case=case, kind=line.code, kind_name=line.name, key=key)
    cases.attach(case, files=files, kind="report", by=by)
    return cases.take_step(case, "settle", by=by, note=text) if settled else case


def receive(origin, *, by, text=""):
    """An event out of another case, such as a hazard a visitor saw; what it is exactly the triage says."""
    kind = GridRules.at(origin.place).rules.kinds[-1].code
    return report_event(place=origin.place, kind=kind, by=by, text=text or origin.title)


def move(case, *, by, up: bool) -> None:
    """Effect: the office of the next level up, or down, becomes responsible."""
    own = len(case.unit.place.path)
    above = [(len(unit.place.path) - own, unit) for unit in units_above(case.place, *OFFICES)]
    ladder = [unit for far, unit in above if (far < 0 if up else far > 0)]
    if not ladder:
        raise cases.WrongState(_("已经是最高一级。") if up else _("已经是最基层。"))
    cases.assign(case, by=by, unit=ladder[0] if up else ladder[-1])


def pass_on(case, *, by) -> None:
    """Effect: it is a matter for the requests of residents."""
    cases.refer(case, to_kind="request", by=by)
