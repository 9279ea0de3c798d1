"""A made-up person sown into every table that has personal fields, by a walk over the register.

`sow` makes at least one row of each holding that leads to the person, with his words in every personal field that can
hold text. A new model is sown by itself: required fields are filled by their kind, rows it hangs on are made first.
Where a constraint asks for more, `ASKED` says what; a model that cannot be made at all fails the test, and says so.
"""

import itertools
import uuid
from datetime import date, timedelta

from django.apps import apps
from django.db import models, transaction
from psycopg.types.range import DateRange, TimestamptzRange

from linli.files.models import StoredFile
from linli.kernel import clock
from linli.kernel.fields import BlindIndexField, SealedField
from linli.ledger.models import Account, Transfer
from linli.people.models import Person, User
from linli.people.privacy.schema import Holding, about, holdings, is_ours
from linli.places.models import Place
from linli.volunteering.actions.installing import install
from tests.factories.files import make_file
from tests.factories.people import make_person, make_user
from tests.factories.places import make_community
from tests.ledger import books
from tests.volunteering.village import read as read_charter

_numbers, _communities = itertools.count(1), itertools.count(100)
LONG_AGO = timedelta(days=5)


class CannotBeSown(Exception):
    """A table asks for more than its fields say."""


class Sower:
    """One person, his account, and the rows made for him so far."""

    def __init__(self, person, place: Place, words: dict[str, str]):
        self.person, self.place, self.words = person, place, words
        self.user = person.user
        self.rows: dict[type[models.Model], models.Model] = {Person: person, User: self.user, Place: place}

    def sow(self) -> list[str]:
        """One row more in each table that tells of persons; the tables in which nobody could be named."""
        nameless, troubles = [], []
        for holding in holdings():
            if not is_ours(holding.model) or not holding.personal:
                continue
            if not holding.about:
                nameless.append(holding.label)
            try:
                self.row_of(holding.model)
            except CannotBeSown as trouble:
                troubles.append(str(trouble))
                continue
            if holding.about and not holding.rows_of(self.person).exists():
                troubles.append(f"{holding.label}: no row leads to the person; say how in ASKED")
        if troubles:
            raise AssertionError("\n".join(troubles))
        return nameless

    def row_of(self, model):
        """The row of this table made for the person, made now if there is none."""
        if model not in self.rows:
            self.rows[model] = found = self._standing(model) or self._made(model)
            return found
        return self.rows[model]

    def _standing(self, model):
        """What planting or a verb has left already for the person; else the shared row of a table about nobody."""
        said = getattr(model, "personal", {})
        if not said:
            return model._base_manager.order_by("pk").first()
        paths = about(model)
        return Holding(model, paths, said).rows_of(self.person).first() if paths else None

    def _made(self, model):
        asked = ASKED.get(model._meta.label, {})
        if callable(asked):
            return asked(self)
        return self.make(model, **asked)

    def make(self, model, **asked):
        """A new row: what is asked for, and every other field by its kind."""
        given = {name: value(self) if callable(value) else value for name, value in asked.items()}
        for field in model._meta.concrete_fields:
            if field.name not in given and not isinstance(field, models.AutoField):
                value = self._value(model, field)
                if value is not None:
                    given[field.name] = value
        try:
            with transaction.atomic():
                return model._base_manager.create(**given)
        except Exception as trouble:
            raise CannotBeSown(
                f"{model._meta.label} cannot be sown; say how in ASKED: {trouble}"
            ) from trouble

    def _value(self, model, field):
        personal = field.name in getattr(model, "personal", {})
        leads = any(path.split("__")[0] == field.name for path in about(model))
        if field.is_relation:
            return self._linked(field) if leads or not field.null else None
        if isinstance(field, BlindIndexField):
            return None
        if isinstance(field, SealedField):
            return self.words["text"] if personal else None
        if field.choices:
            free = field.has_default() or field.null or field.blank
            return None if free else next(code for code, _title in field.choices if code != "")
        if isinstance(field, models.CharField | models.TextField):
            return self._text(field, personal)
        return None if field.has_default() or field.null else KINDS[type(field).__name__](self)

    def _text(self, field, personal: bool):
        if personal and not field.unique and not isinstance(field, models.SlugField):
            return self.words["text"][: field.max_length]
        if field.has_default() or (field.blank and not personal):
            return None
        return f"x{next(_numbers)}"[: field.max_length]

    def _linked(self, field):
        target = field.remote_field.model
        if target is StoredFile:
            return make_file(by=self.user, name=f"{self.words['text']}.jpg")
        return self.person if target is Person else self.user if target is User else self.row_of(target)


