"""The three lists of the demonstration city: needs, some matched, some in a project, some unmet."""

from datetime import datetime, time, timedelta

import numpy as np
from django.conf import settings

from linli.cases.actions import WrongState, take_step
from linli.cases.queries import units_above
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.packs import pack_kinds
from linli.packs.reading import read_pack
from linli.people.models import Unit

from .actions import list_need, offer_resource, set_up_project

NEEDS = (
    ("meals", "中午一个人吃饭，想要有地方订餐"),
    ("elder-care", "行动不便，想请人帮忙洗澡"),
    ("child-care", "孩子放学后到六点没人带"),
    ("health", "想就近量血压、测血糖"),
    ("culture-sport", "晚上想有地方打乒乓球"),
    ("employment", "想学家政技能找份工作"),
    ("daily-life", "小区里想有修鞋配钥匙的摊点"),
    ("company", "晚上孤单，想有人说说话"),
    ("environment", "小广场没有长椅，老人没地方坐"),
)
RESOURCES = (
    ("社区食堂", "meals", "一日两餐，可送上门", 40),
    ("健康小屋", "health", "免费量血压、测血糖", 60),
)
RESOURCES += (("夕阳红志愿队", "company", "每周电话和上门聊天", 12),)


@demo_step("needs", "三项清单", after=("people",))
def make_lists(world: DemoWorld) -> None:
    """The kinds, three resources, a project, and two dozen needs of the community that is shown."""
    pack, problems = read_pack(settings.PACKS_DIR / "needs" / "99.yaml")
    if pack is None:
        raise LookupError("; ".join(map(str, problems)))
    pack_kinds["needs"].install(pack)
    worker = world.users.get("community-worker")
    if worker is None:
        return
    place, rng = worker.person.posts.first().place, np.random.default_rng([world.city.seed, 8])
    unit = units_above(place, Unit.Kind.COMMITTEE, Unit.Kind.STREET_OFFICE)[0]
    start = world.last_day - timedelta(days=60)
    facts = {"by": worker, "place": place, "unit": unit}
    with clock.at(_moment(start)):
        offered = {
            kind: offer_resource(title=title, kind=kind, about=about, capacity=capacity, **facts)
            for title, kind, about, capacity in RESOURCES
        }
        due = world.last_day + timedelta(days=90)
        project = set_up_project(
            title="小广场适老化改造", kind="environment", about="加装长椅和扶手", due_on=due, **facts
        )
    for day in np.sort(rng.integers(1, 58, 24)):
        with clock.at(_moment(start + timedelta(days=int(day)))):
            _list_one(place, worker, offered, project, rng)


def _moment(day) -> datetime:
    return datetime.combine(day, time(10), tzinfo=CHINA)


def _list_one(place, worker, offered, project, rng) -> None:
    kind, text = NEEDS[int(rng.integers(len(NEEDS)))]
    case = list_need(place=place, kind=kind, text=text, by=worker)
    try:
        if kind in offered and rng.random() < 0.8:
            case = take_step(case, "match", by=worker, resource=offered[kind])
            if rng.random() < 0.6:
                take_step(case, "meet", by=worker)
        elif kind == project.kind:
            take_step(case, "project", by=worker, project=project)
    except WrongState:
        return
