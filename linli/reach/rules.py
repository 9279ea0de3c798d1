"""What one may do about the life circle; each name is granted by some role of packs/roles."""

from linli.kernel.permissions import declare
from linli.people.models import Residence

VIEW = declare("reach.view", "查看生活圈研究、缺口和方案")
PLAN = declare("reach.plan", "启动生活圈研究，定服务圈半径，做布点方案")
VERIFY = declare("reach.verify", "核实居民反映的网点线索")
PARKING = "parking"  # the kind of facility whose free spaces are told
LEAST = 10  # a count of people below this is not shown to anybody


def can_plan(user, place) -> bool:
    return user.may(PLAN, at=place)


def can_state_entrance(user, place) -> bool:
    return user.may(VERIFY, at=place)


def can_state_outage(user, place) -> bool:
    return user.may(VERIFY, at=place)


def can_state_scene(user, place) -> bool:
    return user.may(VERIFY, at=place)


def lives_in(user, place) -> bool:
    """Whether the account's person is verified to live in the community."""
    if not user.is_authenticated or user.person_id is None:
        return False
    own = Residence.objects.filter(person=user.person_id, community=place, verified_at__isnull=False)
    return own.exists()


def can_answer(user, report) -> bool:
    """Nobody answers what he reported himself."""
    return report.reported_by_id != user.pk and user.may(VERIFY, at=report.place)


def can_answer_entry(user, entry) -> bool:
    """Nobody lists his own outlet; the register asks for its own right besides."""
    return entry.asked_by_id != user.pk and user.may(VERIFY, at=entry.place)


def can_look(user, facility) -> bool:
    return user.may(VERIFY, at=facility.place)


def rounded(people: float | None) -> int | None:
    """A count of people that is asked for again and again (what-if): in tens, None for a few, 0 stays 0.

    Whoever moves a site by ten metres and asks once more learns tens, not persons.

    >>> rounded(3), rounded(0), rounded(1243), rounded(None)
    (None, 0, 1240, None)
    """
    if people is None or 0 < people < LEAST:
        return None
    return int(people + 5) // 10 * 10
