"""Organisations, volunteer teams and the offices of government of the demonstration city."""

import numpy as np

from linli.config.city import credit
from linli.config.city.registers import Organisation, Team, Unit
from linli.config.city.sites import earlier, telephone
from linli.config.city.words import words

_FIELDS = (
    "为老服务",
    "儿童关爱",
    "文化体育",
    "环境保护",
    "邻里调解",
    "助残扶弱",
    "平安巡防",
    "健康促进",
    "就业创业",
)
_ACTIVITY = (
    "合唱队",
    "舞蹈队",
    "太极拳队",
    "书画社",
    "棋牌社",
    "巾帼志愿队",
    "巡逻队",
    "夕阳红艺术团",
    "读书会",
    "乒乓球队",
)
_TEAM = ("敬老助老", "文明劝导", "环境清洁", "平安巡逻", "青少年辅导", "应急救援", "便民维修", "文艺宣传")
_DEPARTMENTS = (
    *(
        "民政局",
        "卫生健康局",
        "住房和城乡建设局",
        "城市管理局",
        "人力资源和社会保障局",
        "教育局",
        "农业农村局",
        "司法局",
    ),
    *("财政局", "商务局", "文化和旅游局", "应急管理局", "退役军人事务局", "残疾人联合会", "政务服务局"),
)

_REGISTERED = (
    ("association", credit.ASSOCIATION, "协会"),
    ("service", credit.SERVICE, "社会工作服务中心"),
    ("service", credit.SERVICE, "养老服务中心"),
)


def organisations(parts, ground, last_day):
    """Registered ones for each street, filed ones, property firms and owners' committees for communities."""
    rows = []
    streets = [d for d in ground.divisions if d.level == "street"]
    for number, street in enumerate(streets):
        rows += _of_street(parts("street organisations", number), street, len(rows), last_day)
    for number, community in enumerate(ground.communities):
        rows += _of_community(parts("organisations", number), community, len(rows), last_day)
    return tuple(rows)


def _of_street(rng, street, serial, last_day):
    rows = []

    def add(name, kind, prefix):
        number = serial + len(rows)
        code = credit.credit_code(prefix, street.code[:6], 30_000_000 + number)
        rows.append(
            _body(rng, f"{street.code}O{number:05d}", name, kind, street.code, code=code, last_day=last_day)
        )

    for kind, prefix, ends in _REGISTERED * 2:
        if rng.random() < (0.7 if street.kind == "街道" else 0.35):
            add(words("fair")[rng.integers(len(words("fair")))] + ends, kind, prefix)
    if street.kind == "街道":
        add(f"{street.name}社区发展基金会", "fund", credit.FOUNDATION)
    return rows


def _of_community(rng, community, serial, last_day):
    urban = community.kind == "居委会"
    rows = []

    def add(name, kind, *, code=""):
        number = f"{community.code}O{serial + len(rows):05d}"
        rows.append(_body(rng, number, name, kind, community.code, code=code, last_day=last_day))

    stem = community.name
    for k in rng.permutation(len(_ACTIVITY))[: int(rng.integers(4, 11) if urban else rng.integers(1, 6))]:
        add(f"{stem}{_ACTIVITY[k]}", "activity_team")
    if urban and rng.random() < 0.78:
        fair = words("estate_head")[rng.integers(len(words("estate_head")))]
        code = credit.credit_code(credit.COMPANY, community.code[:6], 31_000_000 + serial)
        add(f"{fair}物业服务有限公司（{stem}项目）", "property_firm", code=code)
        if rng.random() < 0.5:
            add(f"{stem}业主委员会", "owners_committee")
    if not urban and rng.random() < 0.5:
        add(f"{stem}红白理事会", "association")
    return rows


def _body(rng, number, name, kind, place, *, code, last_day):
    grade = str(rng.choice(("", "1A", "2A", "3A", "4A", "5A"), p=(0.45, 0.06, 0.14, 0.2, 0.11, 0.04)))
    return Organisation(
        number,
        name,
        kind,
        bool(code),
        code,
        place,
        _FIELDS[rng.integers(len(_FIELDS))],
        earlier(rng, last_day, years=14),
        grade if code and kind != "property_firm" else "",
        int(rng.integers(8, 60)),
        telephone(rng) if code else "",
    )


def teams(parts, ground, population, last_day):
    """One to four volunteer teams in each community, of adults who live there."""
    people, homes = population.people, population.households
    community = ground.buildings.community[homes.building][people.household]
    age = people.age_on(last_day)
    able = np.flatnonzero((age >= 16) & (age < 79))
    order = able[np.argsort(community[able], kind="stable")]
    counts = np.bincount(community[able], minlength=len(ground.communities))
    rows = []
    for number, adults in enumerate(np.split(order, np.cumsum(counts)[:-1])):
        rng, home = parts("teams", number), ground.communities[number]
        for k in rng.permutation(len(_TEAM))[: int(rng.integers(1, 5))]:
            members = np.sort(
                rng.choice(adults, size=min(len(adults), int(rng.integers(8, 36))), replace=False)
            )
            leader = int(members[np.argmin(np.abs(age[members] - 55))])
            name = f"{home.name}{_TEAM[k]}志愿服务队"
            founded = earlier(rng, last_day, years=9)
            code = f"{home.code}T{len(rows):05d}"
            rows.append(
                Team(code, name, home.code, _TEAM[k], founded, leader, tuple(int(m) for m in members))
            )
    return tuple(rows)


def units(parts, ground):
    """Departments of the city, its districts and counties; street offices; committees."""
    rng, rows = parts("units"), []
    for d in ground.divisions:
        if d.level in ("city", "county"):
            rows += [
                Unit(f"{d.code}U{k:02d}", d.name + name, "department", d.code, telephone(rng))
                for k, name in enumerate(_DEPARTMENTS)
            ]
        elif d.level == "street":
            body = "街道办事处" if d.kind == "街道" else "人民政府"
            name = d.name.removesuffix("街道") + body if d.kind == "街道" else d.name + body
            rows.append(Unit(f"{d.code}U00", name, "street_office", d.code, telephone(rng)))
        elif d.level == "community":
            body = "居民委员会" if d.kind == "居委会" else "村民委员会"
            rows.append(Unit(f"{d.code}U00", d.name + body, "committee", d.code, telephone(rng)))
    return tuple(rows)
