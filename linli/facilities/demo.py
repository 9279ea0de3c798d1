"""The demonstration city's facilities and outlets: most communities complete, some short, silent or wrong."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from psycopg.types.range import DateRange

from linli.exchange.actions import register_entry
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.packs.reading import read_packs
from linli.people.models import Person, Post, Role, User
from linli.places.models import Place, PopulationFigure
from linli.registers.correcting import ask_change
from linli.registers.demo import load

from . import demo_inside as demo_inside  # its step comes with it
from . import demo_photos as demo_photos  # likewise
from .actions.correcting import FACILITY
from .actions.furnishing import RoomLine, set_rooms
from .actions.housing import pass_gate, record_delivery, register_project
from .actions.importing import import_facilities
from .actions.inspecting import inspect
from .actions.installing import install_kinds, install_standards
from .actions.keeping import register_facility, state_complete
from .actions.living import log_day, take_step
from .actions.upgrading import find_gap, take_upgrade_step
from .catalogue import FacilityKindsPack
from .demo_desks import make_payments
from .facts import facts_of_communities
from .gaps import findings
from .models import Facility, Kind, StandardBook
from .standards import standards_at, standards_for

SILENT = 9  # every so many communities: one that has not said anything for a year
LOGGED = 4  # communities whose doors are logged day by day in the foreground
LOG_DAYS = 10
ROUND_THE_CLOCK = [(day, 0, 1440) for day in range(1, 8)]


@demo_step("facilities", "社区设施和便民网点", after=("people",))
def make_facilities(world: DemoWorld) -> None:
    """The register as tables brought it in, then what has happened since."""
    _install_packs()
    registrar = _registrar(world)
    kinds = {title: k.code for k in Kind.objects.all() for title in (k.name, *k.also)}
    communities = [c.code for c in world.city.ground.communities]
    silent = set(communities[SILENT - 1 :: SILENT])
    rows = [_row(f, f.kind, kinds) for f in world.city.facilities]
    rows += [_row(o, o.category, kinds) for o in world.city.outlets]
    for days_ago, chosen in ((400, silent), (45, set(communities) - silent)):
        with clock.at(_morning(world, days_ago)):
            import_facilities([row for row in rows if row["place"] in chosen], by=registrar)
    with clock.at(_morning(world, 44)):
        _furnish(world, registrar)
        for place in Place.objects.filter(code__in=set(communities) - silent).order_by("code"):
            state_complete(place, by=registrar)
    _tell_stories(world, registrar)


def _install_packs() -> None:
    packs, problems = read_packs(settings.PACKS_DIR / "facilities")
    if problems:
        raise LookupError("; ".join(map(str, problems)))
    for pack in packs:
        (install_kinds if isinstance(pack, FacilityKindsPack) else install_standards)(pack)


def _registrar(world: DemoWorld) -> User:
    """Who keeps the register of the whole city in the demonstration; nobody signs in with it."""
    place = Place.objects.get(level="city", code__startswith="99")
    role = Role.objects.get(code="street-officer")
    user = User(username="facility-register", email="", person=Person.objects.create(name="设施台账专班"))
    user.set_unusable_password()
    user.save()
    since = DateRange(world.first_day - timedelta(days=365), None)
    Post.objects.create(
        person=user.person, role=role, place=place, during=since, apart_from=role.apart_from,
        reason="示范城市设施台账",
    )  # fmt: skip
    _register_exchange(world, place)
    return user


def _register_exchange(world: DemoWorld, place: Place) -> None:
    """Tables of facilities come and go by registered ways, as in earnest."""
    fields = ["设施名称", "类别", "地址", "面积", "服务电话", "开放时间"]
    for kind, title in (("import", "设施台账导入"), ("export", "设施台账导出")):
        register_entry(
            by=None, code=f"{kind}-facilities", kind=kind, title=title, purpose="建立和核对社区设施台账",
            basis="“十四五”城乡社区服务体系建设规划", fields=fields, partner="各区县民政局",
            owner=f"{place.name}民政局", valid_from=world.first_day - timedelta(days=365),
        )  # fmt: skip


def _row(thing, title: str, kinds: dict[str, str]) -> dict:
    """A facility or outlet of the generator as a row of the table."""
    hours = getattr(thing, "hours", None)
    return {
        "code": "",
        "name": thing.name,
        "kind": kinds[title],
        "place": thing.community,
        "state": "open",
        "lon": thing.lon,
        "lat": thing.lat,
        "point_origin": "wgs84",
        "area_m2": thing.area_m2,
        "tenure": getattr(thing, "tenure", ""),
        "step_free": thing.step_free,
        "surveyed_on": thing.opened_on,
        "phone": thing.phone,
        "opened_on": thing.opened_on,
        "condition": "good",
        "capacity": getattr(thing, "places", 0) or None,
        "hours": _periods(hours),
    }


def _periods(hours) -> list[tuple[int, int, int]]:
    if hours is None:
        return ROUND_THE_CLOCK
    opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in (hours.opens, hours.closes))
    return [(day, opens, closes) for day in hours.days]


def _furnish(world: DemoWorld, registrar: User) -> None:
    """The rooms of the service centres."""
    centres = {
        f.place.code: f for f in Facility.objects.filter(kind__code="integrated").select_related("place")
    }
    for row in world.city.facilities:
        if row.rooms:
            rooms = [RoomLine(room.name, room.use, room.area_m2) for room in row.rooms]
            set_rooms(centres[row.community], by=registrar, rooms=rooms)


def _tell_stories(world: DemoWorld, registrar: User) -> None:
    """Closed for repair, planned, entered twice, a number that is wrong, doors logged day by day."""
    centres = list(Facility.objects.filter(kind__code="integrated").order_by("code"))
    canteens = list(Facility.objects.in_use().filter(kind__code="canteen").order_by("code"))
    with clock.at(_morning(world, 12)):
        if canteens:
            take_step(canteens[0], "suspend", by=registrar, note="灶具检修，预计两周，期间由邻近助餐点送餐")
        if len(canteens) > 2:
            take_step(canteens[-1], "close", by=registrar, note="房屋到期腾退")
        for centre in centres[1:4:2]:
            _enter_again(centre, registrar)
        _look_at(centres[:6], registrar)
        for number, street in enumerate(
            sorted({c.place.parent for c in centres if c.place.parent}, key=_code)
        ):
            _open_centre(street, number, registrar)
        _plan_day_care(centres[-1].place, registrar)
        resident = world.users.get("resident")
        if resident is not None:
            ask_change(
                FACILITY, centres[0], by=resident, column="hours", proposed="晚上 7 点以后活动室就不开了"
            )
    for days_ago in range(LOG_DAYS, 0, -1):
        with clock.at(_morning(world, days_ago)):
            for number, centre in enumerate(centres[:LOGGED]):
                minutes = 420 if number == 1 else 480 + 30 * number
                log_day(centre, by=registrar, day=clock.today(), minutes=minutes)


def _code(place: Place) -> str:
    return place.code


def _look_at(centres: list[Facility], registrar: User) -> None:
    """Some centres were inspected: most well, one with a sign to be changed."""
    for number, centre in enumerate(centres):
        standards = standards_at(centre.place)
        points = [line.code for line in standards.points_for(outlet=centre.kind.outlet)]
        if points:
            scores = {
                code: 2 if number == 2 and not at else 4 + (at + number) % 2 for at, code in enumerate(points)
            }
            to_fix = "门头标识与统一样式不符，更换" if number == 2 else ""
            inspect(centre, by=registrar, on=clock.today(), scores=scores, to_fix=to_fix)


def _open_centre(street: Place, number: int, registrar: User) -> None:
    """The service centre of a street; the first is graded 5A and has a window to other cities."""
    register_facility(
        by=registrar, place=street, state="open", kind=Kind.objects.get(code="affairs-centre"),
        name=f"{street.name}社区事务受理服务中心", opened_on=date(2022, 6, 1),
        marks=["five-a", "remote-window"] if number == 0 else [],
    )  # fmt: skip


def _enter_again(centre: Facility, registrar: User) -> None:
    """The same house under its old name, without the facts: what a second table brought."""
    register_facility(
        by=registrar, place=centre.place, state="open", kind=centre.kind, phone=centre.phone,
        name=centre.name.replace("党群服务中心", "社区服务中心"), opened_on=centre.opened_on,
        lon=centre.lon and centre.lon + 0.0001, lat=centre.lat, point_origin=centre.point_origin,
    )  # fmt: skip


def _plan_day_care(place: Place, registrar: User) -> None:
    kind = Kind.objects.get(code="day-care")
    planned = register_facility(
        by=registrar, place=place, state="planned", kind=kind, name=f"{place.name}日间照料中心（在建）"
    )
    take_step(planned, "build", by=registrar)


FLOOR_M2 = 96  # of all buildings for a household: flats, shops, schools
STOPS = ("accept", "begin", "fund", "choose", "", "drop")  # where each project of the demonstration stands
PROJECTS = (  # households, floor area, premises late at a gate, delivered beside what is owed
    ("江畔新居", 2400, 260_000, "", 0),
    ("学府雅苑", 1600, 170_000, "accept", -90),
    ("向阳安置小区", 900, 82_000, "hand_over", None),
)
GATE_DAYS = {"plan": 1200, "build": 500, "accept": 120, "hand_over": 60}


@demo_step(
    "facility-projects", "补短项目、住宅配建和建筑面积", after=("facilities", "register-rules", "population")
)
def make_projects(world: DemoWorld) -> None:
    """Gaps at every stage of being closed, housing with and without its premises, floor areas of most."""
    registrar = User.objects.get(username="facility-register")
    communities = Place.objects.current().communities().filter(code__startswith="99").order_by("code")
    _enter_floor_areas(world, communities)
    short = _short(communities, clock_day=world.last_day)
    for stop, (place, standard, area) in zip(STOPS, short, strict=False):
        _close_gap(world, place, standard, area, stop, registrar)
    urban = communities.filter(urban_rural__startswith="1")
    for number, (place, project) in enumerate(zip(urban, PROJECTS, strict=False)):
        _build_housing(world, place, number, project, registrar)
    make_payments(world)


def _enter_floor_areas(world: DemoWorld, communities) -> None:
    """Two of three urban communities have said how much stands there."""
    homes = dict(
        PopulationFigure.objects.filter(definition="resident", households__gt=0, place__in=communities)
        .order_by("year")
        .values_list("place__code", "households")
    )
    day = date(world.last_day.year - 1, 12, 31)
    rows = [
        {"place": code, "as_of": day, "floor_area_m2": homes[code] * FLOOR_M2, "source": "不动产登记汇总"}
        for number, code in enumerate(sorted(homes))
        if number % 3
    ]
    load(world, "floor-areas", rows)


def _short(communities, clock_day: date) -> list[tuple[Place, str, Decimal]]:
    """One gap in area of each community that has one: (community, code of the standard, m²)."""
    books, facts = list(StandardBook.objects.all()), facts_of_communities(communities, clock_day)
    found = []
    for place in communities:
        lines = findings(standards_for(books, place, clock_day), facts[place.pk])
        gaps = [one for one in lines if one.gap_m2 and one.standard.figure in EXTENDED]
        if gaps and facts[place.pk].own_integrated:
            found.append((place, gaps[0].standard.code, gaps[0].gap_m2))
    return found


EXTENDED = ("integrated_m2", "integrated_without_elder_m2", "m2_per_100_households")


def _close_gap(world, place: Place, standard: str, area: Decimal, stop: str, by: User) -> None:
    """A project from its finding to where it stands today."""
    with clock.at(_morning(world, 40)):  # the register was complete by then
        project = find_gap(place, standard, by=by)
    told = {
        "choose": {"way": "extend", "area_m2": area, "budget_yuan": area * 3200},
        "fund": {"funded_yuan": area * 3200, "fund_source": "区财政和市级以奖代补"},
        "begin": {"due_on": world.last_day - timedelta(days=3)},
    }
    for days_ago, step in ((38, "choose"), (30, "fund"), (25, "begin")):
        if stop in ("", "drop"):
            break
        with clock.at(_morning(world, days_ago)):
            project = take_upgrade_step(project, step, by=by, on=clock.today(), **told[step])
        if step == stop:
            return
    with clock.at(_morning(world, 5)):
        if stop == "accept":
            centre = Facility.objects.in_use().filter(
                place=place, kind__counts__contains=["integrated"], area_m2__isnull=False
            )
            take_upgrade_step(
                project,
                "accept",
                by=by,
                on=clock.today(),
                facility=centre.order_by("pk")[0],
                accepted_m2=area,
            )
        elif stop == "drop":
            take_upgrade_step(project, "drop", by=by, on=clock.today(), note="改由邻近社区共享，不再单独扩建")


def _build_housing(world, place: Place, number: int, project: tuple, by: User) -> None:
    name, households, floor, late, beside = project
    with clock.at(_morning(world, 50)):
        made = register_project(
            by=by, place=place, code=f"zz-{world.last_day.year - 3}-{number + 1:02}", name=name,
            kind="resettlement" if "安置" in name else "new", households=households, floor_area_m2=Decimal(floor),
        )  # fmt: skip
        for gate, days_ago in GATE_DAYS.items():
            if gate == "hand_over" and beside is None:
                return
            day = world.last_day - timedelta(days=days_ago)
            pass_gate(made, gate, by=by, housing_on=day, premises_on=None if gate == late else day)
        record_delivery(made, by=by, delivered_m2=made.required_m2 + beside)


def _morning(world: DemoWorld, days_ago: int) -> datetime:
    return datetime.combine(world.last_day - timedelta(days=days_ago), time(9), tzinfo=CHINA)
