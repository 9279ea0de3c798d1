"""Kinds of household: how often each occurs where, who is in it and how old they are."""

import numpy as np

RELATIONS = ("户主", "配偶", "子", "女", "父", "母", "孙子", "孙女", "同住人")

# Age of the head: (mean, spread, least, most); elders from the least upwards with a long tail.
FAMILIES = {
    "single_young": (28, 4.5, 21, 39),
    "single_mid": (48, 7, 36, 59),
    "single_elder": (76, 8, 60, 99),
    "couple_young": (30, 4, 22, 40),
    "couple_elder": (71, 7, 60, 95),
    "couple_one": (42, 9, 24, 62),
    "couple_two": (38, 6, 25, 54),
    "three_gen": (41, 7, 26, 58),
    "grandchild": (65, 6, 52, 84),
    "single_parent": (39, 7, 23, 56),
    "shared": (26, 4, 19, 40),
}

# Share (per cent) of each kind of household, in the order of FAMILIES, by the kind of compound.
MIX = {
    "old": (7, 7, 14, 6, 21, 19, 6, 9, 2, 4, 5),
    "mixed": (7, 6, 7, 9, 13, 27, 10, 13, 1, 3, 4),
    "relocation": (4, 4, 8, 6, 16, 20, 14, 22, 2, 2, 2),
    "new": (11, 5, 3, 16, 7, 27, 13, 11, 0.5, 2.5, 4),
    "hamlet": (1, 4, 19, 2, 29, 8, 8, 15, 12, 2, 0),
}

# Who joins the head: role, chance. The head is always there.
_JOIN = {
    "single_young": (),
    "single_mid": (),
    "single_elder": (),
    "couple_young": (("partner", 1.0),),
    "couple_elder": (("partner", 1.0),),
    "couple_one": (("partner", 1.0), ("child", 1.0)),
    "couple_two": (("partner", 1.0), ("child", 1.0), ("second", 1.0), ("third", 0.06)),
    "three_gen": (("partner", 0.96), ("child", 1.0), ("second", 0.38), ("mother", 0.82), ("father", 0.5)),
    "grandchild": (("partner", 0.7), ("grandchild", 1.0), ("grandchild2", 0.35)),
    "single_parent": (("child", 1.0), ("second", 0.15)),
    "shared": (("mate", 1.0), ("mate2", 0.6), ("mate3", 0.3)),
}

ROLES = ("head", "partner", "child", "second", "third", "father", "mother", "grandchild", "grandchild2",
         "mate", "mate2", "mate3")  # fmt: skip


def draw_members(rng, family, *, rural):
    """Columns over people, household by household with the head first: household, role, relation, sex, age.

    Also `head_sex`, the sex of the household's head, on which names depend. Ages in years.
    """
    n = len(family)
    spec = np.array(list(FAMILIES.values()))[family]
    head_age = np.clip(rng.normal(spec[:, 0], spec[:, 1]), spec[:, 2], spec[:, 3] + 0.999)
    single = np.isin(family, [k for k, name in enumerate(FAMILIES) if name.startswith("single")])
    elder_single = family == list(FAMILIES).index("single_elder")
    male = rng.random(n) < np.where(elder_single, 0.36, np.where(single, 0.5, np.where(rural, 0.88, 0.68)))
    joined = [(0, np.arange(n))] + [_joiners(rng, family, number) for number in range(1, len(ROLES))]
    household = np.concatenate([rows for _, rows in joined])
    role = np.concatenate([np.full(len(rows), number) for number, rows in joined])
    order = np.lexsort((role, household))
    household, role = household[order], role[order]
    head_sex = np.where(male, 1, 2)
    sex = _sexes(rng, role, head_sex[household])
    age = _ages(rng, role, household, head_age)
    return {"household": household, "role": role, "sex": sex, "age": age, "relation": _relations(role, sex),
            "head_sex": head_sex[household]}  # fmt: skip


def _joiners(rng, family, number):
    """(role number, households that have such a member)."""
    chance = np.array([dict(_JOIN[name]).get(ROLES[number], 0) for name in FAMILIES])[family]
    return number, np.flatnonzero(rng.random(len(family)) < chance)


def _sexes(rng, role, head_sex):
    drawn = np.where(rng.random(len(role)) < 0.52, 1, 2)
    fixed = {"head": head_sex, "partner": 3 - head_sex, "father": 1, "mother": 2}
    return np.select([role == ROLES.index(name) for name in fixed], list(fixed.values()), drawn)


def _ages(rng, role, household, head_age):
    """Ages of all members from the head's, never below zero."""
    head = head_age[household]
    mother_at = rng.normal(27.5, 3.6, len(head_age))[household]  # age of the head at the first child
    noise = rng.normal(0, 1, len(role))
    by_role = {
        "head": head,
        "partner": np.maximum(head - 1.2 + 2.6 * noise, 20),
        "child": head - mother_at,
        "second": head - mother_at - 3.4 - 0.7 * noise,
        "third": head - mother_at - 6.5 - 0.7 * noise,
        "father": head + 27 + 3 * noise,
        "mother": head + 25.5 + 3 * noise,
        "grandchild": np.clip(head - 57 + 3.5 * noise, 1, 16.9),
        "grandchild2": np.clip(head - 60.5 + 2 * noise, 0.3, 15),
    }
    age = np.select(
        [role == ROLES.index(name) for name in by_role],
        list(by_role.values()),
        np.maximum(head + 3 * noise, 18),
    )
    floor = np.abs(noise) * 1.8  # who would be unborn is a small child instead
    return np.clip(np.where(age < 0, floor, age), 0, 104)


def _relations(role, sex):
    pairs = {"child": ("子", "女"), "second": ("子", "女"), "third": ("子", "女"), "father": ("父", "父"),
             "mother": ("母", "母"), "grandchild": ("孙子", "孙女"), "grandchild2": ("孙子", "孙女"),
             "head": ("户主", "户主"), "partner": ("配偶", "配偶")}  # fmt: skip
    table = np.array(
        [[RELATIONS.index(word) for word in pairs.get(name, ("同住人", "同住人"))] for name in ROLES]
    )
    return table[role, sex - 1]
