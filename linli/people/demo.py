"""The demonstration city's people: units, persons, households, workers' posts, one account for each role."""

from datetime import date
from functools import cache
from types import SimpleNamespace
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
from psycopg.types.range import DateRange

from linli.kernel import clock, names
from linli.kernel.bulk import store_rows
from linli.kernel.cipher import blind, seal
from linli.kernel.demo import DemoWorld, demo_step
from linli.places.demo import places_of
from linli.places.models import Place

from . import demo_rights as demo_rights  # its step comes with it
from .actions import appoint, claim_residence, entrust, verify_residence
from .models import Household, HouseholdMember, Person, Post, Role, Unit, User

BATCH = 3000
IN_OFFICE_SINCE = date(2021, 3, 1)

# Where each role's demonstration account holds its post: a level above (or below) the same community.
ROLE_PLACES = {
    "resident": "",
    "community-worker": "community",
    "grid-worker": "grid",
    "community-head": "community",
    "street-officer": "street",
    "street-dispatcher": "street",
    "department-officer": "county",
    "county-officer": "county",
    "city-officer": "city",
    "planner": "city",
    "organisation-member": "community",
    "supplier": "county",
    "volunteer-leader": "community",
    "personnel-officer": "county",
    "outside-evaluator": "city",
    "auditor": "city",
    "system-administrator": "city",
    "security-administrator": "city",
}
RURAL = {"county-officer"}  # this officer serves the county with the villages


def person_key(world: DemoWorld, row: int) -> UUID:
    """Primary key of the person in `row` of the city's People; the same in every making of the same city."""
    return uuid5(NAMESPACE_URL, f"linli-demo/{world.size}/{world.city.seed}/person/{int(row)}")


def show_community(world: DemoWorld):
    """The community (a Division) in which the demonstration accounts live and work: an old urban estate."""
    urban = [c for c in world.city.ground.communities if c.urban_rural == "111"]
    return min(urban, key=lambda c: ("老旧社区" not in c.tags, c.code))


@demo_step("units", "机关、街道和居（村）委会", after=("places",))
def make_units(world: DemoWorld) -> None:
    keys = places_of(world)
    Unit.objects.bulk_create(
        [
            Unit(code=u.code, name=u.name, kind=u.kind, place_id=keys[u.place], phone=u.phone)
            for u in world.city.units
        ]
    )


@demo_step("people", "居民、家庭、社区工作者和账号", after=("units",))
def make_people(world: DemoWorld) -> None:
    """Everybody who lives in the city, then the posts and accounts of those who serve it."""
    keys = places_of(world)
    homes = [keys[str(code)] for code in world.city.ground.buildings.code]
    _store_people(world, homes)
    _store_households(world, homes)
    _appoint_workers(world, keys)
    _make_accounts(world)
    _entrust_a_mother(world)


def _store_people(world, homes) -> None:
    fields = (
        *(
            "id",
            "name",
            "name_key",
            "name_initials",
            "sex",
            "birth_on",
            "id_kind",
            "id_number",
            "id_number_index",
        ),
        *("phone", "phone_index", "home", "room", "needs_help_with_phone"),
        *("preferred_channel", "created_at", "version"),
    )
    store_rows(Person, fields, _person_rows(world, homes))


def _person_rows(world, homes):
    """Database values of everybody, in the order of `_store_people`."""
    population, flats = world.city.population, world.city.ground.buildings.flats_per_floor
    search_keys = cache(lambda name: (names.fold(name)[:60], names.initials(name)[:60]))
    people, households, now = population.people, population.households, clock.now()
    doors = households.doors(np.arange(len(households)))
    for row, name in enumerate(people.name.tolist()):
        key, home = person_key(world, row), people.household[row]
        building = int(households.building[home])
        number, phone = people.id_number[row].decode(), str(people.phone[row] or "")
        yield (
            key,
            name,
            *search_keys(name),
            str(people.sex[row]),
            people.birth[row].item(),
            "resident" if number else "",
            *_sealed("id_number", key, number),
            *_sealed("phone", key, phone),
            homes[building],
            doors[home] if flats[building] > 1 else "",
            bool(people.needs_help[row]),
            "inbox",
            now,
            1,
        )


