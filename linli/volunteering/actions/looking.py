"""What an office entered on somebody's account is looked at by another person (L2)."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from linli import audit
from linli.kernel import clock

from .. import rules
from ..models import Look
from ..refusals import refused


@transaction.atomic
def look_at(entry, *, in_order: bool, words: str, by) -> Look:
    """A second person says whether an entry is as it should be; what is not is corrected by a counter-entry.

    VolunteeringRefused: he entered it himself. Asked twice, the first answer stands.
    """
    place = entry.debit.purse.bank.place
    if not by.may(rules.GRANT, at=place) or by.person_id == entry.debit.holder_id:
        raise PermissionDenied
    known = Look.objects.filter(pk=entry.pk).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            made = Look.objects.create(
                transfer=entry,
                entered_by_id=entry.by_id,
                by=by,
                at=clock.now(),
                in_order=in_order,
                words=words,
            )
    except IntegrityError as error:
        known = Look.objects.filter(pk=entry.pk).first()  # the other of two clicks was faster
        if known is not None:
            return known
        raise refused(error) from error
    audit.record(
        "volunteering.look_at", by=by, thing=made, place=place, purpose=words, detail={"in_order": in_order}
    )
    return made
