"""Who is to be looked after and why: care categories of the population at believable rates."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from linli.config.city.families import FAMILIES, MIX

CATEGORIES = (
    *("低保", "低边", "特困", "刚性支出困难", "独居", "空巢", "留守老人", "失能", "重残老人", "计生特殊家庭"),
    *("孤寡", "残疾", "孤儿", "事实无人抚养", "留守儿童", "困境儿童", "留守妇女", "单身特困母亲", "重病"),
    *("退役军人", "失业"),
)


@dataclass(frozen=True)
class Care:
    """One row for each person and category."""

    CATEGORIES: ClassVar = CATEGORIES

    person: np.ndarray  # row of People
    category: np.ndarray  # number in CATEGORIES
    since: np.ndarray  # datetime64[D]
    level: np.ndarray  # of a disability, 1 (most severe) to 4; else 0

    def __len__(self):
        return len(self.person)


def care(rng, geography, population, last_day):
    """Care rows of a population, person by person."""
    people, homes = population.people, population.households
    facts = _facts(geography, people, homes, last_day)
    level = np.where(rng.random(len(people)) < _disabled(facts["age"]), rng.integers(1, 5, len(people)), 0)
    poor = rng.random(len(homes))[people.household]
    chances = _chances(facts, level, poor)
    person, category = [], []
    for name, chance in chances.items():
        rows = np.flatnonzero(rng.random(len(people)) < chance)
        person.append(rows)
        category.append(np.full(len(rows), CATEGORIES.index(name)))
    person, category = np.concatenate(person), np.concatenate(category)
    order = np.lexsort((category, person))
    person, category = person[order], category[order]
    longest = np.minimum(facts["age"][person] * 365 + 1, 2200)
    since = np.datetime64(last_day, "D") - rng.integers(1, np.maximum(longest, 2))
    disabled = category == CATEGORIES.index("残疾")
    return Care(
        person, category.astype(np.uint8), since, np.where(disabled, level[person], 0).astype(np.uint8)
    )


def _facts(geography, people, homes, last_day):
    family = homes.family[people.household]
    kinds = list(MIX)
    compound = geography.buildings.compound[homes.building]
    style = np.array([kinds.index(c.kind) for c in geography.compounds])[compound][people.household]
    is_family = {name: family == number for number, name in enumerate(FAMILIES)}
    return {"age": people.age_on(last_day), "style": style, "rural": style == kinds.index("hamlet"),
            "woman": people.sex == 2, **is_family}  # fmt: skip


def _disabled(age):
    return np.select([age < 40, age < 60, age < 80], [0.008, 0.025, 0.05], 0.09)


def _chances(f, level, poor):
    """Chance of each category for each person; 0 or 1 where the facts decide."""
    age, rural, woman = f["age"], f["rural"], f["woman"]
    elder, child = age >= 60, age < 16
    alone, pair = f["single_elder"] & elder, f["couple_elder"] & elder
    poverty = np.array([0.022, 0.008, 0.018, 0.003, 0.034])[f["style"]]  # by MIX: old … hamlet
    on_allowance = poor < poverty
    with_grandparents = f["grandchild"] & child
    return {
        "低保": on_allowance,
        "低边": (poor >= poverty) & (poor < 1.6 * poverty),
        "特困": 0.02 * (alone & rural),
        "刚性支出困难": 0.0015 * (poor < 0.5),
        "独居": alone,
        "空巢": pair,
        "留守老人": 0.4 * (rural & elder & (alone | pair | f["grandchild"])),
        "失能": np.select([age < 60, age < 70, age < 80], [0, 0.011, 0.04], 0.15),
        "重残老人": elder & (level > 0) & (level <= 2),
        "计生特殊家庭": 0.008 * pair,
        "孤寡": 0.03 * alone,
        "残疾": level > 0,
        "孤儿": 0.0003 * child,
        "事实无人抚养": 0.0008 * child,
        "留守儿童": 0.75 * (with_grandparents & rural),
        "困境儿童": 0.004 * child,
        "留守妇女": 0.06 * (rural & woman & (age >= 25) & (age < 56)),
        "单身特困母亲": f["single_parent"] & woman & (age > 20) & on_allowance,
        "重病": np.select([age < 50, age < 70], [0.001, 0.005], 0.012),
        "退役军人": np.where(~woman & (age >= 20) & (age < 85), 0.022, 0),
        "失业": np.where((age >= 20) & (age < 56), 0.018, 0),
    }
