"""What goes on inside the demonstration city's facilities: desks, elder care, childcare; some full, some late."""

from datetime import date, datetime, time, timedelta

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.organisations.models import Organisation
from linli.people.models import User
from linli.places.models import Place
from linli.registers.demo import load

from .actions.keeping import register_facility
from .demo_desks import make_desks
from .models import AidService, Facility, Kind, ProtectionStation

SERVICES = (
    (
        "社会保障代办",
        "社保、医保、养老认证、退休手续",
        "1 号窗口",
        "周一至周五 9:00—17:00",
        "街道便民服务中心",
        "government",
    ),
    (
        "民政事务代办",
        "低保、临时救助、高龄津贴、残疾补贴",
        "2 号窗口",
        "周一至周五 9:00—17:00",
        "街道便民服务中心",
        "government",
    ),
    ("法律咨询", "法律援助、合同、婚姻家庭咨询", "调解室", "每周三 14:00—17:00", "司法所", "other"),
    ("图书借阅", "借书、还书、儿童阅读", "图书室", "每天 9:00—20:00", "", "reading"),
)
HOUSED = (
    ("社区食堂", "meals", "老年助餐、居民用餐", "一层", "邻里餐饮社"),
    ("普惠托育园", "nursery", "三岁以下托育", "二层", "社区普惠托育服务社"),
    ("助浴点", "elder_care", "助浴、日间照料", "一层东侧", "夕阳红养老服务中心"),
)
OF_STREET = (("minor-protection", "未成年人保护工作站"), ("elder-centre", "综合为老服务中心"))
OF_FIRST = (("complex", "邻里服务综合体"), ("parents-school", "家长学校"))
MOST_SITES = 40  # of each kind; what the pages and counts need, not a census


@demo_step("facilities-inside", "设施里的服务、养老和儿童", after=("facilities", "organisations-joint"))
def make_inside(world: DemoWorld) -> None:
    """Centres with their desks, elder sites with their aids, childcare with its places."""
    _enter_sites(world)
    centres = _open("integrated")
    team = _team()
    _services(world, centres, team)
    _elder(world)
    _children(world)
    _villages(world)
    make_desks(world)


def _enter_sites(world: DemoWorld) -> None:
    """What streets and counties keep beside the communities' own: centres, stations, a consortium, a complex."""
    registrar = User.objects.get(username="facility-register")
    streets = list(Place.objects.current().filter(level="street", code__startswith="99").order_by("path"))
    wanted = [(street, kind, name) for street in streets for kind, name in OF_STREET]
    counties = Place.objects.current().filter(level="county", code__startswith="99").order_by("path")
    wanted += [(county, "care-consortium", "康养联合体") for county in counties]
    first = Place.objects.current().communities().filter(path__startswith=streets[0].path).order_by("path")[0]
    wanted += [(first, kind, name) for kind, name in OF_FIRST]
    kinds = {kind.code: kind for kind in Kind.objects.all()}
    with clock.at(datetime.combine(_before(world, 43), time(10), tzinfo=CHINA)):
        for place, kind, name in wanted:
            register_facility(
                by=registrar, place=place, state="open", kind=kinds[kind], name=f"{place.name}{name}",
                opened_on=date(2022, 9, 1), area_m2=640 if kind == "complex" else None,
            )  # fmt: skip


def _villages(world: DemoWorld) -> None:
    """Every fourth village has said nothing; some have no sewer yet."""
    rural = Place.objects.current().communities().filter(urban_rural__startswith="2").order_by("path")
    rows = [
        {
            "place": village.code,
            "as_of": _before(world, 60),
            "sorting": number % 5 > 0,
            "sewage": number % 3 > 0,
            "clean_toilets": 120 + number % 80,
            "five_g": True,
            "broadband": True,
            "source": "农业农村部门年报（示范）",
        }
        for number, village in enumerate(rural)
        if number % 4 != 3
    ]
    load(world, "village-amenities", rows)


def _open(*kinds: str) -> list[Facility]:
    rows = Facility.objects.in_use().filter(kind__code__in=kinds).select_related("place", "kind")
    return list(rows.order_by("code")[:MOST_SITES])


def _team() -> str:
    """An organisation with a code of its own, to run some of the services."""
    rows = Organisation.objects.filter(archived_on=None).exclude(credit_code="").order_by("pk")
    codes = list(rows.values_list("credit_code", flat=True))
    return next((code for code in codes if codes.count(code) == 1), "")


