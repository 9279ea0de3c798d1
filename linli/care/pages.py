"""What the pages of care show, gathered once."""

from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from linli.cases.board import month_asked
from linli.cases.pages import row_of
from linli.kernel import clock
from linli.kernel.masking import mask_name
from linli.people.queries import people_in_reach, people_of_number
from linli.places.models import inside
from linli.ui.lists import Choice, Filter, listing, read_filters

from . import rules
from .actions.listing import read_file
from .acts import ACTS
from .measures import Timeliness, timeliness_of
from .minimum import owed_to, tallies
from .models import CareEntry, CarePerson, PromptRefusal, Visit
from .monthly import monthly_rate
from .queries import (
    NoCareRules,
    care_list,
    checks_of,
    communities_of,
    last_visit,
    rules_at,
)

SHOWN_VISITS = 20


def by_rules(view):
    """A page that says so, where no rules of care hold yet."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except NoCareRules as none:
            return render(request, "care/no_rules.html", {"why": none})

    return answer


def cared_or_404(user, pk) -> CarePerson:
    """Somebody on the list, through the scope of who asks (P3)."""
    found = CarePerson.objects.visible_to(user).select_related("person__home__parent", "visitor__person")
    cared = found.filter(pk=pk).first()
    if cared is None:
        raise Http404
    return cared


def candidates(user, words: str = "", *, number: str = ""):
    """Residents in reach that fit the words, or who carry the number given in full; nobody without either."""
    people = people_of_number(user, number) if number else people_in_reach(user, words)
    found = people.filter(user.scope(rules.ENROL, "home")).select_related("care", "home__parent")
    return found if words or number else found.none()


def whole_number(text) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def show_refusal(form, refused) -> None:
    """What an act refuses stands at its field, else above the form."""
    fields = getattr(refused, "message_dict", None) if hasattr(refused, "error_dict") else None
    for name, texts in (fields or {None: refused.messages}).items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


def any_rules(user):
    """The rules of the place of one of the user's posts; None when there are none."""
    for grant in user.grants:
        try:
            return rules_at(grant.place).rules
        except NoCareRules:
            continue
    return None


def filtered(rows, query):
    """The care list by category and risk, as the address chooses."""
    from .models import CareRules

    book = CareRules.objects.order_by("-valid_from").first()
    pack = book.rules if book else None
    filters = read_filters(
        query,
        [
            Filter("category", _("类别"), _choices(pack.categories if pack else ())),
            Filter("risk", _("风险"), _choices(pack.levels if pack else ())),
        ],
    )
    if filters[0].chosen:
        entries = CareEntry.objects.filter(category=filters[0].chosen.value, during__contains=clock.today())
        rows = rows.filter(pk__in=entries.values("care_person"))
    if filters[1].chosen:
        rows = rows.filter(risk=filters[1].chosen.value)
    return rows, filters


def _choices(lines) -> tuple[Choice, ...]:
    return tuple(Choice(line.code, line.name) for line in lines)


def rows_of(people, user) -> list[dict[str, Any]]:
    """Rows of the list: names masked but for the visitor, minors without their categories."""
    people = list(people)
    last = dict(
        Visit.objects.filter(care_person__in=[one.pk for one in people], happened_at__isnull=False)
        .order_by("happened_at")
        .values_list("care_person", "happened_at")
    )
    pack = any_rules(user)
    return [_row(one, user, pack, last.get(one.pk)) for one in people]


def _row(one, user, pack, last_at) -> dict[str, Any]:
    child = one.is_child()
    names = (
        [] if child or pack is None else [pack.category(entry.category).name for entry in one.entries.all()]
    )
    return {
        "pk": one.pk,
        "name": one.person.name if one.visitor_id == user.pk else mask_name(one.person.name),
        "place": f"{one.person.home.parent.name} {one.person.home.name}",
        "categories": [_("未成年人")] if child else names,
        "risk": pack.level(one.risk).name if pack else "",
        "tone": {"high": "late", "key": "soon"}.get(one.risk, "plain"),
        "visitor": str(one.visitor) if one.visitor_id else _("未指定"),
        "last_at": last_at,
    }


@dataclass(frozen=True)
class FilePage:
    """One person's file: everything drawn, nothing of it when the file of a minor was not granted."""

    cared: CarePerson
    open: bool
    name: str
    risk: str
    categories: tuple
    assessments: tuple
    contacts: tuple
    pairings: tuple
    pause: Any
    visits: tuple
    next_due: Any
    acts: tuple
    rhythm: str
    age: int | None
    last: Any
    services: tuple


def file_page(cared: CarePerson, user) -> FilePage:
    pack, today = rules_at(cared.person.home).rules, clock.today()
    opened = read_file(cared, by=user)
    entries = cared.entries.filter(during__contains=today) if opened else []
    return FilePage(
        cared=cared,
        open=opened,
        name=cared.person.name if opened else mask_name(cared.person.name),
        risk=pack.level(cared.risk).name,
        categories=tuple((pack.category(entry.category).name, entry) for entry in entries),
        assessments=tuple(cared.assessments.select_related("by__person")[:5]) if opened else (),
        contacts=tuple(cared.contacts.select_related("person")) if opened else (),
        pairings=tuple(cared.pairings.filter(during__contains=today).select_related("volunteer")),
        pause=cared.pauses.filter(during__contains=today).first(),
        visits=tuple(visits_of(cared)) if opened else (),
        next_due=cared.dues.filter(visit=None, during__startswith__gt=today).order_by("during").first(),
        acts=tuple(_acts_for(cared, user, opened=opened)),
        rhythm=pack.rhythm(cared.rhythm).name,
        age=cared.person.age_on(today),
        last=last_visit(cared) if opened else None,
        services=owed_to([cared])[cared.pk] if opened else (),
    )


