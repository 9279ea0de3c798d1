"""What stands around visits in the demonstration city: minimum services, ordinary households, prompts."""

from datetime import datetime, time, timedelta

import numpy as np

from linli.cases.actions import WrongState, take_step
from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.people.models import Household
from linli.places.models import Place

from .actions.delivering import deliver
from .actions.prompting import open_prompts
from .actions.walking import plan_walks
from .minimum import owed_to
from .models import CarePerson
from .walks import households_at

SHOWN_BUILDINGS = 3
PROVIDERS = {
    "meal": "社区长者食堂",
    "check-up": "社区卫生服务站",
    "rehabilitation": "街道残联康复站",
    "care-at-home": "居家养老服务中心",
    "relief": "社区救助协理员",
    "policy": "社区便民服务大厅",
    "schooling": "儿童主任",
}
SAID = (
    ("wish", "希望楼下加两个晾衣架。"),
    ("wish", "想知道哪里可以学用手机挂号。"),
    ("complaint", "楼道里又有人放电动车。"),
    ("complaint", "晚上广场音响声音大。"),
    ("thanks", "谢谢上次帮忙联系修水管。"),
    ("nothing", ""),
    ("nothing", ""),
)
TOLD = (
    "电话告知，约好下周来社区办。",
    "上门说明了要带的材料，帮忙在手机上填好。",
    "本人已知道，帮忙核对了资料。",
)


@demo_step("care-around", "最低服务、走访和主动提醒", after=("care-rules",), behind=True)
def make_around(world: DemoWorld) -> None:
    worker, head = world.users.get("community-worker"), world.users.get("community-head")
    if worker is None or head is None:
        return
    place = worker.person.posts.first().place
    rng = np.random.default_rng([world.city.seed, 6, 9])
    with clock.at(_moment(world, days_ago=6)):
        _deliver(place, worker, rng)
        _walk(place, worker, head, rng)
    with clock.at(_moment(world, days_ago=2)):
        open_prompts(clock.today())
    with clock.at(_moment(world, days_ago=1)):
        _tell(place, worker, rng)


def _moment(world: DemoWorld, *, days_ago: int) -> datetime:
    return datetime.combine(world.last_day - timedelta(days=days_ago), time(10), tzinfo=CHINA)


def _deliver(place: Place, worker, rng) -> None:
    """Most of what is owed was given; a few things are missing, so that the page shows something to do."""
    people = (
        CarePerson.objects.active().within(place).select_related("person__home").prefetch_related("entries")
    )
    people = list(people.order_by("since", "pk"))
    for key, lines in owed_to(people).items():
        cared = next(one for one in people if one.pk == key)
        for line in lines:
            if line.code in PROVIDERS and rng.random() < 0.75:
                on = clock.today() - timedelta(days=int(rng.integers(0, 20)))
                deliver(cared, by=worker, service=line.code, on=on, provider=PROVIDERS[line.code])


def _walk(place: Place, worker, head, rng) -> None:
    """Somebody goes to a few buildings: some doors are open, one does not want it, the rest waits."""
    homes = households_at(place).order_by("place__path").values_list("place", flat=True)
    keys = list(dict.fromkeys(homes))[:SHOWN_BUILDINGS]
    for building in Place.objects.filter(pk__in=keys).order_by("path"):
        if Household.objects.filter(place=building).count() <= 200:
            plan_walks(building, by=head, visitor=worker)
    waiting = Case.objects.open().filter(kind="homevisit", homevisit__household__place__in=keys)
    for number, case in enumerate(waiting.order_by("pk")):
        if rng.random() > 0.5:
            continue
        if number % 19 == 7:
            take_step(case, "decline", by=worker)
            continue
        tone, words = SAID[int(rng.integers(len(SAID)))]
        take_step(case, "record", by=worker, tone=tone, words=words)


def _tell(place: Place, worker, rng) -> None:
    prompts = Case.objects.open().within(place).filter(kind="prompt").order_by("due_at", "pk")
    for case in prompts[:6]:
        try:
            take_step(case, "tell", by=worker, note=str(rng.choice(TOLD)))
        except WrongState:
            continue