def _before(world: DemoWorld, days: int) -> date:
    return world.last_day - timedelta(days=days)


def _month(world: DemoWorld, months: int) -> date:
    return (world.last_day.replace(day=1) - timedelta(days=31 * months)).replace(day=1)


def _services(world: DemoWorld, centres: list[Facility], team: str) -> None:
    kept = [one for number, one in enumerate(centres) if number % 5 != 4]  # every fifth says nothing
    rows = [
        {
            "facility": one.code,
            "name": name,
            "function": function,
            "handles": handles,
            "desk": desk,
            "hours": hours,
            "provider": provider,
            "operator": "" if provider else team,
            "staff_count": 1 + number % 2,
            "since": _before(world, 400),
        }
        for number, one in enumerate(kept)
        for name, handles, desk, hours, provider, function in SERVICES
        if provider or team
    ]
    rows += [
        {
            "facility": one.code,
            "name": name,
            "function": function,
            "handles": handles,
            "desk": desk,
            "hours": "每天 8:00—20:00",
            "provider": who,
            "since": _before(world, 300),
        }
        for one in _open("complex")
        for name, function, handles, desk, who in HOUSED
    ]
    load(world, "resident-services", rows)
    _calendar(world, kept)


def _calendar(world: DemoWorld, kept: list[Facility]) -> None:
    """Who came in the last week, and what is held: past, today, coming; some full."""
    visits = [
        {
            "facility": one.code,
            "day": _before(world, ago),
            "visits": 30 + (number * 7 + ago) % 60,
            "booked": ago,
        }
        for number, one in enumerate(kept)
        for ago in range(7)
    ]
    load(world, "site-visits", visits, days_ago=0)
    sessions = [
        {
            "facility": one.code,
            "title": title,
            "kind": kind,
            "held_on": _before(world, ago),
            "hours": "14:30—16:00",
            "room": "多功能室",
            "organiser": "社区居委会",
            "places": 30,
            "enrolled": 30 if kind == "children" else 18,
            "attended": 16 if ago > 0 else None,
        }
        for one in kept
        for title, kind, ago in (
            ("青春期怎样和孩子说话", "parents", 20),
            ("周末手工课", "children", 6),
            ("智能手机怎么用", "elder", 0),
            ("冬季养生讲座", "elder", -1),
            ("亲子阅读", "children", -2),
            ("婚姻家庭辅导", "counselling", -5),
        )
    ]
    load(world, "site-sessions", sessions, days_ago=0)


def _elder(world: DemoWorld) -> None:
    """Sites on trust with contracts that end, six aids with prices, meals, a group that helps itself."""
    sites, centres = _open("day-care", "elder-station", "mutual-home"), _open("elder-centre")
    modes = ("trust", "public", "aided", "mutual")
    rows = [
        {
            "facility": one.code,
            "mode": modes[number % 4],
            "operator_name": "夕阳红养老服务中心" if number % 4 in (0, 2) else "",
            "contract_since": _before(world, 700) if number % 4 == 0 else None,
            "contract_until": _before(world, -40 if number % 8 else 30) if number % 4 == 0 else None,
            "centre": centres[number % len(centres)].code if centres else "",
            "meals": number % 3 > 0,
            "day_care": True,
            "health": number % 2 == 0,
            "recreation": True,
            "training": number % 4 == 0,
        }
        for number, one in enumerate(sites)
    ]
    load(world, "elder-sites", rows)
    aids = [
        {
            "facility": one.code,
            "kind": kind,
            "provider": f"夕阳红养老服务中心（{one.code}）",
            "price_yuan": price,
            "subsidy_yuan": subsidy,
            "unit": "次",
            "since": _before(world, 300),
        }
        for one in sites[:12]
        for kind, price, subsidy in (("meal", 12, 3), ("bath", 60, 20), ("clean", 40, 10), ("walk", 20, 5))
    ]
    load(world, "aid-services", aids)
    _aid_months(world)
    _meals(world)
    _mutual(world, sites)


def _meals(world: DemoWorld) -> None:
    meals = [
        {
            "facility": one.code,
            "day": _before(world, ago),
            "menu": "红烧豆腐、清炒时蔬、米饭",
            "price_yuan": 12,
            "ordered": 40 + ago,
            "delivered": 9,
        }
        for one in _open("canteen")[:6]
        for ago in range(5)
    ]
    load(world, "meal-days", meals, days_ago=0)


