"""Asking a volunteer and somebody whether they would become a pair; nobody is forced, and silence is no yes."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.notices.actions import notify

from .. import rules
from ..models import PairingOffer
from ..refusals import VolunteeringRefused, refused

State = PairingOffer.State


@transaction.atomic
def offer_pairing(volunteer, *, person, plan: str, by) -> PairingOffer:
    """Ask both; VolunteeringRefused: they are asked already, or he serves no more."""
    if not by.may(rules.MATCH, at=volunteer.place):
        raise PermissionDenied
    if not volunteer.is_serving or volunteer.pk == person.pk:
        raise VolunteeringRefused("volunteer_is_active", _("请选一位已注册的志愿者，不能是本人。"))
    try:
        with transaction.atomic():
            offer = PairingOffer.objects.create(
                volunteer=volunteer, person=person, plan=plan, offered_at=clock.now(), offered_by=by
            )
    except IntegrityError as error:
        raise refused(error) from error
    for one in (volunteer.person, person):
        notify(one, "volunteering-pairing", plan=plan[:100], path="/volunteering/pairs/")
    audit.record("volunteering.offer_pairing", by=by, thing=offer, place=volunteer.place)
    return offer


@transaction.atomic
def agree(offer, *, by) -> PairingOffer:
    """One side says yes; for somebody without a phone a clerk enters what he said. Asked twice, the same."""
    offer = _held(offer)
    if offer.state == State.DECLINED:
        raise VolunteeringRefused("pairing_is_offered", _("这次结对没有结成，请社区重新提议。"))
    spoken_for = {by.person_id} | by.acts_for
    if offer.volunteer_id in spoken_for:
        offer.volunteer_agreed_at = offer.volunteer_agreed_at or clock.now()
    elif offer.person_id in spoken_for or _enters(by, offer):
        offer.person_agreed_at = offer.person_agreed_at or clock.now()
    else:
        raise PermissionDenied
    if offer.volunteer_agreed_at and offer.person_agreed_at and offer.state == State.OFFERED:
        offer.state, offer.ended_at = State.STANDING, clock.now()
    offer.save()
    return offer


@transaction.atomic
def decline(offer, *, by) -> PairingOffer:
    """Either side says no, without having to say why. VolunteeringRefused: they are a pair already."""
    offer = _held(offer)
    spoken_for = {by.person_id} | by.acts_for
    if not ({offer.volunteer_id, offer.person_id} & spoken_for or _enters(by, offer)):
        raise PermissionDenied
    if offer.state == State.STANDING:
        raise VolunteeringRefused("pairing_is_offered", _("已经结对，可以在“我的结对”里结束。"))
    if offer.state == State.OFFERED:
        offer.state, offer.ended_at = State.DECLINED, clock.now()
        offer.save(update_fields=["state", "ended_at"])
    return offer


def _held(offer) -> PairingOffer:
    rows = PairingOffer.objects.select_for_update(of=("self",))
    return rows.select_related("volunteer__person", "volunteer__place", "person", "offered_by").get(
        pk=offer.pk
    )


def _enters(by, offer) -> bool:
    """A clerk who takes calls there, and is not the volunteer himself: the caller asked that before."""
    return by.may(rules.ENTER, at=offer.volunteer.place)
