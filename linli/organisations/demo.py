"""Organisations, compounds, stations and resident units of the demonstration city, imported as tables."""

from collections import Counter
from datetime import date, timedelta

from linli.kernel.demo import DemoWorld, demo_step
from linli.places.models import Place
from linli.registers.demo import NAMES, OLD, load, speaking

from . import demo_joint as demo_joint  # its step comes with it

KINDS = {"association": "association", "service": "service", "fund": "foundation"}
MODES = {"old": "self", "mixed": "market", "new": "market", "relocation": "state", "hamlet": "self"}
LATE = 7  # every so many communities: one that has confirmed nothing for a year


@demo_step("organisations", "组织、物业和小区治理", after=("register-rules",))
def make_organisations(world: DemoWorld) -> None:
    """Most communities keep their registers; some are late, some silent, some entered a team twice."""
    codes = {community.code for community in speaking(world)}
    late = set(sorted(codes)[LATE - 1 :: LATE])
    _organisations(world, codes, late)
    firms = _property_firms(world, codes)
    _compounds(world, codes, firms)
    _resident_units(world, codes)
    _linkage(world, codes)


def _organisations(world: DemoWorld, codes: set[str], late: set[str]) -> None:
    bodies = [b for b in world.city.organisations if b.kind in (*KINDS, "activity_team")]
    bodies = [b for b in bodies if b.place in codes or b.place.endswith("000")]
    bodies = list({(body.place, body.name): body for body in bodies}.values())
    rows = [_organisation(number, body) for number, body in enumerate(bodies)]
    fresh = [row for row in rows if row["place"] not in late]
    load(world, "organisations", fresh)
    load(world, "organisations", [row for row in rows if row["place"] in late], days_ago=OLD)
    # the city writes some bodies down twice: a code that stands for two says nothing in another table
    times = Counter(row["credit_code"] for row in rows)
    registered = [row for row in rows if row["credit_code"] and times[row["credit_code"]] == 1]
    load(world, "supports", [_support(world, row) for row in registered[::3]])
    served = [
        {"organisation": row["credit_code"], "served": code, "since": date(2024, 1, 1)}
        for row, code in zip(registered[1::3], sorted(codes), strict=False)
    ]
    load(world, "service-areas", served)
    # entered a second time by a community where it works: the same code under a shorter name
    twice = [
        row | {"place": code, "name": row["name"][:4] + "站", "note": ""}
        for row, code in zip(registered[::9], sorted(codes), strict=False)
    ]
    load(world, "organisations", twice, days_ago=10)
    brands = [{"place": code, "name": "邻里一家亲", "subject": "邻里互助"} for code in sorted(codes)[::4]]
    load(world, "brands", brands)


def _organisation(number: int, body) -> dict:
    kind = KINDS.get(body.kind, "community")
    if body.kind == "activity_team":
        kind = ("mass_team", "group", "community")[number % 3]
    elif not body.registered:
        kind = "community"
    return {
        "place": body.place,
        "name": body.name,
        "kind": kind,
        "standing": "registered" if body.credit_code else "filed",
        "credit_code": body.credit_code,
        "grade": body.grade if body.credit_code else "",
        "state": "dormant" if number % 13 == 12 else "active",
        "subject": body.field,
        "able": bool(body.credit_code) or number % 6 == 0,
        "member_count": body.members,
        "founded_on": body.founded_on,
        "contact_name": NAMES[number % len(NAMES)],
        "contact_phone": body.phone,
    }


def _support(world: DemoWorld, row: dict) -> dict:
    return {
        "organisation": row["credit_code"],
        "kind": "money",
        "title": "公益创投资助",
        "amount": 20_000,
        "given_on": world.last_day - timedelta(days=200),
        "given_by": "区县民政局",
    }


def _property_firms(world: DemoWorld, codes: set[str]) -> dict[str, str]:
    """{community: credit code of the firm that works there}."""
    firms = [b for b in world.city.organisations if b.kind == "property_firm" and b.place in codes]
    coverage = ("own", "joint", "instructor", "none")
    rows = [
        {
            "place": body.place,
            "name": body.name,
            "credit_code": body.credit_code,
            "party": coverage[number % 4],
            "contact_name": NAMES[number % len(NAMES)],
            "contact_phone": body.phone,
        }
        for number, body in enumerate(firms)
    ]
    load(world, "property-firms", rows)
    return {body.place: body.credit_code for body in firms}


def _compounds(world: DemoWorld, codes: set[str], firms: dict[str, str]) -> None:
    households = _households(world)
    kept = [one for one in world.city.ground.compounds if one.community in codes]
    profiles = [_profile(world, number, one, firms, households) for number, one in enumerate(kept)]
    load(world, "compounds", profiles)
    with_station = [one for number, one in enumerate(kept) if number % 5 != 4 and one.kind != "hamlet"]
    stations = [
        {
            "place": one.code,
            "name": f"{one.name}工作站",
            "opened_on": date(2022, 5, 1),
            "households": households[one.code],
        }
        for one in with_station
    ]
    load(world, "stations", stations)
    by_name: dict[str, int] = {}
    for row in stations:
        by_name[row["name"]] = by_name.get(row["name"], 0) + 1
    stewards = [
        steward
        for number, row in enumerate(stations)
        if by_name[row["name"]] == 1
        for steward in _stewards(number, row)
    ]
    load(world, "stewards", stewards)
    owners = [one for one in kept if one.kind in ("new", "mixed")][::2]
    load(world, "owners-committees", [_committee(number, one) for number, one in enumerate(owners)])


