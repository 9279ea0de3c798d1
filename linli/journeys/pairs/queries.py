"""What the pages of pairs read; each list begins with the reader's scope."""

from django.db.models import Q

from linli.care.models import CarePerson, Pairing
from linli.care.rules import ENROL
from linli.kernel import clock
from linli.volunteering.models import PairingOffer
from linli.volunteering.rules import MATCH


def offers_to(user):
    """Open offers to the reader, as volunteer or as the one to be accompanied, or to whom he acts for."""
    who = {user.person_id} | set(user.acts_for)
    asked = PairingOffer.objects.filter(Q(volunteer__in=who) | Q(person__in=who), state="offered")
    return asked.select_related("volunteer__person", "person").order_by("pk")


def pairs_of(user):
    """Pairs that stand today, of the reader and of whom he acts for."""
    who = {user.person_id} | set(user.acts_for)
    found = Pairing.objects.filter(Q(volunteer__in=who) | Q(care_person__person__in=who))
    return found.filter(during__contains=clock.today()).select_related("volunteer", "care_person__person")


def listed_for(user):
    """Adults on the care list where the reader may enter pairs."""
    return (
        CarePerson.objects.active().filter(user.scope(ENROL, "person__home")).select_related("person__home")
    )


def desk_offers(user):
    """Offers where the reader matches, those that wait first, then the newest."""
    found = PairingOffer.objects.filter(user.scope(MATCH, "volunteer__place"))
    return found.select_related("volunteer__person", "person").order_by("-state", "-offered_at")


def desk_pairs(user):
    """Pairs that stand today where the reader may enter them."""
    found = Pairing.objects.filter(user.scope(ENROL, "care_person__person__home"))
    standing = found.filter(during__contains=clock.today())
    return standing.select_related("volunteer", "care_person__person").order_by("-during")
