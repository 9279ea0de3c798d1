"""结对 of the demonstration city: proposed by who keeps the list, answered by both sides, some ended again."""

from datetime import datetime, time, timedelta

from linli.care.models import CarePerson, Pairing
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.people.models import User
from linli.places.models import Place
from linli.volunteering.actions.offering import decline
from linli.volunteering.matching import companions
from linli.volunteering.models import PairingOffer, Volunteer

from .actions import answer_yes, part, propose, standing

PLANS = ("每周三下午陪聊一小时", "每周打两次电话，天冷天热多问一句", "每月陪去一次卫生站量血压")
# What comes of an invitation, one after the other.
OUTCOMES = ("stands", "ended", "declined", "waits")
FEEDBACK = "姐姐搬去女儿家住了，这半年聊得很开心。"
SHOWN = ("stands", "waits")


@demo_step("pairs-lately", "近期的结对", after=("care-rules", "volunteering-lately"))
def make_recent_pairs(world: DemoWorld) -> None:
    """One pair that stands and one invitation that waits, where the first volunteers live."""
    for place in places_with_volunteers()[:1]:
        Pairs(world, place, days_ago=20).live(SHOWN)


@demo_step("pairs", "一年的结对", after=("care-history", "volunteering", "pairs-lately"), behind=True)
def make_pairs(world: DemoWorld) -> None:
    """Pairs of the other communities: some stand, one ended, one said no, one waits."""
    asked = set(PairingOffer.objects.values_list("volunteer__place", flat=True))
    for place in places_with_volunteers():
        if place.pk not in asked:
            Pairs(world, place, days_ago=200).live(OUTCOMES)


def places_with_volunteers() -> list[Place]:
    """Communities with volunteers, in the order in which they began."""
    began: dict = {}
    for pk in Volunteer.objects.active().order_by("number").values_list("place", flat=True):
        began.setdefault(pk, len(began))
    return sorted(Place.objects.filter(pk__in=began), key=lambda place: began[place.pk])


class Pairs:
    """The pairs of one community."""

    def __init__(self, world: DemoWorld, place: Place, *, days_ago: int):
        self.place = place
        self.begin = datetime.combine(world.last_day - timedelta(days=days_ago), time(15), tzinfo=CHINA)
        self.end = datetime.combine(world.last_day - timedelta(days=9), time(15), tzinfo=CHINA)
        posts = {"person__posts__place": place, "person__posts__role__code": "community-worker"}
        self.shown = getattr(world.users.get("resident"), "person_id", None)
        self.worker = User.objects.filter(**posts).order_by("pk").first()

    def live(self, outcomes) -> None:
        """One invitation for each outcome, as far as there are people on the list and volunteers."""
        with clock.at(self.begin):
            listed = CarePerson.objects.within(self.place).select_related("person__home")
            known = Pairing.objects.values_list("care_person", flat=True)
            grown = [one for one in listed.exclude(pk__in=known).order_by("pk")[:40] if not one.is_child()]
        for number, (cared, outcome) in enumerate(zip(grown, outcomes, strict=False)):
            self.invite(cared, outcome, PLANS[number % len(PLANS)])

    def invite(self, cared: CarePerson, outcome: str, plan: str) -> None:
        with clock.at(self.begin):
            taken = set(PairingOffer.objects.values_list("volunteer", flat=True))
            near = [one.volunteer for one in companions(cared.person, limit=200)]
            free = [one for one in near if one.place_id == self.place.pk and one.pk not in taken]
            if not free or self.worker is None:
                return
            shown = [one for one in free if one.pk == self.shown] or free
            offer = propose(cared, volunteer=shown[0], plan=plan, by=self.worker)
        self.answer(offer, outcome)

    def answer(self, offer: PairingOffer, outcome: str) -> None:
        """The volunteer answers himself; what the elder said on the phone, the worker enters."""
        volunteer = account_of(offer.volunteer.person)
        with clock.at(self.begin + timedelta(days=1)):
            if outcome == "declined":
                decline(offer, by=volunteer)
                return
            answer_yes(offer, by=volunteer)
            if outcome != "waits":
                answer_yes(offer, by=self.worker)
        if outcome == "ended":
            with clock.at(self.end):
                pair = standing(volunteer=offer.volunteer_id, person=offer.person_id)
                part(pair, by=volunteer, feedback=FEEDBACK)


def account_of(person) -> User:
    """The account of a volunteer; one that signs in by code where he had none."""
    known = User.objects.filter(person=person).first()
    if known is not None:
        return known
    made = User(username=f"volunteer-{person.pk}", email="", person=person)
    made.set_unusable_password()
    made.save()
    return made
