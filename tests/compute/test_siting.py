from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli_compute import siting_bounds, siting_model, siting_places
from linli_compute.errors import InputError
from linli_compute.siting import Limits, Siting, cover_most, cover_share, in_one_house, least_walk, served

bounded = settings(derandomize=True, max_examples=15, deadline=None)
seeds = st.integers(0, 10_000)
EXACT = Limits(seconds=20.0, gap=0.0)


def instance(seed, *, cells=14, sites=7, **more):
    rng = np.random.default_rng(seed)
    cell, site = np.nonzero(rng.random((cells, sites)) < 0.3)
    return Siting(
        rng.integers(0, 40, cells).astype(float), cell, site, rng.integers(1, 9, sites).astype(float), **more
    )


def covered(problem, chosen):
    hit = np.unique(problem.cell[np.isin(problem.site, chosen)])
    return float(problem.people[hit].sum())


def subsets(problem):
    stands = np.flatnonzero(problem.stands).tolist()
    new = [s for s in range(len(problem.cost)) if s not in stands]
    for size in range(len(new) + 1):
        for more in combinations(new, size):
            yield list(more), stands + list(more), float(problem.cost[list(more)].sum())


@bounded
@given(seeds)
def test_the_cheapest_cover_is_that_of_brute_force(seed):
    problem = instance(seed)
    total = problem.people.sum()
    share = 0.8 * covered(problem, np.arange(7)) / total

    answer = cover_share(problem, share, limits=EXACT)

    best = min(cost for _, all_, cost in subsets(problem) if covered(problem, all_) >= share * total - 1e-9)
    assert answer.cost == pytest.approx(best)
    assert answer.gap == 0.0
    assert covered(problem, answer.sites) == pytest.approx(answer.people)


@bounded
@given(seeds, st.integers(0, 20))
def test_the_most_covered_is_that_of_brute_force(seed, budget):
    kept = np.arange(7) == 2
    problem = instance(seed, kept=kept)

    answer = cover_most(problem, float(budget), limits=EXACT)

    best = max(covered(problem, all_) for _, all_, cost in subsets(problem) if cost <= budget)
    assert answer.people == pytest.approx(best)
    assert answer.before == pytest.approx(covered(problem, [2]))
    assert answer.gap == 0.0
    assert 2 not in answer.sites
    assert answer.cost <= budget