def visits_of(cared):
    """The newest visits with their checklist."""
    found = cared.visits.filter(happened_at__isnull=False).select_related(
        "case", "rules", "recorded_by__person"
    )
    for visit in found.prefetch_related("supplements").order_by("-happened_at")[:SHOWN_VISITS]:
        yield visit, [(name, value) for name, value in checks_of(visit) if value != "ok"]


def _acts_for(cared, user, *, opened: bool):
    for name, act in ACTS.items():
        if name == "ask-access":
            if not opened:
                yield name, act.label
        elif opened and user.may(act.needs, at=cared.person.home):
            yield name, act.label


# --- 最低服务、主动提醒 --------------------------------------------------------------------------------


def services_page(user, query) -> dict[str, Any]:
    """The minimum services of a community's list: how many received each, and the people, those who lack one first."""
    communities = list(communities_of(user, rules.VIEW))
    chosen = next((one for one in communities if one.code == query.get("community")), None)
    community = chosen or (communities[0] if communities else None)
    if community is None:
        return {"communities": [], "community": None}
    people = list(care_list(user).filter(inside(community, "person__home")))
    sets = owed_to(people)
    counted = tallies(sets.values())
    filters = read_filters(
        query, [Filter("missing", _("还缺"), tuple(Choice(one.code, one.name) for one in counted))]
    )
    asked = filters[0].chosen.value if filters[0].chosen else ""
    shown = [one for one in people if not asked or _lacks(sets[one.pk], asked)]
    shown.sort(key=lambda one: all(line.received for line in sets[one.pk]))
    found = listing(query, shown, filters=filters)
    found.page.object_list = [_services_row(one, sets[one.pk], user) for one in found.page.object_list]
    return {
        "communities": communities,
        "community": community,
        "tallies": counted,
        "people": len(people),
        "whole": sum(all(line.received for line in lines) for lines in sets.values()),
        "listing": found,
    }


def _lacks(lines, code: str) -> bool:
    return any(line.code == code and not line.received for line in lines)


def _services_row(one, lines, user) -> dict[str, Any]:
    """A minor's services would tell his categories: his row says only that something is missing."""
    child = one.is_child()
    return {
        "pk": one.pk,
        "name": one.person.name if one.visitor_id == user.pk else mask_name(one.person.name),
        "place": f"{one.person.home.parent.name} {one.person.home.name}",
        "child": child,
        "lines": () if child else lines,
        "whole": all(line.received for line in lines),
    }


def prompts_page(person) -> dict[str, Any]:
    """What the rules at one's home remind of, what waits now, and whether one wants it."""
    lines: tuple = ()
    if person.home_id is not None:
        try:
            lines = rules_at(person.home).rules.prompts
        except NoCareRules:
            lines = ()
    waiting = person.prompts.filter(case__closed_at=None).select_related("case__unit").order_by("on")
    names = {line.code: line.name for line in lines}
    return {
        "lines": lines,
        "wanted": not PromptRefusal.objects.filter(person=person).exists(),
        "waiting": [(names.get(one.code, one.case.title), one.on, one.case) for one in waiting],
    }


# --- 月探访率 -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RateRow:
    """The rate of one community in a month with who was left out, and the visits due before and after exclusion."""

    community: Any
    has_plan: bool
    percent: float | None
    visited: int
    listed: int
    excluded: tuple[tuple[str, int], ...]
    due: Timeliness


EXCLUSIONS = {
    "new": _("新列入"),
    "moved": _("外出迁出"),
    "hospital": _("住院"),
    "refused": _("本人拒绝"),
}


def rates_page(user, query) -> dict[str, Any]:
    period = month_asked(query)
    month, kept = period.start, timeliness_of(period)
    rows = [rate_row(community, month, kept) for community in communities_of(user, rules.VIEW)[:60]]
    total = sum(row.listed for row in rows), sum(row.visited for row in rows)
    percent = round(total[1] * 100 / total[0], 1) if total[0] else None
    return {
        "month": month,
        "rows": rows,
        "listed": total[0],
        "visited": total[1],
        "percent": percent,
        "may_plan": user.may(rules.PLAN),
    }


def rate_row(community, month: date, kept: dict[str, Timeliness]) -> RateRow:
    pack = rules_at(community).rules
    people = CarePerson.objects.filter(inside(community, "person__home"))
    rate = monthly_rate(people, month, codes=pack.elderly, new_days=pack.limits.new_days)
    left_out = tuple((EXCLUSIONS[name], len(keys)) for name, keys in rate.excluded.items() if keys)
    plan = community.visit_plans.filter(Q(ended_on=None)).exists()
    due = kept.get(community.code, Timeliness())
    return RateRow(community, plan, rate.percent, len(rate.visited), len(rate.listed), left_out, due)


def overdue_listing(cases, query):
    found = listing(query, cases)
    now = clock.now()
    found.page.object_list = [row_of(case, now) for case in found.page.object_list]
    return found
