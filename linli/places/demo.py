"""The demonstration city's places: divisions, grids, compounds, buildings, outlines, population figures."""

import json
from datetime import date, datetime, timedelta

import numpy as np
import shapely

from linli.kernel import clock
from linli.kernel.demo import DemoWorld, demo_step

from . import profile
from .actions import rename, tell_services
from .levels import Level
from .models import Boundary, Committee, Place, PopulationFigure
from .rules import EDIT
from .versions import write_versions

SINCE = date(2000, 1, 1)
SOURCE = "邻里示范城市（虚构）"
COMMITTEES = {"居委会": Committee.RESIDENTS, "村委会": Committee.VILLAGERS}
GROWTH = 0.006  # residents a year, of which older figures are told
BATCH = 4000
SERVICE_STATES = [
    ("met", ""),
    ("met", ""),
    ("partly", "每周两天有人坐班"),
    ("met", ""),
    ("met", ""),
    ("missing", "没有场地，已列入下一年项目"),
    ("met", ""),
]
FORMER = "双联村"  # what one village was called until a year ago; see make_history


def places_of(world: DemoWorld) -> dict[str, int]:
    """Primary keys of the city's places by code."""
    return dict(Place.objects.filter(code__startswith="99").values_list("code", "pk"))


@demo_step("places", "区划、网格、小区和楼栋")
def make_places(world: DemoWorld) -> None:
    """All places of the city in one go, level by level, with their outlines and first versions."""
    ground = world.city.ground
    made: dict[str, Place] = {}
    former = {_renamed(ground).code: FORMER}
    for level in ("province", "city", "county", "street", "community"):
        rows = [d for d in ground.divisions if d.level == level]
        _store(made, [_division(made, d, former.get(d.code, d.name)) for d in rows])
    _store(made, [_below(made, g, Level.GRID, made[g.community]) for g in ground.grids])
    _store(made, [_below(made, m, Level.MICROGRID, made[m.grid]) for m in ground.micro_grids])
    _store(made, [_compound(made, c) for c in ground.compounds])
    _store(made, list(_buildings(made, ground)))
    _store_boundaries(made, ground, world.last_day)
    write_versions(Place.objects.filter(code__startswith="99"), SINCE)


def _store(made: dict[str, Place], places: list[Place]) -> None:
    Place.objects.bulk_create(places, batch_size=BATCH)
    made |= {place.code: place for place in places}


def _place(made, code, name, level, parent, **facts) -> Place:
    path = f"{parent.path if parent else ''}{code}/"
    return Place(code=code, name=name, level=level, parent=parent, path=path, valid_from=SINCE, **facts)


def _division(made, d, name) -> Place:
    return _place(
        made,
        d.code,
        name,
        d.level,
        made.get(d.parent),
        committee=COMMITTEES.get(d.kind, ""),
        urban_rural=d.urban_rural,
        tags=list(d.tags),
        lon=d.lon,
        lat=d.lat,
    )


def _below(made, row, level, parent) -> Place:
    facts = {}
    if level == Level.GRID:
        middle = shapely.point_on_surface(row.boundary)
        facts = {"lon": round(middle.x, 7), "lat": round(middle.y, 7)}
    return _place(made, row.code, row.name, level, parent, **facts)


def _compound(made, c) -> Place:
    parent = made[c.community]
    return _place(made, c.code, c.name, Level.COMPOUND, parent, address=c.address, lon=c.lon, lat=c.lat)


def _buildings(made, ground):
    b = ground.buildings
    for row in range(len(b)):
        compound = ground.compounds[b.compound[row]]
        yield _place(
            made,
            str(b.code[row]),
            str(b.name[row]),
            Level.BUILDING,
            made[compound.code],
            grid=made[ground.micro_grids[b.micro[row]].code],
            address=f"{compound.address}{b.name[row]}",
            lon=float(b.lon[row]),
            lat=float(b.lat[row]),
        )


