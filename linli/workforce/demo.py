"""Community workers of the demonstration city: some communities short, some certificates ended, two entered twice."""

import math
from datetime import date, timedelta

from linli.kernel.demo import DemoWorld, demo_step
from linli.registers.demo import NAMES, install_folder, load, speaking

from .demo_whole import make_whole

TRACKS = {"正职": "head", "副职": "deputy", "其他": "other"}
DEGREES = {"中专": "secondary", "大专": "college", "本科": "bachelor", "硕士": "master"}
LEVELS = {"助理社会工作师": "assistant", "社会工作师": "social_worker", "高级社会工作师": "senior"}
VALID_YEARS = 3
SHARES = {"legal": 9, "child": 9, "disaster": 8, "sports": 7, "agent": 8, "counsellor": 6, "emergency": 7}

LEGAL = (
    ("publicity", "material", "民法典宣传册进楼"), ("publicity", "training", "反诈培训"),
    ("mediation", "lecture", "法治讲堂：邻里纠纷"), ("aid", "service", "法律援助进社区"),
    ("notary", "new_way", "公证视频问答"),
)  # fmt: skip


@demo_step("workforce", "社区工作者队伍", after=("organisations",))
def make_workforce(world: DemoWorld) -> None:
    """Workers with grades, certificates, training and terms; professionals; vacancies where people are missing."""
    install_folder("workforce")
    staff = _workers(world)
    _certificates(world, staff)
    _grades(world, staff)
    _training(world, staff)
    _terms(world, staff)
    _assignments(world)
    _numbers(world, staff)
    _growing(world, staff)
    make_whole(world, staff)


def _workers(world: DemoWorld) -> list[tuple[str, object]]:
    """(number, worker) of every worker of the communities that keep the register."""
    codes = {community.code for community in speaking(world)}
    people, turn, staff, rows = world.city.population.people, {}, [], []
    for worker in world.city.workers:
        if worker.community not in codes:
            continue
        turn[worker.community] = turn.get(worker.community, 0) + 1
        number = f"{worker.community}W{turn[worker.community]:03}"
        staff.append((number, worker))
        rows.append(_worker(number, worker, people))
    load(world, "workers", rows)
    again = [row | {"number": f"{row['number']}-2", "duty": "网格"} for row in rows[5::70]]
    load(world, "workers", again, days_ago=12)  # entered twice under a new number: to be merged
    return staff


def _worker(number: str, worker, people) -> dict:
    kind = "committee" if worker.post == "正职" else "full_time"
    phone = people.phone[worker.person]
    return {
        "place": worker.community,
        "number": number,
        "name": str(people.name[worker.person]),
        "phone": str(phone) if phone else "",
        "birth_on": people.birth[worker.person].item(),
        "kind": kind,
        "track": TRACKS[worker.post],
        "duty": worker.duty,
        "degree": DEGREES[worker.degree],
        "started_on": worker.started_on,
    }


def _certificates(world: DemoWorld, staff: list) -> None:
    """Registered for three years; who did not renew has an ended one."""
    rows = []
    for at, (number, worker) in enumerate(staff):
        if worker.certificate:
            issued = worker.certified_on
            renewed = at % 4 != 0
            until = (
                world.last_day + timedelta(days=400)
                if renewed
                else issued.replace(day=1) + timedelta(days=365 * VALID_YEARS)
            )
            rows.append(
                {
                    "worker": number,
                    "level": LEVELS[worker.certificate],
                    "number": f"SW{at:06}",
                    "issued_on": issued,
                    "valid_until": until,
                }
            )
    load(world, "certificates", rows)


def _grades(world: DemoWorld, staff: list) -> None:
    rows = [
        {
            "worker": number,
            "track": TRACKS[worker.post],
            "grade": worker.grade,
            "since": max(worker.started_on, date(2024, 1, 1)),
            "state": "proposed" if at % 15 == 14 else "approved",
            "basis": "年度等级评定",
        }
        for at, (number, worker) in enumerate(staff)
    ]
    load(world, "grades", rows)