KINDS = {
    "UUIDField": lambda _s: uuid.uuid4(),
    "DateField": lambda _s: clock.today(),
    "DateTimeField": lambda _s: clock.now() - LONG_AGO,
    "BooleanField": lambda _s: True,
    "JSONField": lambda _s: {},
    "ArrayField": lambda _s: [],
    "BinaryField": lambda _s: b"x",
    "DateRangeField": lambda _s: DateRange(clock.today() - LONG_AGO, None),
    "DateTimeRangeField": lambda s: _hour(),
    "SearchVectorField": lambda _s: None,
    **dict.fromkeys(
        (
            "IntegerField",
            "PositiveIntegerField",
            "PositiveSmallIntegerField",
            "BigIntegerField",
            "FloatField",
        ),
        lambda _s: 1,
    ),
    **dict.fromkeys(("PositiveBigIntegerField", "DecimalField"), lambda _s: 1),
}


def _hour():
    begin = clock.now() - LONG_AGO + timedelta(hours=next(_numbers))
    return TimestamptzRange(begin, begin + timedelta(hours=1))


def _account(sower: Sower) -> Account:
    return books.make_purse(holder=sower.person)


def _purse(sower: Sower):
    return sower.make(apps.get_model("volunteering.Purse"), account=sower.row_of(Account))


def _transfer(sower: Sower) -> Transfer:
    """Sixty minutes given and given back, so that nothing stands on the account and the person may go."""
    purse, bank = sower.row_of(Account), Account.objects.filter(name="bank/1").first() or books.make_bank()
    books.move(uuid.uuid4(), bank, purse, 60, by=sower.user)
    return books.move(uuid.uuid4(), purse, bank, 60, by=sower.user)


def _other_user(_sower: Sower) -> User:
    return make_user(f"旁人{next(_numbers)}")


def _neighbour(_sower: Sower):
    return make_person(f"旁人{next(_numbers)}")


def _now(_sower) -> object:
    return clock.now()


def _number(_sower) -> str:
    return f"n{next(_numbers)}"


def _count(_sower) -> int:
    return next(_numbers)


def _day(_sower) -> date:
    return date(2001, 1, 1) + timedelta(days=next(_numbers))


def _of(label: str):
    return lambda sower: sower.row_of(apps.get_model(label))


def _bank(sower: Sower):
    """A community's bank of time with its three accounts."""
    number = next(_numbers)
    accounts = {name: books.make_bank(f"{name}/{number}") for name in ("issuing", "pool", "clearing")}
    return apps.get_model("volunteering.Bank").objects.create(
        place=make_community(next(_communities)), **accounts
    )


def _charter(_sower):
    """A true one: the search reads an activity by its rules."""
    install(read_charter())
    return apps.get_model("volunteering.Charter").objects.get()


def _service(sower: Sower) -> str:
    return sower.row_of(apps.get_model("volunteering.Charter")).rules.services[0].code


def _another_mentor(sower: Sower):
    return sower.make(
        apps.get_model("workforce.Worker"), person=_neighbour, name="旁人", phone="", major="", number=_number
    )


def _period(sower: Sower):
    """Closed periods follow one another without a gap."""
    model = apps.get_model("ledger.ClosedPeriod")
    last = model.objects.order_by("-until").first()
    until = (last.until if last else clock.now() - LONG_AGO) + timedelta(minutes=1)
    return sower.make(model, since=last and last.until, until=until, closed_at=clock.now())


CLOSED_CASE = {
    "state": "closed",
    "number": lambda _s: f"XX-2026-{next(_numbers):06}",
    "kind": "request",
    "opened_at": lambda _s: clock.now() - LONG_AGO,
    "clock_stopped_at": _now,
    "closed_at": _now,
}

ARCHIVED = {"archived_on": lambda _s: clock.today()}