def _households(world: DemoWorld) -> dict[str, int]:
    """{compound: lived-in dwellings}."""
    ground = world.city.ground
    found = {one.code: 0 for one in ground.compounds}
    codes = [one.code for one in ground.compounds]
    for row, count in zip(
        ground.buildings.compound.tolist(), ground.buildings.households.tolist(), strict=True
    ):
        if row >= 0:
            found[codes[row]] += count
    return found


def _profile(world: DemoWorld, number: int, one, firms: dict[str, str], households: dict[str, int]) -> dict:
    mode, firm = MODES[one.kind], firms.get(one.community)
    if mode == "market" and firm is None:
        mode = "state"
    unmanaged = one.kind == "old" and number % 3 == 0
    row = {
        "place": one.code,
        "unmanaged": unmanaged,
        "mode": "none" if unmanaged and number % 2 else mode,
        "three_members": number % 4 != 3,
        "party": ("branch", "group", "instructor", "none")[number % 4],
        "households": households[one.code],
    }
    if row["mode"] == "market":
        ended = number % 8 == 7  # a contract that ran out and nobody renewed
        until = world.last_day + timedelta(days=-60 if ended else 500)
        row |= {"firm": firm, "contract_since": date(2023, 1, 1), "contract_until": until}
    return row


def _stewards(number: int, station: dict) -> list[dict]:
    """One head, and a steward for each hundred households."""
    count = max(1, (station["households"] or 0) // 100)
    names = [NAMES[(number + k) % len(NAMES)] for k in range(min(count, 10) + 1)]
    shared = {"station": station["name"], "since": date(2023, 1, 1)}
    return [
        shared
        | {
            "kind": "steward" if at else "head",
            "name": name,
            "buildings": f"{at}号楼一带" if at else "",
            "phone": f"1380000{number % 100:02}{at:02}",
        }
        for at, name in enumerate(names)
    ]


def _committee(number: int, one) -> dict:
    filed = number % 4 != 3
    return {
        "place": one.code,
        "name": f"{one.name}业主委员会",
        "state": "filed" if filed else "preparing",
        "elected_on": date(2023, 6, 1) if filed else None,
        "filed_on": date(2023, 7, 1) if filed else None,
        "term_ends_on": date(2026, 6, 1) if filed else None,
        "member_count": 7 if filed else None,
        "cross_posts": number % 3 if filed else None,
    }


def _resident_units(world: DemoWorld, codes: set[str]) -> None:
    """The shops of each community and, here and there, a school: check-in as numbers alone."""
    coverage = ("own", "joint", "instructor", "none")
    taken: set[tuple[str, str]] = set()
    rows = []
    for number, outlet in enumerate(world.city.outlets):
        if outlet.community in codes and (outlet.community, outlet.name) not in taken:
            taken.add((outlet.community, outlet.name))
            rows.append(
                {
                    "place": outlet.community,
                    "name": outlet.name,
                    "kind": "shop" if number % 3 else "small_firm",
                    "credit_code": outlet.credit_code,
                    "party": coverage[number % 4],
                }
            )
    for number, code in enumerate(sorted(codes)):
        rows.append(
            {
                "place": code,
                "name": "社区小学",
                "kind": "institution",
                "listed": True,
                "checked_in_on": date(2025, 3, 1) if number % 5 else None,
                "members_listed": 20 + number % 9,
                "members_checked_in": 15 + number % 9 if number % 5 else 0,
                "can_share": "操场周末开放",
            }
        )
    load(world, "resident-units", rows)


def _linkage(world: DemoWorld, codes: set[str]) -> None:
    """Talks with the brand teams, schools that promised their grounds, stations of social work, two enterprises."""
    some, day = sorted(codes)[::3], world.last_day - timedelta(days=60)
    founded = [
        {
            "place": code,
            "name": f"邻里服务社{number}",
            "kind": "enterprise",
            "standing": "neither",
            "able": True,
        }
        for number, code in enumerate(some[:2], 1)
    ]
    load(world, "organisations", founded)
    entered = {
        "founder": "社区居委会", "ownership": "committee", "aim": "服务无物业小区和老年居民", "reinvest_percent": 50,
        "surveyed_on": day, "entered_on": day,
    }  # fmt: skip
    kinds = (("county", "property"), ("city", "convenience"))
    load(
        world, "enterprises",
        [{"organisation": one["name"], "library": library, "field": field} | entered
         for one, (library, field) in zip(founded, kinds, strict=False)],
    )  # fmt: skip
    load(
        world, "liaisons",
        [{"organisation": one["name"], "met_on": day, "liaison": NAMES[n], "subject": "了解经营和需要的支持",
          "needs": "需要一间仓库", "settled_on": day if n else None, "outcome": "街道协调车库一间" if n else ""}
         for n, one in enumerate(founded)],
    )  # fmt: skip
    streets = sorted({f"{code[:9]}000" for code in codes})
    names = dict(Place.objects.filter(code__in=[*streets, *some]).values_list("code", "name"))
    load(
        world, "social-work-stations",
        [{"place": code, "name": f"{names[code]}社工站", "opened_on": date(2023, 5, 1), "worker_count": 4,
          "certified_count": 3} for code in streets],
    )  # fmt: skip
    schools = [
        {"place": code, "name": f"{names[code]}{number}小", "kind": "institution", "can_share": "礼堂、操场"}
        for number, code in enumerate(some, 1)
    ]
    load(world, "resident-units", schools)
    load(
        world, "commitments",
        [{"unit": one["name"], "kind": "resource", "title": "操场周末向居民开放", "promised_on": day,
          "due_on": day + timedelta(days=30), "done_on": day if number % 2 else None,
          "outcome": "已开放" if number % 2 else ""} for number, one in enumerate(schools)],
    )  # fmt: skip