def _training(world: DemoWorld, staff: list) -> None:
    """A themed course each year; some were absent, some only enrolled."""
    city = next(one.code for one in world.city.ground.divisions if one.level == "city")
    years = (world.last_day.year - 1, world.last_day.year)
    days = {
        year: date(year, 9, 10) if year == years[0] else world.last_day - timedelta(days=9) for year in years
    }
    courses = [
        {
            "place": city,
            "title": f"{year}年社区工作者主题轮训",
            "kind": "theme",
            "hours": 24,
            "begins_on": days[year],
            "ends_on": days[year] + timedelta(days=2),
            "organiser": "市民政局",
        }
        for year in years
    ]
    load(world, "courses", courses, days_ago=2)
    rows = []
    for at, (number, _worker_row) in enumerate(staff):
        for course in courses:
            came = (at + course["begins_on"].year) % 6 != 0
            rows.append(
                {
                    "course": course["title"],
                    "worker": number,
                    "state": "passed" if came else "absent",
                    "hours": 24 if came else 0,
                }
            )
    load(world, "enrolments", rows, days_ago=2)
    pupils = [number for number, worker in staff if (world.last_day - worker.started_on).days < 1_000]
    mentors = {worker.community: number for number, worker in reversed(staff)}
    pairs = [
        {
            "worker": pupil,
            "mentor": mentors[pupil.split("W")[0]],
            "since": world.last_day - timedelta(days=90),
        }
        for pupil in pupils
        if mentors[pupil.split("W")[0]] != pupil
    ]
    load(world, "mentorings", pairs)
    talked = [
        {
            "worker": one["worker"],
            "mentor": one["mentor"],
            "held_on": one["since"],
            "subject": "入户走访怎么问",
            "hours": 1.5,
        }
        for one in pairs
    ]
    load(world, "mentoring-talks", talked)


def _growing(world: DemoWorld, staff: list) -> None:
    """Who studies for a certificate, and the reserve of a few communities: some trained, one gone to a post."""
    day = world.last_day - timedelta(days=90)
    studying = [
        {"worker": number, "level": "assistant", "kind": "fee", "given_on": day, "amount_yuan": 180}
        for number, _worker in staff[3::40]
    ]
    load(world, "study-supports", studying)
    kept = [
        {
            "place": worker.community, "name": NAMES[turn % len(NAMES)], "source": "graduate" if turn % 2 else "worker",
            "since": date(2024, 9, 1), "mentor": number, "trained_on": day if turn % 3 else None,
            "until": day if turn == 4 else None, "outcome": "任社区副主任" if turn == 4 else "",
        }
        for turn, (number, worker) in enumerate(staff[::60])
    ]  # fmt: skip
    load(world, "reserves", kept)
    _advising(world)


def _advising(world: DemoWorld) -> None:
    """The standard of training in two editions, and what advisers of elder care were asked."""
    city = next(one.code for one in world.city.ground.divisions if one.level == "city")
    editions = [
        {
            "place": city, "title": f"社区工作者职业培训标准 {edition} 版", "edition": edition, "track": "other",
            "hours": hours, "since": since, "until": until, "source": "清江市民政局（示范）",
        }
        for edition, hours, since, until in (
            ("2023", 16, date(2023, 1, 1), date(2025, 1, 1)), ("2025", 24, date(2025, 1, 1), None),
        )
    ]  # fmt: skip
    load(world, "training-standards", editions)
    advisers = [
        {
            "place": community.code, "kind": "elder" if turn % 2 else "assistance",
            "name": f"{NAMES[turn % len(NAMES)]}（{community.code}）", "duty_hours": "每周二、四 9:00—11:30",
            "since": date(2024, 6, 1),
        }
        for turn, community in enumerate(speaking(world)[::3])
    ]  # fmt: skip
    load(world, "assignments", advisers)
    asked = world.last_day - timedelta(days=40)
    consulted = [
        {
            "adviser": one["name"], "number": f"{one['place'][-6:]}-{number}", "asked_on": asked, "way": "booked",
            "subject": subject, "referred_to": unit, "follow_up_on": asked + timedelta(days=10) if unit else None,
            "followed_up_on": asked + timedelta(days=9) if unit and turn % 2 else None,
            "outcome": "已受理" if unit and turn % 2 else "",
        }
        for turn, one in enumerate(advisers)
        for number, (subject, unit) in enumerate((("日间照料怎么申请", "综合为老服务中心"), ("补贴标准", "")), 1)
    ]  # fmt: skip
    load(world, "consultations", consulted)
    given = [
        {
            "place": community.code, "service": service, "form": form, "title": title,
            "held_on": world.last_day - timedelta(days=30 + 20 * number), "people_count": 20 + turn,
            "given_by": "司法所",
        }
        for turn, community in enumerate(speaking(world))
        for number, (service, form, title) in enumerate(LEGAL[: 5 if turn % 3 else 3])
    ]  # fmt: skip
    load(world, "legal-activities", given)


