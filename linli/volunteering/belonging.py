"""Where somebody belongs, as a resident and by his post, and the charter that holds there."""

from django.http import Http404

from linli.people.models import User
from linli.places.models import Place

from . import rules
from .actions.banking import community_of
from .charters import NoCharter, charter_at
from .queries import home_of


def community_of_user(user) -> Place | None:
    """Where somebody belongs: as a volunteer, by his home, or by a residence he claimed."""
    volunteer = rules.volunteer_of(user)
    if volunteer is not None:
        return volunteer.place
    person = user.person
    if person is None:
        return None
    if person.home_id:
        return community_of(person.home)
    claim = person.residences.filter(refused_reason="").select_related("community").first()
    return claim.community if claim else None


def place_of_post(user: User, permission: str) -> Place:
    """The place of the widest post that grants the permission."""
    grants = [grant for grant in user.grants if permission in grant.permissions]
    return min((grant.place for grant in grants), key=lambda place: (len(place.path), place.path))


def charter_of_post(user: User, permission: str):
    """The charter where the post lies; 404 with a sentence when none holds there."""
    try:
        return charter_at(place_of_post(user, permission))
    except NoCharter as none:
        raise Http404(str(none)) from none


def place_asked(request) -> Place | None:
    """The place the address names; else the street of who reads; None for everywhere."""
    if code := request.GET.get("place"):
        return Place.objects.filter(code=code).first()
    return home_of(request.user)
