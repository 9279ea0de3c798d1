"""I-XA-28, I-XA-29, P-XA-15: the figures of the plans, counted from the records."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from linli.kernel import clock
from linli.measures import Period, measures
from linli.volunteering.actions.awarding import decide_round, nominate, open_round, publish_round
from linli.volunteering.actions.registering import disband_team, found_team
from linli.volunteering.measures import awards, teams
from tests.factories.people import make_worker
from tests.measures.lists import lists_agree  # noqa: F401 (after each test the lists give their numbers)

from .village import Village

PACK = Path(__file__).parents[2] / "packs" / "measures" / "community-services.yaml"


@pytest.mark.django_db
def test_teams_are_counted_that_had_an_activity_this_year_and_stand():
    village = Village()
    by = {"by": village.coordinator, "place": village.place, "founded_on": date(2025, 1, 1)}
    active, idle, gone = (found_team(name=name, **by) for name in ("有活动", "没活动", "已解散"))
    village.activity(team=active)
    village.activity(team=gone, title="义剪")
    disband_team(gone, by=village.coordinator)

    march = teams(Period.parse("2026-03"))

    assert (march[village.place.code], march[village.next_place.code]) == (1, 0)
    assert teams(Period.parse("2026-02"))[village.place.code] == 0
    assert idle.disbanded_on is None


@pytest.mark.django_db
def test_a_round_counts_in_the_month_in_which_it_was_decided():
    village = Village()
    city = village.county.parent
    officer = make_worker(city, "volunteering.award", "volunteering.organise")
    made = open_round(place=city, year=2025, title="2025 年评选", by=officer)
    volunteer = village.student.person.volunteer
    chosen = nominate(made, category="volunteer", volunteer=volunteer, reason="义剪", by=officer)
    made = publish_round(made, by=officer)
    assert awards(Period.parse("2026-03")) == {city.code: 0}

    with clock.at(clock.now() + timedelta(days=30)):
        decide_round(made, awarded=[chosen], by=officer)

    assert awards(Period.parse("2026-03")) == {city.code: 0}
    assert (awards(Period.parse("2026-04")), awards(Period.parse("2026"))) == ({city.code: 1}, {city.code: 1})


@pytest.mark.parametrize("code", ["volunteering.teams", "volunteering.awards"])
def test_a_measure_is_called_as_the_plans_call_it(code):
    lines = {line["code"]: line for line in yaml.safe_load(PACK.read_text("utf-8"))["measures"]}
    said, made = lines[code], measures[code]

    assert (made.title, made.unit, made.kind, made.scale) == (
        said["title"],
        said["unit"],
        said["kind"],
        10 ** said["decimals"],
    )