def _terms(world: DemoWorld, staff: list) -> None:
    """Most heads hold both offices; in every fourth community a deputy is the director; one office is vacant."""
    heads, deputies = {}, {}
    for number, worker in staff:
        group = {"正职": heads, "副职": deputies}.get(worker.post)
        if group is not None:
            group.setdefault(worker.community, number)
    rows = []
    for at, (code, head) in enumerate(sorted(heads.items())):
        since, served = date(2021, 3, 1), at % 4
        rows.append({"worker": head, "office": "secretary", "since": since, "terms_served": served})
        if at % 10 != 9:
            director = deputies.get(code, head) if at % 4 == 3 else head
            rows.append({"worker": director, "office": "director", "since": since, "terms_served": served})
    load(world, "leadership-terms", rows)


def _assignments(world: DemoWorld) -> None:
    """Most communities have most professionals; which ones are missing differs."""
    rows = []
    for at, community in enumerate(speaking(world)):
        for nth, (kind, share) in enumerate(SHARES.items()):
            if (at * 3 + nth) % 10 < share:
                rows.append(
                    {
                        "place": community.code,
                        "kind": kind,
                        "name": NAMES[(at + nth) % len(NAMES)],
                        "phone": f"1390000{at % 100:02}{nth:02}",
                        "team": "微型消防站" if kind == "emergency" else "",
                        "trained_on": date(2025, 5, 12),
                        "since": date(2024, 1, 1),
                    }
                )
    load(world, "assignments", rows)


def _numbers(world: DemoWorld, staff: list) -> None:
    """Established numbers, and a vacancy where fewer work than are to."""
    residents = _residents(world)
    working: dict[str, int] = {}
    for _number, worker in staff:
        working[worker.community] = working.get(worker.community, 0) + 1
    numbers = {code: max(5, math.ceil(residents.get(code, 0) * 18 / 10_000)) for code in sorted(working)}
    since = date(2024, 1, 1)
    load(
        world,
        "establishments",
        [{"place": c, "number": n, "since": since, "basis": "员额核定（示范）"} for c, n in numbers.items()],
    )
    short = [(code, number - working[code]) for code, number in numbers.items() if working[code] < number]
    load(
        world,
        "vacancies",
        [
            {"place": c, "track": "other", "count": n, "since": world.last_day - timedelta(days=120)}
            for c, n in short
        ],
    )
    counties = [one.code for one in world.city.ground.divisions if one.level == "county"]
    load(
        world,
        "care-measures",
        [
            {"place": c, "title": "年度体检", "done_on": date(2025, 11, 1), "evidence": "全员体检"}
            for c in counties
        ],
    )


def _residents(world: DemoWorld) -> dict[str, int]:
    """{community: people who live there}."""
    city = world.city
    home = city.ground.buildings.community[city.population.households.building][
        city.population.people.household
    ]
    counts: dict[str, int] = {}
    for row in home.tolist():
        code = city.ground.communities[row].code
        counts[code] = counts.get(code, 0) + 1
    return counts
