"""志愿服务记录证明: issued from confirmed records, signed, checked by anybody who holds the paper."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum

from linli import audit
from linli.cases.actions import next_number
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.masking import mask_name
from linli.ledger.signing import is_signed, sign

from .. import rules
from ..models import Attendance, Certificate, Volunteer

SEAL_LENGTH = 16  # of the signature's 64 digits, as printed: 2^64 guesses, each against the server


@dataclass(frozen=True)
class Checked:
    """What somebody learns who checks a certificate; `genuine` False tells nothing else."""

    genuine: bool
    number: str = ""
    volunteer: str = ""
    name: str = ""
    minutes: int = 0
    count: int = 0
    since: date | None = None
    until: date | None = None
    issued_at: datetime | None = None
    corrected: int | None = None  # minutes as the records stand now, where they were corrected since


@transaction.atomic
def issue_certificate(volunteer, *, by, since: date | None = None, until: date | None = None) -> Certificate:
    """A certificate of all confirmed minutes from `since` to `until` (today), both included.

    Asked twice on a day with nothing new, the same one.
    """
    own = by.person_id == volunteer.pk or volunteer.pk in by.acts_for
    if not (own or by.may(rules.CONFIRM, at=volunteer.place)):
        raise PermissionDenied
    volunteer = Volunteer.objects.select_for_update(no_key=True).get(
        pk=volunteer.pk
    )  # two clicks, one number
    last = until or clock.today()
    rows = records_of(volunteer, since, last)
    keys = list(rows.order_by("during").values_list("pk", flat=True))
    minutes = rows.aggregate(sum=Sum("minutes", default=0))["sum"]
    same = Certificate.objects.filter(
        volunteer=volunteer, since=since, until=last, minutes=minutes, records=keys
    ).first()
    if same is not None:
        return same
    made = Certificate(
        number=next_number("ZM", clock.now()),
        volunteer=volunteer,
        since=since,
        until=last,
        minutes=minutes,
        count=len(keys),
        records=keys,
        issued_at=clock.now(),
        issued_by=by,
    )
    made.signature = sign(certificate_text(made))
    made.save()
    audit.record("volunteering.certify", by=by, thing=made, place=volunteer.place)
    return made


def records_of(volunteer, since: date | None, until: date):
    """The confirmed records that began in the days from `since` to `until`."""
    after = datetime.combine(until + timedelta(days=1), time(), CHINA)
    rows = Attendance.objects.confirmed().filter(volunteer=volunteer, during__startswith__lt=after)
    if since is not None:
        rows = rows.filter(during__startswith__gte=datetime.combine(since, time(), CHINA))
    return rows


def certificate_text(made, minutes: int | None = None) -> str:
    """What the signature covers; with `minutes`, what it would cover had the paper said so."""
    told = made.minutes if minutes is None else minutes
    parts = (made.number, made.volunteer.number, made.since, made.until, told, made.count, made.records)
    return "certificate|" + "|".join(map(str, parts))


def seal_of(made) -> str:
    """What is printed of the signature."""
    return made.signature.rpartition(":")[2][:SEAL_LENGTH]


def check_certificate(*, number: str, minutes: int, seal: str) -> Checked:
    """Whether the paper says what was issued: number, minutes and seal belong together."""
    made = (
        Certificate.objects.select_related("volunteer__person").filter(number=number.strip().upper()).first()
    )
    if made is None or not is_signed(certificate_text(made, minutes), made.signature):
        return Checked(False)
    if seal.strip().lower() != seal_of(made):
        return Checked(False)
    now = records_of(made.volunteer, made.since, made.until).aggregate(sum=Sum("minutes", default=0))["sum"]
    kept = Attendance.objects.filter(pk__in=made.records, state=Attendance.State.CONFIRMED).count()
    return Checked(
        True,
        number=made.number,
        volunteer=made.volunteer.number,
        name=mask_name(made.volunteer.person.name),
        minutes=made.minutes,
        count=made.count,
        since=made.since,
        until=made.until,
        issued_at=made.issued_at,
        corrected=now if kept != made.count else None,
    )