def _store_boundaries(made, ground, last_day) -> None:
    rows = [(made[r.code], r.boundary) for r in (*ground.divisions, *ground.grids, *ground.compounds)]
    footprints = shapely.polygons(ground.buildings.footprint)
    rows += [(made[str(code)], shape) for code, shape in zip(ground.buildings.code, footprints, strict=True)]
    shapes = np.array([shape for _, shape in rows])
    boxes, texts = shapely.bounds(shapes).tolist(), shapely.to_geojson(shapes)
    outlines = [
        Boundary(
            place=place,
            geometry=json.loads(text),
            west=w,
            south=s,
            east=e,
            north=n,
            source=SOURCE,
            as_of=last_day,
        )
        for (place, _), text, (w, s, e, n) in zip(rows, texts, boxes, strict=True)
    ]
    Boundary.objects.bulk_create(outlines, batch_size=BATCH)


@demo_step("population", "人口数据", after=("places",))
def make_figures(world: DemoWorld) -> None:
    """Residents and registered people of the last three years, for every division from the community up."""
    counts = _counts(world)
    keys, rows = places_of(world), []
    for back in range(1, 4):
        year, factor = world.last_day.year - back, (1 - GROWTH) ** back
        for code, figures in counts.items():
            for definition, (people, homes, aged_60, aged_80) in figures.items():
                numbers = [round(n * factor) for n in (people, homes, aged_60, aged_80)]
                rows.append(
                    PopulationFigure(
                        place_id=keys[code],
                        year=year,
                        definition=definition,
                        people=numbers[0],
                        households=numbers[1],
                        aged_60=numbers[2],
                        aged_80=numbers[3],
                        source=f"{SOURCE}{year}年末统计",
                    )
                )
    PopulationFigure.objects.bulk_create(rows, batch_size=BATCH)


def _counts(world) -> dict[str, dict[str, tuple[int, ...]]]:
    """{code: {definition: (people, households, 60 and over, 80 and over)}}, summed up the tree."""
    city = world.city
    people, homes, ground = city.population.people, city.population.households, city.ground
    community = ground.buildings.community[homes.building]
    age = people.age_on(world.last_day)
    registered, urban = homes.kind == 0, np.array([c.urban_rural[0] == "1" for c in ground.communities])
    masks = {
        "resident": np.full(len(homes), True),
        "registered": registered,
        "urban_resident": urban[community],
    }
    found: dict[str, dict[str, np.ndarray]] = {}
    for definition, mask in masks.items():
        of = community[people.household]
        live = mask[people.household]
        table = np.stack(
            [
                np.bincount(of[live], minlength=len(urban)),
                np.bincount(community[mask], minlength=len(urban)),
                np.bincount(of[live & (age >= 60)], minlength=len(urban)),
                np.bincount(of[live & (age >= 80)], minlength=len(urban)),
            ],
            axis=1,
        )
        for number, place in enumerate(ground.communities):
            for code in {place.code, place.parent, f"{place.code[:6]}000000", f"{place.code[:4]}00000000"}:
                own = found.setdefault(code, {})
                own[definition] = own.get(definition, 0) + table[number]
    return {code: {d: tuple(int(n) for n in row) for d, row in own.items()} for code, own in found.items()}


@demo_step("place-history", "区划沿革", after=("people",))
def make_history(world: DemoWorld) -> None:
    """A village was renamed a year before the last day: the tree as it was differs from the tree as it is."""
    row = _renamed(world.city.ground)
    on = world.last_day - timedelta(days=365)
    with clock.at(datetime(on.year, on.month, on.day, 9, tzinfo=clock.CHINA)):
        rename(Place.objects.get(code=row.code), by=world.users["county-officer"], name=row.name, on=on)


def _renamed(ground):
    return min((c for c in ground.communities if c.kind == "村委会"), key=lambda c: c.code)


@demo_step("place-services", "优先帮扶村的公共服务配置", after=("people",))
def make_services(world: DemoWorld) -> None:
    """The county says of the villages it helps first which of the services are there; the same in every making."""
    officer = world.users["county-officer"]
    villages = Place.objects.current().communities().filter(officer.scope(EDIT)).order_by("code")
    on = world.last_day - timedelta(days=40)
    with clock.at(datetime(on.year, on.month, on.day, 10, tzinfo=clock.CHINA)):
        for number, village in enumerate(villages):
            services = profile.services_of(village, profile.rules_of(village))
            states = {one.line.code: SERVICE_STATES[(number + n) % 7] for n, one in enumerate(services)}
            if states:
                tell_services(village, by=officer, states=states)
