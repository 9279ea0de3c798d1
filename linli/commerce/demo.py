"""The demonstration city's neighbourhood market: offers, orders and ratings of one community, by the real verbs."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from linli.facilities.actions.keeping import register_facility
from linli.facilities.actions.living import set_hours
from linli.facilities.models import Facility, Kind
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.people.actions import claim_residence, verify_residence
from linli.people.demo import show_community
from linli.people.models import Person, User
from linli.places.models import Place
from linli.reach.actions.entering import answer_entry, ask_entry
from linli.reach.actions.moments import state_outage, state_scene, tell_free_spaces
from linli.reach.actions.rating import rate_circle
from linli.reach.actions.reporting import report_outlet

from .actions.offering import check_offer, make_offer
from .actions.ordering import place_order, rate_order, take_order_step
from .models import Offer

STARS = (5, 4, 4, 5, 3, 4, 5, 4, 2, 5, 4, 4, 3, 5)  # of the neighbours, in their order
SERVICES = (  # who of the neighbours, then the offer
    (
        0,
        {
            "kind": "repair",
            "title": "修水龙头、换灯管",
            "text": "当天上门，材料另算",
            "price_cents": 2000,
            "per": "次",
        },
    ),
    (
        1,
        {"kind": "repair", "title": "开锁换锁芯", "text": "要出示房屋证明", "price_cents": 6000, "per": "次"},
    ),
    (
        2,
        {
            "kind": "meals",
            "title": "手工馒头、花卷",
            "text": "前一天下单，早上七点取",
            "price_cents": 150,
            "per": "个",
            "way": "reserve",
        },
    ),
    (3, {"kind": "home", "title": "擦玻璃、做保洁", "price_cents": 4000, "per": "小时"}),
    (
        4,
        {
            "kind": "delivery",
            "title": "买菜、取快递送到门",
            "text": "行动不便的邻居不收跑腿费",
            "price_cents": 500,
            "per": "趟",
        },
    ),
    (
        5,
        {
            "kind": "home",
            "title": "请人接孩子放学，送到五楼",
            "text": "周一到周五下午四点半",
            "seeks": True,
            "price_cents": 3000,
            "per": "次",
        },
    ),
    (6, {"kind": "home", "title": "请人陪老人去医院检查", "seeks": True}),
)
GOODS = (
    {
        "kind": "goods",
        "title": "土鸡蛋（30 枚）",
        "price_cents": 3650,
        "per": "箱",
        "way": "group",
        "least_count": 6,
        "most_count": 60,
        "text": "拼满第二天到货",
    },
    {"kind": "goods", "title": "应季蔬菜包", "price_cents": 1980, "per": "包", "text": "五样，约四斤"},
    {"kind": "goods", "title": "桶装水", "price_cents": 1200, "per": "桶", "text": "步梯每层加五角"},
)


@dataclass(frozen=True)
class Market:
    """Who takes part: the community, its worker in charge, the neighbours with accounts, the resident of the tour."""

    world: DemoWorld
    place: Place
    worker: User
    neighbours: list[User]

    def on(self, days_ago: int, hour: int = 10):
        day = self.world.last_day - timedelta(days=days_ago)
        return clock.at(datetime.combine(day, time(hour), tzinfo=CHINA))


@demo_step("market", "邻里集市、居民评分和停水通知", after=("facilities",), behind=True)
def hold_market(world: DemoWorld) -> None:
    """Two weeks of a market in the community where the demonstration accounts live."""
    worker = world.users.get("community-head")
    if worker is None:
        return
    place = Place.objects.get(code=show_community(world).code)
    market = Market(world, place, worker, _neighbours(world, place, worker))
    offers = [*_services(market), *_goods(market)]
    _order(market, {offer.title: offer for offer in offers})
    _leave_waiting(market)
    for number, (user, stars) in enumerate(zip(market.neighbours, STARS, strict=False)):
        with market.on(12 - number % 10):
            rate_circle(place, by=user, stars=stars)
    _tell_of_the_days(market)
    world.say(f"邻里集市：{Offer.objects.count()} 个项目")


def _neighbours(world, place, worker) -> list[User]:
    """Grown-ups of as many households as stars are given, with accounts nobody signs in with."""
    born = world.last_day.replace(year=world.last_day.year - 30, day=1)
    grown = Person.objects.living_in(place).filter(birth_on__lt=born, user=None)
    found = grown.exclude(posts__isnull=False).order_by("home_id", "room", "pk").distinct("home_id", "room")
    users = []
    for number, person in enumerate(found[: len(STARS)], start=1):
        user = User(username=f"neighbour-{number}", email=f"neighbour-{number}@linli.example", person=person)
        user.set_unusable_password()
        user.save()
        verify_residence(claim_residence(person, community=place), by=worker)
        users.append(user)
    return users


def _listed(market: Market, by: User, **facts) -> Offer:
    offer = make_offer(market.place, by=by, serves=market.place.name, **facts)
    return check_offer(offer, by=market.worker, listed=True)


def _services(market: Market) -> list[Offer]:
    made = []
    for number, (who, facts) in enumerate(SERVICES):
        with market.on(14 - number):
            made.append(_listed(market, market.neighbours[who % len(market.neighbours)], **facts))
    return made


def _goods(market: Market) -> list[Offer]:
    """A shopkeeper's own application is accepted; what the shop offers can be ordered by many together."""
    owner = market.neighbours[-1]
    with market.on(13):
        entry = ask_entry(
            by=owner, place=market.place, name="邻家生鲜店", kind=Kind.objects.get(code="market"),
            address=f"{market.place.name}北门旁", phone="0999-5550138", hours="每天 07:00-20:30",
        )  # fmt: skip
        shop = answer_entry(entry, by=market.worker, accepted=True).facility
    made = []
    for number, facts in enumerate(GOODS):
        with market.on(6 - number):
            ends = clock.now() + timedelta(days=8) if facts.get("way") == "group" else None
            more = {"facility": shop, "brand": "邻家", "pick_up": "店门口", "closes_at": ends}
            made.append(_listed(market, owner, **facts, **more))
    return made


