"""Personnel matters: for the personnel officer, and for each worker his own."""

import pytest
from django.core.exceptions import ValidationError

from linli.places.models import PopulationFigure
from linli.registers.actions import change_record
from linli.registers.declaring import registers
from linli.workforce.queries import gaps, own_record
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules():
    install_pack("registers/standard.yaml")
    install_pack("workforce/standard.yaml")


def test_a_worker_sees_his_own_grade_hours_certificates_and_next_step(place, worker_of, client):
    """XA-131, XA-133, XA-138"""
    user = make_user("赵社工")
    worker = worker_of(place, person=user.person, degree="bachelor")
    enter("grades", worker=worker, track="other", grade=3, since="2025-01-01", state="approved")
    enter("certificates", worker=worker, level="assistant", issued_on="2020-01-01", valid_until="2026-03-30")
    course = make_course(place.parent, "轮训", "yearly")
    enter("enrolments", course=course, worker=worker, state="passed", hours=8)
    own = own_record(user.person_id)
    assert (own.grade.grade, own.standing.grade, own.hours, own.hours_due) == (3, 5, 8, 40)
    assert [state for _one, state in own.certificates] == ["快到期"]
    assert own.next_steps == [
        "按年限和证书可以申报 5 级，请向街道人事岗提出。",
        "2027-03-04 起满足晋升到 6 级的年限。",
        "今年还差 32 学时。",
    ]
    client.force_login(user)
    page = client.get("/workforce/me/").content.decode()
    assert "快到期" in page
    assert "32 学时" in page


def test_somebody_who_is_no_worker_is_told_so(client):
    client.force_login(make_user())
    assert "没有您的工作者档案" in client.get("/workforce/me/").content.decode()


def test_gaps_are_told_per_community_and_unknown_is_not_zero(place, worker_of):
    """XZ-071, I-XA-25: 18 for 10,000 urban permanent residents, 5 to 9 full-time workers."""
    silent, village = make_community(2), make_community(3, urban_rural="220")
    for where in (place, silent, village):
        PopulationFigure.objects.create(
            place=where, year=2025, definition="resident", people=5_001, source="普查"
        )
    PopulationFigure.objects.create(
        place=place, year=2025, definition="urban_resident", people=4_001, source="普查"
    )
    for n in range(6):
        worker_of(place, f"W{n}")
    worker_of(place, "W7", kind="part_time")
    worker_of(village, "V1")
    enter("vacancies", place=place, track="other", count=1, since="2026-01-01")
    found = {gap.place: gap for gap in gaps(place._meta.model.objects.communities())}
    assert [
        (g.workers, g.full_time, g.needed, g.missing, g.vacancies, g.full_time_ok)
        for g in (found[place], found[silent], found[village])
    ] == [(7, 6, 8, 1, 1, True), (None, None, 10, None, 0, None), (1, 1, None, None, 0, False)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_gap_page_asks_a_fixed_number_of_queries(
    place, worker_of, client, count, django_assert_num_queries
):
    for n in range(2, count + 1):
        worker_of(make_community(n), f"W{n}")
    client.force_login(make_worker(place.parent, "workforce.gaps"))
    with django_assert_num_queries(8):
        page = client.get("/workforce/gaps/").content.decode()
    assert "暂无数据" in page


@pytest.mark.parametrize(
    ("name", "granted"),
    [("workers", "organisations.edit"), ("grades", "duties.edit"), ("assignments", "workforce.edit")],
)
def test_P2_personnel_registers_are_not_there_for_others(place, client, name, granted):
    client.force_login(make_worker(place, "registers.keep", granted))
    assert {client.get(f"/registers/{name}/{end}").status_code for end in ("", "new/", "export/")} == {404}
    assert f"/registers/{name}/" not in client.get("/registers/").content.decode()


def test_a_grade_is_approved_by_another_than_who_proposed_it(place, worker_of):
    officer, leader = (make_worker(place.parent, "workforce.edit") for _ in range(2))
    register, worker = registers["grades"], worker_of(place)
    given = {"worker": worker, "track": "other", "grade": 3, "since": "2026-01-01"}
    with pytest.raises(ValidationError, match="先提出"):
        enter("grades", by=officer, state="approved", **given)
    made = enter("grades", by=officer, **given)
    with pytest.raises(ValidationError, match="不能自己审批"):
        change_record(register, made, by=officer, state="approved")
    made = change_record(register, made, by=leader, state="approved")
    with pytest.raises(ValidationError, match="已经审批过"):
        change_record(register, made, by=leader, state="refused")


def test_a_recruitment_goes_step_by_step(place):
    """XA-130"""
    register = registers["recruitment-rounds"]
    made = enter("recruitment-rounds", place=place.parent, title="2026年第一批")
    with pytest.raises(ValidationError, match="一步一步"):
        change_record(register, made, by=None, state="publicised")
    for state in ("notice", "examined", "publicised"):
        made = change_record(register, made, by=None, state=state)
    with pytest.raises(ValidationError, match="聘用日期和聘用人数"):
        change_record(register, made, by=None, state="appointed")
    made = change_record(
        register, made, by=None, state="appointed", appointed_on="2026-03-01", appointed_count=3
    )
    assert made.state == "appointed"
