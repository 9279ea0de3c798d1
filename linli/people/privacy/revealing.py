"""Looking at hidden fields: with a reason, in limits, visible to the person concerned (D3)."""

from datetime import datetime, timedelta

from allauth.account import app_settings as allauth_settings
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock

from .. import rules
from ..models import Reading, User
from .schema import about


class TooManyReadings(PermissionDenied):
    """The reader has looked at as many people today as this deployment lets one look at in a day."""


class ProofNeeded(PermissionDenied):
    """The reader looks at many people: he proves again who he is (A5)."""


def reveal(
    person, fields, *, by, purpose: str, proved_at: datetime | None = None, thing=None, also=()
) -> dict:
    """The values of hidden fields, {name: value}; the look is recorded for the person to see (D3).

    `thing` is another row about the person whose fields are meant, `also` are fields of the person shown in the same
    look. `proved_at`: when the reader last proved who he is. PermissionDenied: no right here; TooManyReadings,
    ProofNeeded: see there; each is recorded.
    """
    thing = thing or person
    if not purpose.strip():
        raise ValidationError({"purpose": _("请写明查看事由。")})
    unknown = (set(fields) - thing.personal.keys()) | (set(also) - person.personal.keys())
    if unknown or not fields:
        raise ValidationError({"fields": _("请选择要查看的项目。")})
    try:
        wanted = [(person, name) for name in also] + [(thing, name) for name in sorted(fields)]
        return _reveal(person, thing, wanted, by=by, purpose=purpose.strip(), proved_at=proved_at)
    except PermissionDenied as refusal:
        with transaction.atomic():
            audit.record(
                "people.reveal",
                by=by,
                thing=thing,
                place=person.home,
                result="refused",
                detail={"fields": [*also, *sorted(fields)], "why": type(refusal).__name__},
            )
        raise


@transaction.atomic
def _reveal(person, thing, wanted: list[tuple], *, by, purpose: str, proved_at) -> dict:
    User.objects.select_for_update().get(pk=by.pk)  # the reader's looks queue up here, so none slips past
    if not rules.can_reveal(by, person) or not _tells_of(thing, person):
        raise PermissionDenied
    _refuse_too_many(by, proved_at)
    named = [name if one is person else f"{one._meta.label_lower}.{name}" for one, name in wanted]
    reading = Reading.objects.create(reader=by, person=person, fields=named, purpose=purpose[:200])
    audit.record(
        "people.reveal",
        by=by,
        thing=thing,
        place=person.home,
        purpose=without(person, purpose),
        detail={"fields": [name for _one, name in wanted], "reading": reading.pk},
    )
    return {name: getattr(one, name) for one, name in wanted}


def _tells_of(thing, person) -> bool:
    return any(
        type(thing)._base_manager.filter(**{"pk": thing.pk, path: person.pk}).exists()
        if path != "pk"
        else thing.pk == person.pk
        for path in about(type(thing))
    )


def _refuse_too_many(reader, proved_at: datetime | None) -> None:
    """Both limits are the deployment's (Environment); counted under the lock on the reader."""
    limits, now = settings.ENVIRONMENT, clock.now()
    midnight = now.astimezone(clock.CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Reading.objects.filter(reader=reader, at__gte=midnight)
    if today.count() >= limits.readings_per_day:
        raise TooManyReadings(_("您今天查看的次数已达上限，明天再试；确有需要请联系管理员。"))
    many = today.filter(at__gt=now - timedelta(hours=1)).count() >= limits.readings_before_proof
    fresh = timedelta(seconds=allauth_settings.REAUTHENTICATION_TIMEOUT)
    if many and (proved_at is None or now - proved_at > fresh):
        raise ProofNeeded(_("您在短时间内查看了多人的信息，请再次确认身份。"))


def without(person, text: str) -> str:
    """The text with what the person is known by struck out, for rows that outlive the purge."""
    for known in (person.name, person.room, person.phone, person.id_number):
        if known:
            text = text.replace(known, "…")
    return text
