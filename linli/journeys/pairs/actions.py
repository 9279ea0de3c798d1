"""结对: `volunteering` asks both sides, `care` keeps the pair; neither knows of the other."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli.care.actions.listing import pair, unpair
from linli.care.models import CarePerson, Pairing
from linli.care.rules import ENROL
from linli.kernel import clock
from linli.volunteering.actions.offering import agree, offer_pairing
from linli.volunteering.models import PairingOffer
from linli.volunteering.refusals import VolunteeringRefused


@transaction.atomic
def propose(cared: CarePerson, *, volunteer, plan: str, by) -> PairingOffer:
    """Ask a volunteer and somebody on the care list; nothing stands before both said yes.

    VolunteeringRefused: a minor, off the list, asked already, or a pair already.
    """
    if not by.may(ENROL, at=cared.person.home):
        raise PermissionDenied
    if cared.ended_on is not None or cared.is_child():
        raise VolunteeringRefused("pairing_is_offered", _("未成年人和已退出名单的人不在这里结对。"))
    if standing(volunteer=volunteer.pk, person=cared.person_id) is not None:
        raise VolunteeringRefused("pairing_is_offered", _("已经结对了。"))
    return offer_pairing(volunteer, person=cared.person, plan=plan, by=by)


@transaction.atomic
def answer_yes(offer: PairingOffer, *, by) -> PairingOffer:
    """One side says yes; when it is the second, `care` keeps the pair from today, entered by who proposed it."""
    before = offer.state
    offer = agree(offer, by=by)
    if offer.state != PairingOffer.State.STANDING or before == offer.state:
        return offer
    cared = CarePerson.objects.filter(person=offer.person_id, ended_on=None).first()
    if cared is None:
        raise VolunteeringRefused("pairing_is_offered", _("他已经不在关爱名单上了。"))
    try:
        pair(cared, by=offer.offered_by, volunteer=offer.volunteer.person, promise=offer.plan)
    except ValidationError as no:
        raise VolunteeringRefused("pairing_is_offered", no.messages[0]) from no
    except PermissionDenied as no:
        sentence = _("提议的工作人员已经离岗，请社区重新提议。")
        raise VolunteeringRefused("pairing_is_offered", sentence) from no
    return offer


@transaction.atomic
def part(pairing: Pairing, *, by, feedback: str = "") -> None:
    """Either side, or a worker of the list, ends the pair; what somebody says about it stays with the offer."""
    unpair(pairing, by=by)
    person, volunteer = pairing.care_person.person_id, pairing.volunteer_id
    offers = PairingOffer.objects.filter(person=person, volunteer=volunteer, state="standing")
    offer = offers.order_by("-pk").first()
    if offer is not None and feedback.strip():
        offer.feedback = feedback.strip()
        offer.save(update_fields=["feedback"])


def standing(*, volunteer, person) -> Pairing | None:
    """The pair of these two that stands today."""
    found = Pairing.objects.filter(care_person__person=person, volunteer=volunteer)
    return found.filter(during__contains=clock.today()).first()
