"""Indicators of the plans turn from waiting to a value by what the registers hold."""

import pytest

from linli.measures import Period, measures
from linli.packs.reading import read_pack
from linli.plans.actions import roll_up
from linli.plans.actions.installing import install_measures, install_plan
from linli.plans.models import Plan
from linli.plans.queries.values import values
from tests.factories.places import make_community
from tests.factories.registers import PACKS, enter, make_organisation

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2025")


def install(*codes):
    pack, problems = read_pack(PACKS / "measures/community-services.yaml")
    assert problems == []
    install_measures(pack)
    for code in codes:
        pack, problems = read_pack(PACKS / f"plans/{code}/plan.yaml")
        assert problems == []
        install_plan(pack)


def shown(code, place, wanted):
    """(status, number) of an indicator."""
    rows = values(Plan.objects.get(code=code), place, YEAR)
    row = next(row for row in rows if row.indicator.code == wanted)
    return row.value.status, row.value.number and float(row.value.number)


def test_indicators_of_four_plans_are_computed_from_the_registers():
    """I-XA-01, I-XA-27, I-XZ-08, I-XZ-10, I-PD-05, I-PD-09, P-ZJ-18. The fifth plan (XF) counts other things."""
    place, silent = make_community(1), make_community(2)
    install("xa-2025", "xz-2025", "pd-2025", "zj-2025")
    city = place.parent.parent.parent
    asked = [
        ("xa-2025", "one-person-two-posts"),
        ("xa-2025", "certified-per-community"),
        ("xz-2025", "urban-organisations-mean"),
        ("xz-2025", "certified-share"),
        ("pd-2025", "certified-share"),
        ("zj-2025", "secretaries-two-terms"),
    ]
    before = [shown(plan, city, code) for plan, code in asked]

    given = {"place": place, "kind": "full_time", "track": "head", "started_on": "2020-01-01"}
    head = enter("workers", number="W1", name="赵", **given)
    enter("workers", number="W2", name="钱", **given)
    enter("certificates", worker=head, level="assistant", issued_on="2022-01-01")
    for office in ("secretary", "director"):
        enter("leadership-terms", worker=head, office=office, since="2021-01-01", terms_served=2)
    for n in range(3):
        make_organisation(place, name=f"第{n}队", kind="community", founded_on="2020-01-01")
    roll_up(measures.values(), Period.parse("2025-12"))

    assert {status for status, _number in before} == {"not_reported"}
    assert [shown(plan, city, code) for plan, code in asked] == [
        ("value", 100.0),
        ("value", 1.0),
        ("value", 3.0),
        ("value", 50.0),
        ("value", 50.0),
        ("value", 1.0),
    ]
    assert shown("xz-2025", silent, "urban-organisations-mean")[0] == "not_reported"