def _mutual(world: DemoWorld, sites: list[Facility]) -> None:
    """Elders who help elders, and consortia with their members."""
    groups = [
        {
            "place": one.place.code,
            "name": f"老伙伴互助组（{one.code}）",
            "facility": one.code,
            "helpers": 4,
            "helped": 7,
            "roster": "每天两人，上下午各一次",
            "since": _before(world, 500),
            "checked_on": _before(world, 30) if number % 2 else None,
            "check_said": "按排班到户" if number % 2 else "",
        }
        for number, one in enumerate(sites[::6])
    ]
    load(world, "mutual-groups", groups)
    for one in _open("care-consortium")[:3]:
        members = (("clinic", "社区卫生服务中心"), ("elder", "综合为老服务中心"))
        load(
            world,
            "consortium-members",
            [{"facility": one.code, "role": r, "name": n, "since": _before(world, 600)} for r, n in members],
        )
        load(
            world,
            "referrals",
            [{"facility": one.code, "month_on": _month(world, 1), "to_hospital": 6, "to_care": 3}],
        )


def _aid_months(world: DemoWorld) -> None:
    rows = [
        {
            "service": f"#{one.pk}",
            "month_on": _month(world, ago),
            "served": 30 + number % 20,
            "rated": 12,
            "satisfied": 11 - number % 3,
        }
        for number, one in enumerate(AidService.objects.order_by("pk"))
        for ago in (1, 2)
    ]
    load(world, "aid-months", rows)


def _children(world: DemoWorld) -> None:
    """Childcare with free places and without, one whose yearly check failed; classes, one full; a station."""
    rows = [
        {
            "facility": one.code,
            "type": "embedded" if one.kind.code == "creche" else "kindergarten",
            "operator_name": "社区普惠托育服务社",
            "approved_places": 20 + number % 3 * 10,
            "used_places": 20 + number % 3 * 10 - number % 4 * 5,
            "price_yuan": 1600,
            "inclusive": number % 3 > 0,
            "applied_on": _before(world, 400),
            "inspected_on": _before(world, 390),
            "filing_number": f"99-{number:04}",
            "filed_on": _before(world, 380),
            "checked_on": _before(world, 60) if number % 5 else None,
            "check_passed": number % 7 != 6 if number % 5 else None,
        }
        for number, one in enumerate(_open("creche", "kindergarten"))
    ]
    load(world, "childcare-sites", rows)
    homes = _open("children-home", "after-school")[:8]
    classes = [
        {
            "facility": one.code,
            "title": f"四点半课堂（{one.code}）",
            "kind": "after_school",
            "begins_on": _before(world, 80),
            "ends_on": world.last_day + timedelta(days=60),
            "hours": "周一至周五 16:00—18:00",
            "places": 24,
            "carer_count": 2,
            "enrolled": 24 if number % 2 else 15,
            "waiting": 5 if number % 2 else 0,
            "pick_up_signed": 15,
        }
        for number, one in enumerate(homes)
    ]
    load(world, "care-classes", classes)
    _class_days(world, classes)
    _stations(world)


def _class_days(world: DemoWorld, classes: list[dict]) -> None:
    """Who came on three days; one was hurt a little."""
    days = [
        {
            "care_class": row["title"],
            "day": _before(world, ago),
            "attended": 14,
            "incident": "一名儿童擦伤" if ago == 3 else "",
            "handled": "已消毒并告知家长" if ago == 3 else "",
        }
        for row in classes
        for ago in (1, 2, 3)
    ]
    load(world, "care-class-days", days, days_ago=0)


def _stations(world: DemoWorld) -> None:
    """Stations for the protection of minors and their conferences."""
    for one in _open("minor-protection")[:4]:
        station = {
            "facility": one.code,
            "staff_count": 3,
            "full_time_count": 1,
            "hotline": "12345 转未保",
            "hours": "每天 8:00—20:00",
            "since": _before(world, 500),
        }
        load(world, "protection-stations", [station])
    _conferences(world)


def _conferences(world: DemoWorld) -> None:
    rows = [
        {
            "station": f"#{one.pk}",
            "held_on": _before(world, 25),
            "case_count": 3,
            "closed_count": 1,
            "units": "派出所、学校、社区",
        }
        for one in ProtectionStation.objects.order_by("pk")
    ]
    load(world, "case-conferences", rows)
