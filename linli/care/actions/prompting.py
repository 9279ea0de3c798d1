"""主动提醒: prompts opened from what is kept already, each occasion once; who does not want them is left alone."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from linli import audit
from linli.cases.actions import WrongState, open_case, take_step
from linli.cases.actors import TIMER, account_of
from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.masking import mask_name
from linli.packs.schema import NATION
from linli.people.models import Person
from linli.places.models import Place

from ..models import CareRules, Prompt, PromptRefusal
from ..occasions import coming
from ..queries import NoCareRules, rules_at, unit_of

LEAST_DAYS = 1  # a day that came while nobody looked is still told on the next


def open_prompts(today) -> int:
    """Open what comes near by the rules of each area; how many. Run twice, or by two at once, nothing stands double."""
    count = 0
    for book in CareRules.objects.order_by("pk"):
        area = Place.objects.filter(code=book.area).first()
        if area is None and book.area != NATION:
            continue
        for line in book.rules.prompts:
            for person, day in coming(line, area, today):
                count += _open(person, day, book, line)
    return count


def _open(person: Person, day, book: CareRules, line) -> bool:
    """Whether a prompt was opened: not where nearer rules hold, not twice, not for who refused."""
    if _rules_of(person) != book or Prompt.objects.filter(person=person, code=line.code, on=day).exists():
        return False
    if PromptRefusal.objects.filter(person=person).exists():
        return False
    try:
        with transaction.atomic():
            unit = unit_of(person.home)
            Prompt.objects.create(
                case=_case(person, day, line, unit), person=person, rules=book, code=line.code, on=day
            )
    except (IntegrityError, LookupError):  # another worker was faster; nobody answers for the place
        return False
    return True


def _rules_of(person: Person) -> CareRules | None:
    try:
        return rules_at(person.home)
    except NoCareRules:
        return None


def _case(person: Person, day, line, unit) -> Case:
    """To be told before the day; its title names nobody in full."""
    return open_case(
        kind="prompt",
        title=f"{mask_name(person.name)}：{line.name}",
        place=person.home,
        reporter=person,
        unit=unit,
        term=max((day - clock.today()).days, LEAST_DAYS),
        term_unit="days",
    )


def take_up(case, *, by) -> None:
    """Effect: who told the resident stands as the one who did it."""
    case.assignee = account_of(by) or case.assignee


def refuse(case, *, by) -> None:
    """Effect: the person does not want to be reminded, of this and of anything."""
    PromptRefusal.objects.get_or_create(person=case.prompt.person, defaults={"since": clock.today()})


@transaction.atomic
def stop_prompts(person: Person, *, by) -> None:
    """The person (or who acts for him) wants no prompts: those that wait are called off, no more are opened."""
    _own(person, by)
    PromptRefusal.objects.get_or_create(person=person, defaults={"since": clock.today()})
    for case in Case.objects.filter(prompt__person=person, state="due"):
        try:
            take_step(case, "cancel", by=TIMER)
        except WrongState:  # told meanwhile
            continue
    audit.record("care.stop_prompts", by=by, thing=person, place=person.home)


@transaction.atomic
def want_prompts(person: Person, *, by) -> None:
    """The person wants to be reminded again, from the next run on."""
    _own(person, by)
    PromptRefusal.objects.filter(person=person).delete()
    audit.record("care.want_prompts", by=by, thing=person, place=person.home)


def _own(person: Person, by) -> None:
    if person.pk != by.person_id and person.pk not in by.acts_for:
        raise PermissionDenied
