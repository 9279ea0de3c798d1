"""Numbers of the workforce; silence is never taken for zero, an ended certificate is none."""

import pytest

from linli.measures import Period, record_lists
from linli.registers.actions import say_nothing
from linli.registers.declaring import registers
from linli.workforce import measures
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, make_course
from tests.measures.lists import lists_agree  # noqa: F401 (after each test the lists give their numbers)

pytestmark = pytest.mark.django_db
MARCH = Period.parse("2026-03")


def test_workers_count_while_they_are_in_post(place, worker_of):
    """XA-009, I-XA-25, I-XZ-07, I-PD-08"""
    nothing = make_community(2)
    make_community(3)
    say_nothing(registers["workers"], nothing, by=None)
    worker_of(place)
    worker_of(place, "W2", kind="committee")
    worker_of(place, "W3", left_on="2026-02-01")
    worker_of(place, "W4", started_on="2026-04-01")
    assert measures.worker_count(MARCH) == {place.code: 2, nothing.code: 0}
    assert measures.full_time(MARCH) == {place.code: 1, nothing.code: 0}
    assert measures.worker_count(Period.parse("2026-01")) == {place.code: 3}


def test_a_certificate_counts_while_it_is_valid_and_a_person_once(place, worker_of):
    """XA-133, I-XA-26, I-XZ-10, I-PD-09"""
    one, two, three = worker_of(place), worker_of(place, "W2"), worker_of(place, "W3")
    enter("certificates", worker=one, level="assistant", issued_on="2020-01-01")
    enter("certificates", worker=one, level="social_worker", issued_on="2023-01-01", valid_until="2026-12-31")
    enter("certificates", worker=two, level="assistant", issued_on="2020-01-01", valid_until="2026-03-30")
    enter("certificates", worker=three, level="assistant", issued_on="2026-04-01")
    assert measures.certified(MARCH) == {place.code: 1}
    assert measures.certified(Period.parse("2026-02")) == {place.code: 2}


def test_training_counts_those_who_attended_in_the_year_or_the_plan(place, worker_of):
    """XA-138, I-XA-27, P-XZ-22"""
    workers = [worker_of(place, f"W{n}") for n in range(3)]
    theme = make_course(place.parent)
    old = make_course(place.parent, "初任", "induction", "2025-02-02")
    enter("enrolments", course=theme, worker=workers[0], state="passed", hours=8)
    enter("enrolments", course=theme, worker=workers[1], state="absent")
    enter("enrolments", course=old, worker=workers[2], state="attended", hours=8)
    assert measures.trained_this_year(MARCH) == {place.code: 1}
    assert measures.trained_this_year(Period.parse("2025-12")) == {place.code: 1}
    assert measures.trained_in_plan(MARCH) == {place.code: 1}
    assert measures.trained_in_plan(Period.parse("2025-12")) == {place.code: 0}


def test_the_professionals_of_a_community_are_counted_by_their_kind(place):
    """XA-085, P-XA-14, I-XZ-11"""
    for n, kind in enumerate(("legal", "counsellor", "sports", "child", "disaster", "legal")):
        enter("assignments", place=place, kind=kind, name=f"人{n}", since="2024-01-01")
    enter("assignments", place=place, kind="legal", name="旧人", since="2020-01-01", until="2024-01-01")
    enter("assignments", place=place, kind="agent", name="没培训", since="2024-01-01")
    for name in ("甲", "乙"):
        enter("assignments", place=place, kind="emergency", name=name, team="微型消防站", since="2024-01-01")
    counted = {
        f.__name__: f(MARCH)[place.code]
        for f in (
            measures.legal_advisers,
            measures.counsellors,
            measures.sports_instructors,
            measures.child_directors,
            measures.disaster_informants,
            measures.agents,
            measures.emergency_teams,
        )
    }
    assert counted == {
        "legal_advisers": 2,
        "counsellors": 1,
        "sports_instructors": 1,
        "child_directors": 1,
        "disaster_informants": 1,
        "agents": 0,
        "emergency_teams": 1,
    }


def test_one_person_in_both_offices_is_computed_and_a_vacant_office_is_not_applicable(place, worker_of):
    """XA-012, XZ-068, P-XZ-09"""
    other, vacant = make_community(2), make_community(3)
    both, secretary, director, alone = (
        worker_of(where, f"W{n}") for n, where in enumerate((place, other, other, vacant))
    )
    for office in ("secretary", "director"):
        enter("leadership-terms", worker=both, office=office, since="2021-01-01", terms_served=2)
    enter("leadership-terms", worker=secretary, office="secretary", since="2021-01-01")
    enter("leadership-terms", worker=director, office="director", since="2021-01-01")
    enter("leadership-terms", worker=alone, office="secretary", since="2021-01-01")
    assert measures.one_person(MARCH) == {place.code: 1, other.code: 0}
    keeper, stranger = make_worker(place, "workforce.view"), make_worker(vacant, "workforce.view")
    told = record_lists["workforce.one_person"]("workforce.one_person", MARCH, place.parent.path, keeper)
    assert (told.total, told.records, [one.counts for one in told.shown]) == (1, 2, [1])
    assert (
        record_lists["workforce.one_person"]("workforce.one_person", MARCH, other.path, stranger).hidden == 1
    )
    assert measures.secretaries_two_terms(MARCH) == {place.code: 1, other.code: 0, vacant.code: 0}


def test_graduates_were_young_and_learned_when_they_came_to_a_village(place, worker_of):
    """XZ-070"""
    village = make_community(5, urban_rural="220", committee="villagers")
    given = {"kind": "graduate", "degree": "bachelor", "started_on": "2025-08-01"}
    worker_of(village, "G1", birth_on="2000-01-01", **given)
    worker_of(village, "G2", birth_on="1990-01-01", **given)
    worker_of(village, "G3", birth_on=None, **given)
    worker_of(village, "G4", birth_on="2000-01-01", **given | {"degree": "college"})
    worker_of(place, "G5", birth_on="2000-01-01", **given)
    assert measures.graduates(MARCH) == {village.code: 1}


def test_care_measures_count_for_their_county_once_they_are_done(place):
    """PD-033"""
    county = place.parent.parent
    enter("care-measures", place=county, title="年度体检", done_on="2026-01-20", evidence="全员体检")
    enter("care-measures", place=county, title="带薪休假")
    assert measures.care_measures(MARCH) == {county.code: 1}