def _sealed(name, key, value):
    """(sealed value, blind index) as the row with this key holds them; (None, None) for no value."""
    if not value:
        return None, None
    bound_to = Person._meta.get_field(name).bound_to(SimpleNamespace(pk=key))
    return seal(value, bound_to=bound_to), blind(name, value)


def _store_households(world, homes) -> None:
    """Households numbered by building and door, and who is in them."""
    population, buildings = world.city.population, world.city.ground.buildings
    people, rows = population.people, population.households
    doors = rows.doors(np.arange(len(rows)))
    places = zip(
        rows.building.tolist(), rows.unit.tolist(), rows.floor.tolist(), rows.flat.tolist(), strict=True
    )
    numbers = [f"{buildings.code[b]}-{unit:02d}{floor:02d}{flat:02d}" for b, unit, floor, flat in places]
    made = (
        (number, homes[b], door if buildings.flats_per_floor[b] > 1 else "", rows.KINDS[kind])
        for number, b, door, kind in zip(
            numbers, rows.building.tolist(), doors, rows.kind.tolist(), strict=True
        )
    )
    store_rows(Household, ("number", "place", "room", "kind"), made)
    keys = dict(Household.objects.values_list("number", "pk"))
    members = (
        (keys[numbers[home]], person_key(world, row), people.RELATIONS[relation], relation == 0)
        for row, (home, relation) in enumerate(
            zip(people.household.tolist(), people.relation.tolist(), strict=True)
        )
    )
    store_rows(HouseholdMember, ("household", "person", "relation", "is_head"), members)


def _appoint_workers(world, keys) -> None:
    """Posts of the community workers; those with neither lead nor deputy serve the grids in turn."""
    roles = Role.objects.in_bulk(field_name="code")
    units = dict(Unit.objects.filter(kind="committee").values_list("place__code", "pk"))
    grids: dict[str, list[str]] = {}
    for grid in world.city.ground.grids:
        grids.setdefault(grid.community, []).append(grid.code)
    posts, turn = [], dict.fromkeys(grids, 0)
    for worker in world.city.workers:
        code = "community-head" if worker.post == "正职" else "community-worker"
        start = max(worker.started_on, date(2015, 1, 1))
        person, unit = person_key(world, worker.person), units[worker.community]
        posts.append(_post(person, roles[code], keys[worker.community], unit, start))
        own = grids[worker.community]
        if worker.post == "其他" and turn[worker.community] < len(own):
            grid = own[turn[worker.community]]
            turn[worker.community] += 1
            posts.append(_post(person, roles["grid-worker"], keys[grid], unit, start))
    Post.objects.bulk_create(posts, batch_size=BATCH)


def _post(person, role, place, unit, start) -> Post:
    return Post(
        person_id=person,
        role=role,
        place_id=place,
        unit_id=unit,
        during=DateRange(start, None),
        apart_from=role.apart_from,
        reason="示范城市初始任命",
    )


def _make_accounts(world) -> None:
    """One account for each role that has a place here, with its post given by the act of appointing."""
    community = Place.objects.get(code=show_community(world).code)
    persons = _cast(world, community)
    roles = Role.objects.in_bulk(field_name="code")
    for code, level in ROLE_PLACES.items():
        if code not in roles:
            continue
        person = persons[code]
        user = User(username=code, email=f"{code}@example.invalid", person=person)
        user.set_unusable_password()
        user.save()
        world.users[code] = user
        place = _place_for(world, code, level, community)
        if place and not person.posts.filter(role=roles[code], place=place).exists():
            unit = _unit_for(code, place)
            appoint(person, by=None, role=roles[code], place=place, unit=unit, start=IN_OFFICE_SINCE)
    residence = claim_residence(world.users["resident"].person, community=community)
    verify_residence(residence, by=world.users["community-head"])
    _claim_more(community)


