"""The pages of facilities in a real browser: usable at every width, readable by everybody (XZ-047, XA-142)."""

from datetime import date
from decimal import Decimal

import pytest

from linli.facilities.actions.furnishing import RoomLine, set_rooms
from linli.facilities.actions.housing import pass_gate, register_project
from linli.facilities.actions.inspecting import inspect
from linli.facilities.actions.living import set_hours, take_step
from linli.facilities.actions.upgrading import find_gap, take_upgrade_step
from linli.facilities.standards import standards_at
from linli.places.models import PopulationFigure
from tests.browser import WIDTHS
from tests.factories.facilities import install_catalogue, make_facility, make_keeper
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEEK = [(day, 510, 1050) for day in range(1, 6)]


@pytest.fixture
def town():
    """A community with a centre that is short, shops, a canteen under repair; its keeper."""
    install_catalogue()
    place = make_community(1, name="青山社区", lon=110.0, lat=30.0)
    keeper = make_keeper(place.parent)
    centre = make_facility(
        place, by=keeper, area_m2=Decimal(520), tenure="owned", phone="0960-8000001", address="幸福路12号",
        lon=110.001, lat=30.001, point_origin="wgs84",
    )  # fmt: skip
    set_hours(centre, by=keeper, periods=WEEK)
    rooms = [RoomLine("办事大厅", "service", Decimal(120)), RoomLine("活动室", "activity", Decimal(240))]
    set_rooms(
        centre, by=keeper, rooms=[*rooms, RoomLine("老年食堂", "elder", Decimal(60), "recreation", True)]
    )
    canteen = make_facility(place, "canteen", by=keeper, name="幸福路老年助餐点", lon=110.002, lat=30.0,
                            point_origin="wgs84")  # fmt: skip
    take_step(canteen, "suspend", by=keeper, note="灶具检修，预计两周")
    for number, (kind, name) in enumerate((("convenience", "老王便利店"), ("pharmacy", "惠民大药房"))):
        shop = make_facility(place, kind, by=keeper, name=name, lon=110.003 + number / 500, lat=30.002,
                             point_origin="wgs84", phone=f"0960-800001{number}")  # fmt: skip
        set_hours(shop, by=keeper, periods=[(day, 420, 1320) for day in range(1, 8)])
    for kind, name in (("day-care", "幸福路日间照料中心"), ("clinic", "青山卫生服务站")):
        make_facility(place, kind, by=keeper, name=name, lon=110.004, lat=30.003, point_origin="wgs84")
    make_facility(place.parent, "elder-centre", by=keeper, name="街道养老综合体")
    scores = {line.code: 4 for line in standards_at(place).inspection} | {"sign": 2}
    inspect(centre, by=keeper, on=date(2026, 3, 1), scores=scores, to_fix="更换门头标识")
    PopulationFigure.objects.create(
        place=place, year=2025, definition="resident", people=4000, households=2100, source="测试"
    )
    assert centre.opened_on == date(2026, 1, 1)
    _fill(centre)
    return place, centre, keeper


def _fill(centre):
    """Desks, a calendar, visits, a childcare provider: what residents read on the page of a centre."""
    install_pack("registers/standard.yaml")
    at = {"facility": centre, "since": "2026-01-01"}
    for name, handles, desk in (
        ("社会保障代办", "社保、医保、养老认证、退休手续", "1 号窗口"),
        ("民政事务代办", "低保、临时救助、高龄津贴", "2 号窗口"),
    ):
        said = {"function": "government", "hours": "周一至周五 9:00—17:00", "provider": "街道便民中心"}
        enter("resident-services", name=name, handles=handles, desk=desk, **said, **at)
    for title, day, enrolled in (
        ("智能手机怎么用", date(2026, 3, 4), 20),
        ("周末手工课", date(2026, 3, 7), 12),
    ):
        said = {"kind": "elder", "held_on": day, "hours": "14:30—16:00", "places": 20, "enrolled": enrolled}
        enter("site-sessions", facility=centre, title=title, room="多功能室", **said)
    enter("site-visits", facility=centre, day=date(2026, 3, 3), visits=64, booked=12)


@pytest.mark.parametrize("width", WIDTHS)
def test_residents_pages_are_usable(site, town, width):
    place, centre, _keeper = town
    for path, name in (
        (f"/facilities/?place={place.code}", "nearby"),
        (f"/facilities/{centre.code}/", "detail"),
        (f"/facilities/{centre.code}/hub/?q=低保", "hub"),
        (f"/facilities/{centre.code}/hub/", "hub-all"),
    ):
        site.open(path, width=width, elder=width == 390)
        site.assert_accessible()
        site.assert_no_sideways_scroll()
        site.picture(f"facilities-{name}-{width}")


@pytest.fixture
def works(town):
    """A gap being closed, and housing whose premises came late."""
    place, _centre, keeper = town
    project = find_gap(place, "urban-600", by=keeper)
    told = {"way": "extend", "area_m2": Decimal(140), "budget_yuan": Decimal(448_000)}
    take_upgrade_step(project, "choose", by=keeper, on=date(2026, 3, 4), **told)
    housing = register_project(
        by=keeper, place=place, code="zz-2023-01", name="江畔新居", kind="new", households=2400,
        floor_area_m2=Decimal(260_000),
    )  # fmt: skip
    pass_gate(housing, "plan", by=keeper, housing_on=date(2025, 1, 1), premises_on=date(2025, 3, 1))
    return project, housing


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_projects_are_usable(site, town, works, width):
    place, _centre, keeper = town
    project, housing = works
    site.sign_in(keeper)
    for path, name in (
        ("/facilities/upgrades/", "upgrades"),
        (f"/facilities/upgrades/new/?place={place.code}&standard=outdoor-1000", "upgrade-new"),
        (f"/facilities/upgrades/{project.code}/", "upgrade"),
        (f"/facilities/upgrades/{project.code}/fund/", "upgrade-fund"),
        ("/facilities/housing/", "housings"),
        (f"/facilities/housing/{housing.code}/", "housing"),
        ("/facilities/gaps/?q=青山", "gaps-found"),
        ("/facilities/balance/", "balance"),
    ):
        site.open(path, width=width)
        site.picture(f"facilities-{name}-{width}")
        site.assert_accessible()
        site.assert_no_sideways_scroll()


@pytest.mark.parametrize("width", WIDTHS)
def test_staff_pages_are_usable(site, town, width):
    place, centre, keeper = town
    site.sign_in(keeper)
    for path, name in (
        ("/facilities/register/", "register"),
        ("/facilities/register/new/", "new"),
        (f"/facilities/{centre.code}/", "staff"),
        (f"/facilities/{centre.code}/rooms/", "rooms"),
        (f"/facilities/{centre.code}/acts/inspect/", "inspect"),
        (f"/facilities/{centre.code}/wrong/", "wrong"),
        ("/facilities/gaps/", "gaps"),
        (f"/facilities/communities/{place.code}/", "community"),
        ("/tables/new/facilities/", "import"),
    ):
        site.open(path, width=width)
        site.assert_accessible()
        site.assert_no_sideways_scroll()
        site.picture(f"facilities-{name}-{width}")
