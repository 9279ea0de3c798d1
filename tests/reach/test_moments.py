"""Studies of an hour of the week: what is open then counts, what says nothing of its hours is no data."""

import pytest
from django.urls import reverse
from psycopg.types.range import DateRange

from linli.facilities.actions.living import set_hours
from linli.facilities.models import Closure, Facility
from linli.kernel import clock
from linli.reach.actions.running import repeat
from linli.reach.effects import effect_of
from linli.reach.models import FunctionReach, Run
from linli.reach.queries.comparing import earlier_than
from linli_compute.hours import Moment
from tests.factories.facilities import make_keeper
from tests.factories.people import make_worker
from tests.factories.reach import make_outlet, make_run, spot

pytestmark = pytest.mark.django_db
EVENING = Moment(3, 19 * 60)


@pytest.fixture
def shops(town):
    """The shop at 500 m is open by day, another at 2,400 m in the evening; the day-care says nothing."""
    keeper = make_keeper(town.city)
    day = Facility.objects.get(name="convenience-500")
    late = make_outlet(town.far, "convenience", 2400)
    set_hours(day, by=keeper, periods=[(n, 480, 1080) for n in range(1, 8)])
    set_hours(late, by=keeper, periods=[(n, 1080, 1320) for n in range(1, 8)])
    return day, late


def line(run, place, function) -> FunctionReach:
    return FunctionReach.objects.get(community__run=run, community__place=place, function=function)


def test_a_study_of_an_hour_walks_to_what_is_open_then(town, shops):
    whole, evening = make_run(town.city), make_run(town.city, moment=EVENING)

    assert (line(whole, town.near, "shopping").minutes, line(evening, town.near, "shopping").minutes) == (
        0.1,
        25.5,
    )
    assert line(evening, town.far, "shopping").in_circle == 1
    assert not line(evening, town.near, "elder_care").has_data  # nobody stated the hours of the day-care
    assert evening.summary["opening"] == {"open": 1, "shut": 1, "unsaid": 1}
    assert evening.summary["functions"]["shopping"]["outlets"] == 1


def test_a_function_of_which_all_are_shut_is_not_reached_and_not_without_data(town, shops):
    night = make_run(town.city, moment=Moment(7, 60))

    shop = line(night, town.near, "shopping")
    assert (shop.has_data, shop.by_circle, shop.by_walking, shop.minutes) == (True, False, False, 999.9)


def test_an_outlet_that_is_closed_for_holidays_is_shut(town, shops):
    day = clock.today()
    Closure.objects.create(facility=shops[1], during=DateRange(day, None), reason="装修")

    evening = make_run(town.city, moment=EVENING)

    assert evening.summary["opening"] == {"open": 0, "shut": 2, "unsaid": 1}


def test_the_hour_is_frozen_the_run_repeats_itself_and_counts_for_no_plan(town, shops):
    evening = make_run(town.city, moment=EVENING)
    Facility.objects.get(pk=shops[0].pk).periods.all().delete()

    assert evening.parameters["moment"] == {"weekday": 3, "minute": 1140}
    assert (str(evening.moment), evening.counts) == ("周三 19:00", False)
    assert repeat(evening) == evening.result_digest
    assert make_run(town.city).counts


def test_what_if_and_siting_know_only_what_is_open(town, shops):
    evening = make_run(town.city, moment=EVENING)

    effect = effect_of(evening, "shopping", "all", [spot(500)])

    # The two at 2,200 m; with a shop at 500 m the three at 450 m too.
    assert (effect.before, effect.after) == (2, 5)


def test_an_hour_of_a_town_that_states_none_is_refused(town):
    run = make_run(town.city, moment=EVENING)

    assert (run.state, "没有一处网点登记了开放时间" in run.trouble) == ("failed", True)


def test_the_page_asks_for_both_the_day_and_the_hour_and_says_which_it_was(town, shops, client):
    client.force_login(make_worker(town.city, "reach.plan", "reach.view"))
    page = reverse("reach-runs")

    half = client.post(page, {"place": town.city.code, "profile": "adult", "weekday": "3"})
    whole = client.post(page, {"place": town.city.code, "profile": "adult", "weekday": "3", "hour": "19"})

    assert (half.status_code, "星期几和几点要一起填" in half.content.decode()) == (422, True)
    assert whole.status_code == 302
    assert Run.objects.get().parameters["moment"] == {"weekday": 3, "minute": 1140}
    run = make_run(town.city, moment=EVENING)
    assert "只算周三 19:00开着的网点" in client.get(page).content.decode()
    told = client.get(reverse("reach-gaps"), {"run": run.pk, "function": "elder_care"}).content.decode()
    assert "登记了开放时间，所以这里是“无数据”" in told


def test_the_page_of_gaps_opens_with_the_study_that_counts_for_the_plans(town, shops, client):
    client.force_login(make_worker(town.city, "reach.view"))
    whole, evening = make_run(town.city), make_run(town.city, moment=EVENING)

    assert client.get(reverse("reach-gaps")).context["run"] == whole
    assert client.get(reverse("reach-gaps"), {"run": evening.pk}).context["run"] == evening


def test_an_evening_is_laid_beside_evenings_alone(town, shops):
    first, second = make_run(town.city), make_run(town.city)
    evenings = [make_run(town.city, moment=EVENING) for _ in range(2)]
    make_run(town.city, moment=Moment(6, 19 * 60))

    assert earlier_than(second, Run.objects.all()) == [first]
    assert earlier_than(evenings[1], Run.objects.all()) == [evenings[0]]


def test_no_moment_is_outside_the_week():
    with pytest.raises(Exception, match="时刻应"):
        Moment(8, 0)