@bounded
@given(seeds, st.integers(1, 25))
def test_sites_ruled_out_by_the_bound_lose_nothing(seed, budget):
    """The question made small before the solver sees it has the same best answer and a bound that is true."""
    kept = np.arange(9) == 4
    problem = instance(seed, cells=30, sites=9, kept=kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(siting_bounds, "WORTH_IT", 1)
        answer = cover_most(problem, float(budget), limits=EXACT)

    best = max(covered(problem, all_) for _, all_, cost in subsets(problem) if cost <= budget)
    assert answer.people == pytest.approx(best)
    assert answer.bound >= best - 1e-6
    assert answer.gap == 0.0
    assert answer.cost <= budget


@bounded
@given(seeds)
def test_no_area_falls_below_its_floor(seed):
    area = np.arange(14) % 2
    problem = instance(seed, area=area, floor=np.array([0.3, 0.3]))
    totals = np.bincount(area, weights=problem.people)

    def fair(sites):
        hit = np.unique(problem.cell[np.isin(problem.site, sites)])
        return (np.bincount(area[hit], weights=problem.people[hit], minlength=2) >= 0.3 * totals - 1e-9).all()

    possible = [covered(problem, all_) for _, all_, cost in subsets(problem) if cost <= 12 and fair(all_)]
    if not possible:
        with pytest.raises(InputError):
            cover_most(problem, 12.0, limits=EXACT)
        return
    answer = cover_most(problem, 12.0, limits=EXACT)
    assert answer.people == pytest.approx(max(possible))


@bounded
@given(seeds)
def test_capacities_are_those_of_a_flow_for_every_choice(seed):
    rng = np.random.default_rng(seed)
    problem = instance(seed, cells=8, sites=5, capacity=rng.integers(5, 60, 5).astype(float))

    def served(sites):
        # By max-flow min-cut: the least over sets of sites of capacity inside plus people reachable outside.
        least = np.inf
        for size in range(len(sites) + 1):
            for inside in combinations(sites, size):
                outside = [s for s in sites if s not in inside]
                least = min(least, problem.capacity[list(inside)].sum() + covered(problem, outside))
        return least

    answer = cover_most(problem, 10.0, limits=EXACT)

    best = max(served(all_) for _, all_, cost in subsets(problem) if cost <= 10)
    assert answer.people == pytest.approx(best)
    assert answer.gap == 0.0


@bounded
@given(seeds, st.integers(2, 14))
def test_places_in_a_city_are_priced_with_a_true_bound(seed, budget):
    """The way for large questions, forced on small ones: what it answers can be done, and its bound holds."""
    rng = np.random.default_rng(seed)
    kept = np.arange(7) == 3
    problem = instance(seed, cells=20, kept=kept, capacity=rng.integers(5, 60, 7).astype(float))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(siting_places, "WORTH_IT", 0)
        answer = cover_most(problem, float(budget), limits=EXACT)

    best = cover_most(problem, float(budget), limits=EXACT).people
    assert answer.people == pytest.approx(served(problem, answer.sites))
    assert answer.people <= best + 1e-6
    assert answer.people >= 0.8 * best
    assert answer.bound >= best - 1e-6
    assert answer.cost <= budget


@bounded
@given(seeds, st.integers(0, 3))
def test_the_bound_of_the_median_is_true_and_the_answer_near_it(seed, count):
    problem = instance(seed)
    minutes = np.random.default_rng(seed).uniform(0, 15, len(problem.cell))

    answer = least_walk(problem, minutes, count, beyond=15.0, limits=Limits(gap=0.0, rounds=300))

    def walk(sites):
        best = np.full(len(problem.people), 15.0)
        mine = np.isin(problem.site, sites)
        np.minimum.at(best, problem.cell[mine], minutes[mine])
        return best @ problem.people

    best = min(walk(list(sites)) for sites in combinations(range(7), count))
    assert answer.bound <= best + 1e-6
    assert answer.value == pytest.approx(walk(answer.sites))
    assert answer.value >= best - 1e-6
    assert len(answer.sites) <= count
    assert answer.value <= best * 1.05 + 1e-6


def test_what_all_sites_cannot_cover_is_told_with_what_they_can():
    problem = Siting(np.array([60.0, 40.0]), np.array([0]), np.array([0]), np.array([1.0]))

    with pytest.raises(InputError, match=r"60\.0%"):
        cover_share(problem, 0.9, limits=EXACT)


def test_progress_is_told():
    heard = []
    problem = instance(3)

    cover_most(problem, 8.0, limits=Limits(progress=lambda value, bound: heard.append((value, bound))))

    assert all(len(pair) == 2 for pair in heard)


def test_one_house_for_two_functions_stands_where_both_serve_most():
    """Care alone would build at 0, meals alone at 2; together the middle serves more."""
    care = Siting(np.array([10.0, 7.0]), np.array([0, 1]), np.array([0, 1]), np.ones(3))
    meals = Siting(np.array([7.0, 9.0]), np.array([0, 1]), np.array([1, 2]), np.ones(3))

    answer = cover_most(in_one_house([care, meals]), 1.0, limits=Limits(seconds=5))

    assert (answer.sites.tolist(), answer.value, answer.gap) == ([1], 14.0, 0.0)
    with pytest.raises(InputError):
        in_one_house([care, Siting(np.ones(1), np.zeros(1, int), np.zeros(1, int), np.ones(2))])


@bounded
@given(seeds)
def test_a_house_of_two_services_has_room_for_each_of_them(seed):
    """Capacities are of each service alone, floors of each service's people, and the house is paid once."""
    rng = np.random.default_rng(seed)
    cost, kept = rng.integers(1, 6, 5).astype(float), np.arange(5) == 0
    parts = []
    for number in range(2):
        part = instance(seed + number, cells=7, sites=5, kept=kept)
        room = np.where(rng.random(5) < 0.2, np.inf, rng.integers(5, 60, 5).astype(float))
        parts.append(Siting(part.people, part.cell, part.site, cost, kept=kept, capacity=room))
    house = in_one_house(parts)

    answer = cover_most(house, 9.0, limits=EXACT)

    best = max(
        sum(served(part, np.array(more, dtype=int)) for part in parts)
        for more, _all, price in subsets(house)
        if price <= 9
    )
    assert answer.people == pytest.approx(best)
    assert served(house, answer.sites) == pytest.approx(best)
    assert answer.before == pytest.approx(sum(served(part, np.empty(0, int)) for part in parts))
    assert answer.gap == 0.0


def test_a_floor_of_one_service_is_not_met_by_another():
    """Care covers ten of ten at site 0 and meals none of four; a floor on meals moves the house to site 1."""
    ones = np.ones(2)
    care = Siting(np.array([10.0]), np.array([0]), np.array([0]), ones)
    asked = {"area": np.zeros(1, int), "floor": np.array([0.5])}
    meals = Siting(np.array([4.0]), np.array([0]), np.array([1]), ones)

    free = cover_most(in_one_house([care, meals]), 1.0, limits=EXACT)
    fair = cover_most(
        in_one_house([care, Siting(meals.people, meals.cell, meals.site, ones, **asked)]), 1.0, limits=EXACT
    )

    assert (free.sites.tolist(), fair.sites.tolist(), fair.people) == ([0], [1], 4.0)


def test_who_walks_to_what_stands_already_keeps_that_walk():
    problem = Siting(np.array([10.0, 10.0]), np.array([0, 1]), np.array([0, 1]), np.ones(2))

    answer = least_walk(
        problem, np.array([2.0, 3.0]), 1, beyond=15.0, limits=Limits(gap=0.0), now=np.array([4.0, np.inf])
    )

    assert (answer.sites.tolist(), answer.value, answer.before, answer.people) == ([1], 70.0, 10.0, 20.0)


def test_whoever_listens_may_say_that_it_is_enough():
    rng = np.random.default_rng(5)
    cell, site = np.nonzero(rng.random((400, 60)) < 0.05)
    problem = Siting(rng.integers(1, 40, 400).astype(float), cell, site, np.ones(60))

    answer = least_walk(
        problem, rng.uniform(0, 15, len(cell)), 6, beyond=15.0,
        limits=Limits(gap=0.0, progress=lambda value, bound: True),
    )  # fmt: skip

    assert len(answer.sites) <= 6
    assert answer.bound <= answer.value


def test_no_candidate_is_told():
    with pytest.raises(InputError, match="候选点"):
        Siting(np.array([1.0]), np.empty(0, int), np.empty(0, int), np.empty(0))


def test_places_are_filled_where_they_can_all_be_filled():
    """Sites of ten places along a street of a hundred people: the widest reach is no good choice, full sites are."""
    people = np.ones(100)
    cell, site = [], []
    for number in range(20):  # site n reaches the people 5n to 5n + 19
        for person in range(5 * number, min(5 * number + 20, 100)):
            cell.append(person)
            site.append(number)
    problem = Siting(people, np.array(cell), np.array(site), np.ones(20), capacity=np.full(20, 10.0))

    answer = cover_most(problem, 10, limits=Limits(seconds=5))

    assert (answer.people, answer.gap) == (100.0, 0.0)


def test_the_filling_start_alone_fills_what_can_be_filled():
    from linli_compute import siting_places
    from linli_compute.siting import _rows

    rng = np.random.default_rng(4)
    cell, site = np.divmod(rng.choice(400 * 60, 3000, replace=False), 60)
    problem = Siting(
        rng.integers(1, 9, 400).astype(float), cell, site, np.ones(60), capacity=np.full(60, 40.0)
    )
    rows = _rows(problem)

    built = siting_places._filled(rows, 12.0)

    assert built.sum() == 12
    assert served(problem, np.flatnonzero(built)) == 480.0


def test_the_solver_has_the_seconds_that_what_went_before_left_and_one_at_least(monkeypatch):
    monkeypatch.setattr(siting_model, "monotonic", lambda: 100.0)

    left = [Limits(seconds=30.0).left(since).seconds for since in (100.0, 88.0, 10.0)]

    assert left == [30.0, 18.0, 1.0]


def test_of_a_part_of_the_sites_the_listener_hears_the_bound_of_all_and_near_enough_ends_it():
    heard = []
    priced = siting_places.Priced(None, 1000.0, None, False, None, None)

    limits = siting_places.closer(priced, Limits(gap=0.01, progress=lambda *told: heard.append(told)))

    ended = [limits.progress(value, 995.0) for value in (-np.inf, 980.0, 991.0)]
    assert ended == [False, False, True]
    assert heard == [(-np.inf, 1000.0), (980.0, 1000.0), (991.0, 1000.0)]
    assert limits.gap == pytest.approx(0.001)
