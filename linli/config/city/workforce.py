"""Community workers: who they are, since when, with which grade and certificate."""

from datetime import timedelta

import numpy as np

from linli.config.city.registers import Worker
from linli.config.city.sites import earlier

_DUTIES = (
    "党建",
    "民政",
    "综治网格",
    "卫生健康",
    "社会保障",
    "文化教育",
    "城市管理",
    "为老服务",
    "残联",
    "财务",
)
_DEGREES = ("中专", "大专", "本科", "硕士")
_CERTIFICATES = ("助理社会工作师", "社会工作师", "高级社会工作师")
# first grade of each post in 三岗十八级, and its last
_SPAN = {"正职": (7, 18), "副职": (4, 15), "其他": (1, 12)}


def workers(parts, ground, population, last_day):
    """Workers of every community: most at the norm of 18 for 10,000 residents, some below it."""
    people, homes = population.people, population.households
    home = ground.buildings.community[homes.building][people.household]
    residents = np.bincount(home, minlength=len(ground.communities))
    age = people.age_on(last_day)
    county = np.array([int(c.code[:6]) for c in ground.communities])
    able = (age >= 23) & (age < 58)
    pool = {code: np.flatnonzero(able & (county[home] == code)) for code in np.unique(county)}
    pool = {code: list(parts("worker pool", int(code)).permutation(rows)) for code, rows in pool.items()}
    rows = []
    for number, community in enumerate(ground.communities):
        rng = parts("workers", number)
        norm = residents[number] * 18 / 10_000
        count = max(5, round(norm * rng.choice((0.75, 1.0, 1.15, 1.3), p=(0.25, 0.45, 0.2, 0.1))))
        if community.kind == "村委会":
            count = int(rng.integers(3, 6))
        own = pool[county[number]]
        staff = sorted((int(own.pop()) for _ in range(count)), key=lambda k: -age[k])
        for place, person in enumerate(staff):
            rows.append(_worker(rng, community, person, age=int(age[person]), place=place, last_day=last_day))
    return tuple(rows)


def _worker(rng, community, person, *, age, place, last_day):
    post = "正职" if place == 0 else "副职" if place in (1, 2) else "其他"
    years = min(age - 21, float(rng.gamma(2.2, 3.2)) + (4 if post != "其他" else 0.2))
    started = last_day - timedelta(days=int(max(years, 0.1) * 365))
    degree = int(rng.choice(4, p=(0.12, 0.43, 0.42, 0.03)))
    certificate, certified = "", None
    if rng.random() < 0.24:
        certificate = _CERTIFICATES[int(rng.choice(3, p=(0.68, 0.3, 0.02)))]
        certified = max(started, earlier(rng, last_day, years=6))
    low, high = _SPAN[post]
    grade = int(np.clip(low + years // 3 + (degree >= 2) + bool(certificate), low, high))
    duty = "全面工作" if post == "正职" else _DUTIES[(place - 1) % len(_DUTIES)]
    return Worker(
        person, community.code, post, duty, grade, started, _DEGREES[degree], certificate, certified
    )
