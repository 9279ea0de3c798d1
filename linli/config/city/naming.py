"""Names, places of registration and ID numbers of invented people, all columns at once."""

import numpy as np

from linli.config.city.families import ROLES
from linli.config.city.words import words

HAN, MONGOL, HUI, TIBETAN, UYGHUR, MANCHU = 1, 2, 3, 4, 5, 11
_PEOPLES = ((MONGOL, 0.0022), (HUI, 0.009), (TIBETAN, 0.0018), (UYGHUR, 0.0022), (MANCHU, 0.006))
_OWN_NAMES = ((UYGHUR, "uyghur", True), (TIBETAN, "tibetan", False), (MONGOL, "mongol", False))
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])


def names(rng, members, birth):
    """(names, ethnicity codes): families share a surname the usual way, given names follow the decade."""
    household, n = members["household"], len(birth)
    homes = int(household[-1]) + 1 if n else 0
    codes, shares = zip(*_PEOPLES, strict=True)
    draw = rng.random(homes)
    home_people = np.array([*codes, HAN])[np.searchsorted(np.cumsum(shares), draw, side="right")]
    ethnicity = home_people[household].astype(np.uint8)
    surname = _surnames(rng, members, homes)
    full = np.char.add(surname, _given(rng, members["sex"], birth)).astype("<U12")
    for people, key, joined in (
        (UYGHUR, "uyghur", True),
        (TIBETAN, "tibetan", False),
        (MONGOL, "mongol", False),
    ):
        rows = np.flatnonzero(ethnicity == people)
        full[rows] = _own_names(rng, members["sex"][rows], key, joined=joined)
    return full, ethnicity


def _own_names(rng, sex, key, *, joined):
    """Names of a people of its own; the father's name behind a middle dot where that is the custom."""
    men, women = np.array(words(f"{key}_men")), np.array(words(f"{key}_women"))
    own = np.where(
        sex == 1, men[rng.integers(len(men), size=len(sex))], women[rng.integers(len(women), size=len(sex))]
    )
    second = men if joined else women
    other = second[rng.integers(len(second), size=len(sex))]
    return np.char.add(np.char.add(own, "·" if joined else ""), other)


def _surnames(rng, members, homes):
    pool = np.array(words("surnames"))
    weight = 1 / (np.arange(len(pool)) + 2.5) ** 0.85

    def drawn(count):
        return pool[rng.choice(len(pool), size=count, p=weight / weight.sum())]

    household, role = members["household"], members["role"]
    head, partner, own = drawn(homes)[household], drawn(homes)[household], drawn(len(role))
    of_father = np.where(members["head_sex"] == 1, head, partner)
    mothers = rng.random(homes)[household] < 0.07  # some children carry their mother's name
    of_child = np.where(mothers, np.where(members["head_sex"] == 1, partner, head), of_father)
    is_role = {name: role == ROLES.index(name) for name in ROLES}
    children = is_role["child"] | is_role["second"] | is_role["third"]
    grandchildren = is_role["grandchild"] | is_role["grandchild2"]
    return np.select(
        [is_role["head"] | is_role["father"], is_role["partner"], children, grandchildren],
        [head, partner, of_child, of_father],
        own,
    )


def _given(rng, sex, birth):
    """Given names in the fashion of the birth year; a rare character now and then."""
    year = birth.astype("datetime64[Y]").astype(int) + 1970
    cohort = np.searchsorted([1957, 1977, 1997], year, side="right")
    given = np.empty(len(sex), dtype="<U3")
    short = rng.random(len(sex)) < np.array([0.09, 0.2, 0.34, 0.13])[cohort]
    for code, who in ((1, "men"), (2, "women")):
        for k in range(4):
            rows = np.flatnonzero((sex == code) & (cohort == k))
            first, second = np.array(words(f"{who}_{k + 1}")), np.array(words(f"{who}_{k + 1}b"))
            a, b = (pool[rng.integers(len(pool), size=len(rows))] for pool in (first, second))
            given[rows] = np.char.add(np.where(short[rows], "", a), b)
    rare = np.array(words("rare"))
    rows = np.flatnonzero(rng.random(len(sex)) < 0.002)
    given[rows] = rare[rng.integers(len(rare), size=len(rows))]
    return given


def regions(rng, kind, town, region):
    """Six-digit code of each household's place of registration: here, or in an invented county of its own."""
    prefecture, block = 2 + town // 9, (town % 9) * 10
    elsewhere = 990_000 + prefecture * 100 + block + rng.integers(1, 10, len(kind))
    return np.where(kind == 0, int(region), elsewhere).astype(np.int32)


def id_numbers(birth, sex, region, *, own, rank_from):
    """18-character numbers (bytes) with the right check digit; no two alike.

    Within a region and a birthday, men take odd running numbers and women even ones, in order; people of the
    region `own` begin at `rank_from`, for other towns of it give numbers too.
    """
    rank = _ranks(region.astype(np.int64) * 10**6 + birth.astype(int) * 4 + sex)
    rank += np.where(region == own, rank_from, 0)
    running = 2 * rank + np.where(sex == 1, 1, 2)
    if running.max(initial=0) > 999:
        raise ValueError("more than 499 people of one sex were born in one county on one day")
    text = _digits(region, 6), _digits(_yyyymmdd(birth), 8), _digits(running, 3)
    digits = np.concatenate(text, axis=1)
    check = np.frombuffer(b"10X98765432", dtype=np.uint8)[(digits @ _WEIGHTS) % 11]
    whole = np.concatenate([digits.astype(np.uint8) + ord("0"), check[:, None]], axis=1)
    return np.ascontiguousarray(whole).view("S18").ravel()


def _ranks(keys):
    """How many earlier entries have the same key."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    lengths = np.diff(np.append(starts, len(keys)))
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys)) - np.repeat(starts, lengths)
    return rank


def _yyyymmdd(day):
    months = day.astype("datetime64[M]")
    year, month = np.divmod(months.astype(int), 12)
    return (year + 1970) * 10_000 + (month + 1) * 100 + (day - months).astype(int) + 1


def _digits(numbers, width):
    """Decimal digits (n, width) of non-negative numbers."""
    return np.asarray(numbers, dtype=np.int64)[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10
