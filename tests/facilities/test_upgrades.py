"""Upgrade projects from the gap to the acceptance (XA-024, XA-026, XA-030, XZ-039, XZ-042)."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.facilities.actions.furnishing import RoomLine, set_rooms
from linli.facilities.actions.keeping import edit_facility, state_complete
from linli.facilities.actions.upgrading import MovedOn, find_gap, take_upgrade_step
from linli.facilities.models import Event, UpgradeEvent, UpgradeProject
from linli.facilities.queries.tenure import rented_by_year
from linli.facilities.states import UPGRADE_STEPS, UpgradeState
from linli.kernel import clock
from linli.kernel.clock import CHINA
from tests.factories.facilities import make_facility, make_keeper
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 4)
SAID = {"way": "rent", "area_m2": 1, "funded_yuan": 0, "fund_source": "市级", "funded_on": DAY}


@pytest.fixture
def centre(community, keeper):
    """500 m² of which 400 for activities and none for elder care: 100 short of 600."""
    facility = make_facility(community, by=keeper, area_m2=Decimal(500))
    return set_rooms(facility, by=keeper, rooms=[RoomLine("活动室", "activity", Decimal(400))])


@pytest.fixture
def project(community, keeper, centre):
    return find_gap(community, "urban-600", by=keeper)


def take(project, step, by, **facts):
    return take_upgrade_step(project, step, by=by, on=DAY, **facts)


def walk(project, by, centre=None, way="extend"):
    take(project, "choose", by, way=way, area_m2=Decimal(120), budget_yuan=Decimal(384_000))
    take(project, "fund", by, funded_yuan=Decimal(384_000), fund_source="区财政")
    project = take(project, "begin", by, due_on=date(2026, 9, 30))
    return take(project, "accept", by, facility=centre, accepted_m2=Decimal(120)) if centre else project


def test_XA_024_a_gap_is_written_down_as_it_is_today_with_its_clause(project, community):
    told = (project.code, project.state, project.standard_name, project.clause, project.gap_m2)
    assert told == (
        f"{community.code}U001",
        "found",
        "综合服务设施（不含养老）600 ㎡",
        "XA 三(二)；二(三) 指标5",
        Decimal("100.00"),
    )


def test_what_is_met_unknown_or_under_way_is_no_gap_to_write_down(community, keeper, project):
    two = make_community(2)
    for place, standard, why in (
        (community, "urban-600", "已经有项目在办"),
        (community, "coverage", "没有面积缺口"),
        (community, "rural-250", "不适用"),
        (two, "urban-600", "资料不全"),
    ):
        with pytest.raises(ValidationError, match=why):
            find_gap(place, standard, by=make_keeper(place))
    with pytest.raises(PermissionDenied):
        find_gap(two, "urban-600", by=keeper)


def test_XA_026_an_extension_that_is_accepted_enlarges_its_facility_and_closes_the_gap(
    project, keeper, centre, community
):
    done = walk(project, keeper, centre)
    centre.refresh_from_db()
    assert (done.state, centre.area_m2, done.facility_id) == ("accepted", Decimal("620.00"), centre.pk)
    assert Event.objects.get(act="upgrade").changes == {"area_m2": ["500.00", "620.00"]}
    assert list(UpgradeEvent.objects.order_by("pk").values_list("act", flat=True)) == [
        "find", "choose", "fund", "begin", "accept",
    ]  # fmt: skip
    with pytest.raises(ValidationError, match="没有面积缺口"):
        find_gap(community, "urban-600", by=keeper)


def test_XA_030_the_board_of_a_programme_tells_area_funds_and_the_match_from_above(client, project, keeper):
    """XZ-042: a project funded by the province carries the programme's name and is found by it."""
    take(project, "choose", keeper, way="buy", area_m2=Decimal(120))
    with pytest.raises(ValidationError, match="上级配套"):
        take(project, "fund", keeper, funded_yuan=Decimal(100), fund_source="区财政", match_yuan=Decimal(101))
    take(
        project, "fund", keeper, funded_yuan=Decimal(900_000), fund_source="区财政",
        match_yuan=Decimal(300_000), programme="城镇社区养老幸福工程",
    )  # fmt: skip
    client.force_login(keeper)

    found = client.get(reverse("facility-upgrades"), {"q": "养老幸福", "kept": "yes"})
    other = client.get(reverse("facility-upgrades"), {"kept": "no"})

    board = {"count": 1, "area_m2": 120, "funded_yuan": 900_000, "match_yuan": 300_000}
    assert (found.context["board"], other.context["board"]["count"]) == (board, 0)
    assert "城镇社区养老幸福工程" in found.content.decode()


def test_premises_that_were_bought_stand_in_the_register_before_they_are_accepted(project, keeper, centre):
    far = make_facility(make_community(2), by=make_keeper(make_community(2)))
    under_way = walk(project, keeper, way="buy")
    with pytest.raises(ValidationError, match="本社区"):
        take(under_way, "accept", keeper, facility=far, accepted_m2=Decimal(120))
    take(under_way, "accept", keeper, facility=centre, accepted_m2=Decimal(120))
    centre.refresh_from_db()
    assert centre.area_m2 == Decimal(500)