def _claim_more(community) -> None:
    """Neighbours who said in the last days that they belong here: a worker has still to look."""
    neighbours = Person.objects.living_in(community).filter(user=None, residences=None).order_by("pk")
    for person, kind in zip(neighbours[:3], ("resident", "resident", "floating"), strict=False):
        claim_residence(person, community=community, kind=kind)


def _place_for(world, code, level, community) -> Place | None:
    if not level:
        return None
    if level == "grid":
        return Place.objects.filter(level="grid", parent=community).order_by("code").first()
    if code in RURAL:
        return Place.objects.filter(level="county", code__gte="990121000000").order_by("code").first()
    return Place.objects.get(level=level, code__in=community.ancestor_codes)


def _unit_for(code, place) -> Unit | None:
    """The body in which a role serves: the civil-affairs department, the street office, the committee."""
    return (
        {
            "department-officer": Unit.objects.filter(place=place, name__endswith="城市管理局"),
            "county-officer": Unit.objects.filter(place=place, name__endswith="民政局"),
            "city-officer": Unit.objects.filter(place=place, name__endswith="民政局"),
        }.get(code, Unit.objects.filter(place=place, kind__in=["street_office", "committee"]))
        .order_by("code")
        .first()
    )


def _cast(world, community) -> dict[str, Person]:
    """Who plays which role: the workers of the community theirs, other grown-ups of it the rest."""
    staff = [w for w in world.city.workers if w.community == community.code]
    ordinary = [w for w in staff if w.post == "其他"]
    rows = {
        "community-head": next(w.person for w in staff if w.post == "正职"),
        "community-worker": ordinary[-1].person,
        "grid-worker": ordinary[0].person,
        "resident": _resident(world, community),
    }
    free = _grown_ups(world, community, without={*rows.values(), *(w.person for w in staff)})
    for code in ROLE_PLACES:
        if code not in rows:
            rows[code] = next(free)
    persons = Person.objects.in_bulk([person_key(world, row) for row in rows.values()])
    return {code: persons[person_key(world, row)] for code, row in rows.items()}


def _rows_of(world, community) -> np.ndarray:
    people, homes = world.city.population.people, world.city.population.households
    number = next(k for k, c in enumerate(world.city.ground.communities) if c.code == community.code)
    return np.flatnonzero(world.city.ground.buildings.community[homes.building][people.household] == number)


def _resident(world, community) -> int:
    """A woman in her forties or fifties who has a child and cares about her block."""
    people = world.city.population.people
    rows = _rows_of(world, community)
    age = people.age_on(world.last_day)[rows]
    fit = (people.sex[rows] == 2) & (age >= 42) & (age < 56) & (people.relation[rows] <= 1)
    return int(rows[fit & (people.phone[rows] > 0)][0])


def _grown_ups(world, community, *, without):
    """People between 28 and 55 of one household each, in order."""
    people = world.city.population.people
    rows = _rows_of(world, community)
    age, seen = people.age_on(world.last_day)[rows], set()
    for row, years in zip(rows.tolist(), age.tolist(), strict=True):
        home = int(people.household[row])
        if 28 <= years < 56 and row not in without and home not in seen:
            seen.add(home)
            yield row


def _entrust_a_mother(world) -> None:
    """The resident acts for an elder of the same building (代办): what a daughter does for her mother."""
    user = world.users["resident"]
    elder = (
        Person.objects.filter(home=user.person.home, birth_on__lt=date(world.last_day.year - 68, 1, 1))
        .exclude(pk=user.person_id)
        .order_by("pk")
        .first()
    )
    if elder:
        entrust(
            elder,
            proxy=user.person,
            kind="family",
            basis="书面委托（示范）",
            by=world.users["community-head"],
            start=IN_OFFICE_SINCE,
        )