# What a table's constraints ask beyond the kind of each field.
ASKED: dict = {
    "api.Token": {"expires_at": lambda _s: clock.now() + timedelta(days=1)},
    "care.VisitPlan": {"ended_on": lambda _s: clock.today()},
    "cases.Case": CLOSED_CASE,
    "exchange.Entry": {"fields": ["x"], "purpose": "x", "basis": "x", "partner": "x"},
    "facilities.DeskDuty": ARCHIVED,
    "facilities.Inspection": {"scores": {"x": 1}},
    "facilities.OpenDay": {"day": _day},
    "facilities.Statement": {"on": _day, "until": date(2030, 1, 1)},
    "ledger.Account": _account,
    "ledger.ClosedPeriod": _period,
    "ledger.Transfer": _transfer,
    "facilities.ResidentService": {"provider": "x"},
    "oneform.AdmissionItem": {"department": "x"},
    "oneform.ProofIssued": ARCHIVED,
    "organisations.Liaison": ARCHIVED,
    "organisations.Organisation": {"standing": "neither", **ARCHIVED},
    "organisations.PropertyFirm": {"credit_code": _number, **ARCHIVED},
    "organisations.ResidentUnit": ARCHIVED,
    "organisations.Steward": ARCHIVED,
    "organisations.StewardTask": ARCHIVED,
    "plans.EvaluationComment": {"answer": "x", "answered_at": _now},
    "plans.DataRequest": {"decided_by": None},
    "plans.EvaluatorReport": {
        "round": None,
        "edition": lambda sower: sower.row_of(apps.get_model("plans.Edition")),
        "published_on": lambda _s: clock.today(),
        "published_by": _other_user,
    },
    "plans.FigureLock": {"month": _count, "reopened_by": None},
    "plans.FigureReport": {"decided_by": None, "value": 1},
    "plans.Adoption": {"place": lambda _s: make_community(next(_communities))},
    "plans.LivelihoodProject": {"number": _count},
    "plans.Pilot": {"begins_on": lambda _s: clock.today() - LONG_AGO, "ends_on": lambda _s: clock.today()},
    "plans.Reply": {"answer": "x", "answered_at": _now},
    "reach.Candidate": {"lon": 110, "lat": 35},
    "reach.Entrance": {"lon": 110, "lat": 35},
    "reach.CircleRule": {
        "place": lambda _s: make_community(next(_communities)),
        "radius_m": 1_000,
        "reason": "x",
    },
    "commerce.Offer": {"kind": "repair", "closed_at": _now, "state": "ended", "checked_by": None},
    "commerce.Order": {"state": "cancelled", "closed_at": _now},
    "reach.CircleRating": {"stars": 4, "quarter": lambda _s: date(2026, 1, 1)},
    "reach.FreeSpaces": {
        "spaces": 10,
        "facility": lambda sower: sower.make(apps.get_model("facilities.Facility")),
    },
    "reach.Outage": {"during": lambda _s: TimestamptzRange(clock.now() - LONG_AGO, clock.now())},
    "reach.Report": {"facility": _of("facilities.Facility")},
    "reach.StreetMap": {"digest": _number},
    "requests.Watch": {"place": lambda sower: sower.place},
    "volunteering.Activity": {"service": _service},
    "volunteering.Attendance": {"minutes": 60},
    "volunteering.AwardRound": {"year": _count},
    "volunteering.Bank": _bank,
    "volunteering.Charter": _charter,
    "volunteering.Help": {"minutes": 60, "service": _service},
    "volunteering.Look": {"entered_by": _other_user},
    "volunteering.PairingOffer": {"person": _neighbour},
    "volunteering.Redemption": {"purse": _purse},
    "volunteering.Settlement": {"debtor": _bank, "creditor": _bank},
    "volunteering.Shift": {"capacity": 1_000},
    "workforce.Candidate": {"state": "appointed", **ARCHIVED},
    "workforce.Teacher": ARCHIVED,
    "workforce.Mentoring": {"mentor": _another_mentor},
    "volunteering.Honour": {"level": _count},
    "workforce.MentoringTalk": {"mentor": _another_mentor},
    "workforce.StudySupport": {"amount_yuan": 100},
    "workforce.Worker": {"number": _number},
}