@pytest.mark.parametrize("step", list(UPGRADE_STEPS))
def test_a_step_is_taken_from_its_states_and_by_its_permission_alone(project, keeper, step):
    row = UPGRADE_STEPS[step]
    with pytest.raises(PermissionDenied):
        take(project, step, make_keeper(project.place, "log"))
    for state in set(UpgradeState) - row.from_states - {UpgradeState.FOUND}:
        facts = {**SAID, "begun_on": DAY}
        if state == UpgradeState.ACCEPTED:
            facts |= {"accepted_on": DAY, "accepted_m2": 1}
        UpgradeProject.objects.filter(pk=project.pk).update(state=state, **facts)
        with pytest.raises(MovedOn):
            take(project, step, keeper)
        UpgradeProject.objects.filter(pk=project.pk).update(accepted_on=None, accepted_m2=None, state="found")


def test_days_do_not_run_backwards_and_ending_says_why(project, keeper):
    take(project, "choose", keeper, way="rent", area_m2=Decimal(100))
    with pytest.raises(ValidationError, match="早于上一步"):
        take_upgrade_step(
            project, "fund", by=keeper, on=date(2026, 3, 3), funded_yuan=Decimal(1), fund_source="市级"
        )
    with pytest.raises(ValidationError, match="原因"):
        take(project, "drop", keeper)
    assert take(project, "drop", keeper, note="改由共享解决").state == "dropped"
    assert find_gap(project.place, "urban-600", by=keeper).code.endswith("U002")


def test_a_lever_that_cannot_close_the_gap_is_refused(project, keeper):
    with pytest.raises(ValidationError, match="补不上"):
        take(project, "choose", keeper, way="convert", area_m2=Decimal(100))


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("upgrade_state_is_known", {"state": "dreamt", **SAID}),
        ("upgrade_closes_a_gap", {"gap_m2": 0}),
        ("upgrade_beyond_finding_has_a_way_and_an_area", {"state": "chosen"}),
        ("upgrade_funded_says_how_much", {"state": "funded", "way": "rent", "area_m2": 1}),
        ("upgrade_accepted_iff", {"accepted_on": DAY}),
    ],
)
def test_the_database_itself_refuses_what_must_never_be(project, name, facts):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        UpgradeProject.objects.filter(pk=project.pk).update(**facts)


def test_XZ_039_a_project_goes_from_the_gap_to_the_acceptance_on_the_pages(client, community, keeper, centre):
    client.force_login(keeper)
    page = client.get(reverse("facility-community", args=[community.code])).content.decode()
    new = f"{reverse('upgrade-new')}?place={community.code}&amp;standard=urban-600"
    assert new in page
    sent = client.post(reverse("upgrade-new"), {"place": community.name, "standard": "urban-600"})
    project = UpgradeProject.objects.get()
    assert sent.url == reverse("upgrade-detail", args=[project.code])
    for step, facts in (
        ("choose", {"way": "extend", "area_m2": "100"}),
        ("fund", {"funded_yuan": "320000", "fund_source": "区财政"}),
        ("begin", {"due_on": "2026-03-04"}),
        ("accept", {"facility": centre.code, "accepted_m2": "100"}),
    ):
        url = reverse("upgrade-step", args=[project.code, step])
        assert client.get(url).status_code == 200
        assert client.post(url, {}).status_code == 422
        assert client.post(url, {"on": "2026-03-04", **facts}).status_code == 302
    shown = client.get(reverse("upgrade-detail", args=[project.code]))
    assert (shown.context["now"].met, shown.context["taken"]) == (True, [])
    late = client.post(
        reverse("upgrade-step", args=[project.code, "drop"]), {"on": "2026-03-04", "note": "x"}
    )
    assert late.status_code == 302
    listed = client.get(reverse("facility-upgrades"), {"state": "accepted", "q": community.name})
    assert [one.code for one in listed.context["listing"].page] == [project.code]


def test_the_gap_page_finds_a_community_by_its_words(client, community):
    two = make_community(2)
    state_complete(two, by=make_keeper(two))
    client.force_login(make_keeper(community.parent, "gaps"))
    for words in (two.name, two.code):
        answer = client.get(reverse("facility-gaps"), {"q": words})
        assert [r.place.name for r in answer.context["listing"].page.object_list] == [two.name]


def test_P3_projects_of_other_places_are_neither_listed_nor_shown(client, project):
    stranger = make_keeper(make_community(9, street="990102001000"))
    client.force_login(stranger)
    assert client.get(reverse("upgrade-detail", args=[project.code])).status_code == 404
    assert not client.get(reverse("facility-upgrades")).context["listing"].page.object_list


def test_XA_030_the_share_of_rented_premises_is_told_year_by_year_from_what_changed(
    client, community, keeper
):
    """Rented at first, owned since this March; another was owned all the while and opened last year."""
    first = make_facility(community, by=keeper, tenure="rented", opened_on=date(2023, 5, 1))
    make_facility(
        make_community(2), by=make_keeper(community.parent), tenure="owned", opened_on=date(2025, 5, 1)
    )
    with clock.at(datetime(2026, 3, 3, 10, tzinfo=CHINA)):
        edit_facility(first, by=keeper, version=first.version, tenure="owned")
    told = rented_by_year(make_keeper(community.parent))
    assert [(one.year, one.known, one.rented, one.percent) for one in told] == [
        (2022, 0, 0, None), (2023, 1, 1, 100.0), (2024, 1, 1, 100.0), (2025, 2, 1, 50.0), (2026, 2, 0, 0.0),
    ]  # fmt: skip
    client.force_login(make_keeper(community.parent))
    assert "租赁性用房占比的变化" in client.get(reverse("facility-upgrades")).content.decode()