def _order(market: Market, offers: dict[str, Offer]) -> None:
    """Orders asked, accepted, done and rated; the resident of the tour has one to rate and one on the way."""
    asker = market.world.users.get("resident", market.neighbours[7 % len(market.neighbours)])
    plan = (  # title, who, days ago, how far it went, stars
        ("修水龙头、换灯管", asker, 9, "done", None),
        ("手工馒头、花卷", asker, 2, "accept", None),
        ("修水龙头、换灯管", market.neighbours[8 % len(market.neighbours)], 8, "done", 5),
        ("买菜、取快递送到门", market.neighbours[9 % len(market.neighbours)], 7, "done", 4),
        ("应季蔬菜包", market.neighbours[10 % len(market.neighbours)], 3, "done", 5),
        ("土鸡蛋（30 枚）", market.neighbours[2 % len(market.neighbours)], 4, "", None),
        ("土鸡蛋（30 枚）", market.neighbours[3 % len(market.neighbours)], 3, "", None),
    )
    for title, by, days, how_far, stars in plan:
        with market.on(days, 18):
            key = uuid5(NAMESPACE_URL, f"linli-demo/market/{title}/{by.username}")
            order = place_order(
                offers[title], by=by, key=key, wanted="周末上午", contact="13900000000",
                count=20 if offers[title].per == "个" else 1,
            )  # fmt: skip
            _carry_out(offers[title], order, how_far, stars)


def _carry_out(offer, order, how_far, stars) -> None:
    for step in ("accept", "done")[: {"": 0, "accept": 1, "done": 2}[how_far]]:
        order = take_order_step(order, step, by=offer.provider)
    if stars:
        rate_order(order, by=order.customer, stars=stars, said="守时，活儿细")


def _leave_waiting(market: Market) -> None:
    """One offer that nobody has looked through, one that was refused with its reason; the resident's own."""
    with market.on(6, 9):
        own = make_offer(
            market.place, by=market.world.users["resident"], kind="home", title="周末教老人用手机挂号、打车",
            price_cents=0, per="次", text="免费，带上自己的手机",
        )  # fmt: skip
        check_offer(own, by=market.worker, listed=True)
    with market.on(1, 9):
        refused = make_offer(market.place, by=market.neighbours[1], kind="meals", title="现杀活禽", per="只")
        check_offer(refused, by=market.worker, listed=False, answer="小区内不能宰杀活禽，可以代订市场的。")
        make_offer(
            market.place, by=market.neighbours[3], kind="repair", title="缝补、改裤脚", price_cents=1000, per="件"
        )  # fmt: skip


def _tell_of_the_days(market: Market) -> None:
    """Water that fails on the day after tomorrow, a car park with free spaces, two scenes, what waits for a worker."""
    with market.on(0, 9):
        begins = clock.now() + timedelta(hours=48)
        state_outage(
            market.place, by=market.worker, utility="water", begins_at=begins, ends_at=begins + timedelta(hours=8),
            text="更换小区加压泵，停水一天，请提前储水", source="市供水公司（示范）", phone="0999-5550199",
        )  # fmt: skip
        shop = Facility.objects.in_use().filter(place=market.place, kind__code="hair").first()
        if shop is not None:
            report_outlet(by=market.neighbours[4], kind="closed", facility=shop, said="卷帘门上贴了转让")
        report_outlet(
            by=market.neighbours[5], kind="missing", place=market.place, said="北门有一家修鞋铺，没有列出来"
        )
        ask_entry(
            by=market.neighbours[0], place=market.place, name="老陈裁缝铺", kind=Kind.objects.get(code="repair"),
            address=f"{market.place.name}东门旁", phone="0999-5550157", hours="周一至周六 09:00-18:00",
        )  # fmt: skip
    _open_a_car_park(market)
    with market.on(5):
        scenes = (
            ("ageing", "独居老人用水异常提醒", "running", 214),
            ("neighbours", "共享工具柜", "building", None),
        )
        for chain, title, state, uses in scenes:
            state_scene(
                market.place, by=market.worker, chain=chain, title=title, state=state, as_of=clock.today(), uses=uses
            )  # fmt: skip


def _open_a_car_park(market: Market) -> None:
    """Beside the community's service centre; its spaces were counted when the demonstration was made."""
    centre = Facility.objects.in_use().filter(place=market.place).exclude(lon=None).order_by("code").first()
    if centre is None:
        return
    with market.on(10):
        park = register_facility(
            by=market.worker, place=market.place, state="open", name=f"{market.place.name}公共停车场",
            kind=Kind.objects.get(code="parking"), lon=round(centre.lon + 0.0006, 6), lat=centre.lat,
            point_origin="wgs84", opened_on=clock.today(), phone="0999-5550143",
        )  # fmt: skip
        set_hours(park, by=market.worker, periods=[(day, 0, 1440) for day in range(1, 8)])
    tell_free_spaces(park, by=market.worker, free=17, spaces=60)
