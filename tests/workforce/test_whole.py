"""Recruitment to the last step, elections, learning, allowances, and the yearly look at grades and training."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.places.models import PopulationFigure
from linli.registers.actions import change_record
from linli.registers.declaring import registers
from linli.registers.models import RowFile
from linli.workforce.actions import propose_grades
from linli.workforce.models import GradeRecord
from linli.workforce.queries.yearly import hiring, to_regrade, untrained
from tests.factories.files import body_of, picture
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    install_pack("registers/standard.yaml")
    install_pack("workforce/standard.yaml")


@pytest.fixture
def officer(place):
    return make_worker(place.parent, "workforce.view", "workforce.edit", "registers.keep", name="甲人事")


def test_XA_130_XA_159_candidates_go_with_their_round_and_social_work_majors_stand_first(
    place, officer, client, worker_of
):
    """XA-130, XA-159: who applied, who has studied social work, who was appointed to which post."""
    recruitment = enter("recruitment-rounds", place=place.parent, title="2026年招聘", state="planned")
    said = {"round": recruitment, "degree": "bachelor", "name": "报名人"}
    plain = enter("candidates", number="001", major="法学", **said)
    trained = enter(
        "candidates", number="002", major="社会工作", social_work=True, phone="13800001234", **said
    )
    client.force_login(officer)
    page = client.get("/registers/candidates/").content.decode()
    assert 0 < page.index("002") < page.index("001")
    assert "13800001234" not in page

    register = registers["candidates"]
    with pytest.raises(ValidationError, match="一步一步"):
        change_record(register, trained, by=None, state="appointed")
    for state in ("admitted", "examined"):
        trained = change_record(register, trained, by=None, state=state)
    with pytest.raises(ValidationError, match="批次还没有公示"):
        change_record(register, trained, by=None, state="publicised")
    for state in ("notice", "examined", "publicised"):
        recruitment = change_record(registers["recruitment-rounds"], recruitment, by=None, state=state)
    for state in ("publicised", "appointed"):
        trained = change_record(register, trained, by=None, state=state)
    hired = worker_of(place, "W9")
    assert change_record(register, trained, by=None, worker=hired).worker == hired
    with pytest.raises(ValidationError, match="未录用的要写明原因"):
        change_record(register, plain, by=None, state="declined")


def test_XZ_068_a_term_is_reviewed_before_it_is_filed_and_falls_due_until_the_next_election(
    place, officer, client
):
    term = enter(
        "committee-terms", place=place, body="committee", number=11, elected_on="2021-05-20", member_count=7,
        cross_posts=4, ends_on="2026-04-20",
    )  # fmt: skip
    register = registers["committee-terms"]
    with pytest.raises(ValidationError, match="联审通过之后才能备案"):
        change_record(register, term, by=None, filed_on=date(2021, 6, 1))
    reviewed = {"reviewed_on": date(2021, 5, 1), "review_passed": True}
    change_record(register, term, by=None, filed_on=date(2021, 6, 1), **reviewed)
    client.force_login(officer)
    assert "2026-04-20 到期" in client.get("/registers/committee-terms/?due=soon").content.decode()
    with pytest.raises(ValidationError, match="已经登记过"):
        enter(
            "committee-terms", place=place, body="committee", number=12, elected_on="2026-03-01", member_count=7,
            ends_on="2031-03-01",
        )  # fmt: skip
    change_record(register, term, by=None, succeeded_on=date(2026, 3, 1))
    assert "2026-04-20 到期" not in client.get("/registers/committee-terms/?due=soon").content.decode()


def test_XA_131_grades_the_rules_would_raise_are_proposed_at_once_and_approved_by_another(
    place, worker_of, officer, client
):
    rises = worker_of(place, "W1", degree="bachelor")
    stays, elsewhere = worker_of(place, "W2"), worker_of(make_community(9, street="990102001000"), "F1")
    enter("grades", worker=rises, track="other", grade=2, since="2024-01-01", state="approved")
    enter("grades", worker=stays, track="other", grade=3, since="2024-01-01", state="approved")
    assert [(one.worker, one.grade, one.standing.grade) for one in to_regrade(officer)] == [(rises, 2, 4)]
    client.force_login(officer)
    client.post("/workforce/yearly/propose/")
    assert (propose_grades(by=officer), to_regrade(officer)) == ([], [])  # pressed twice: nothing twice
    proposed = GradeRecord.objects.get(state="proposed")
    assert (proposed.worker, proposed.grade, elsewhere.grades.count()) == (rises, 4, 0)
    with pytest.raises(ValidationError, match="不能自己审批"):
        change_record(registers["grades"], proposed, by=officer, state="approved")
    with pytest.raises(PermissionDenied):
        propose_grades(by=make_worker(place, "workforce.view"))


def test_XA_131_XA_133_an_allowance_follows_the_rules_and_needs_a_good_certificate(place, worker_of, officer):
    worker = worker_of(place)
    good = enter(
        "certificates", worker=worker, level="social_worker", issued_on="2024-01-01", valid_until="2027-01-01"
    )
    with pytest.raises(ValidationError, match="不在有效期内"):
        enter("certificate-allowances", certificate=good, since="2027-02-01")
    made = enter("certificate-allowances", by=officer, certificate=good, since=date(2026, 3, 1))
    assert (made.month_yuan, made.state) == (400, "claimed")
    register = registers["certificate-allowances"]
    with pytest.raises(ValidationError, match="不能自己审批"):
        change_record(register, made, by=officer, state="approved")
    other = make_worker(place.parent, "workforce.edit", name="乙人事")
    assert change_record(register, made, by=other, state="approved").state == "approved"


def test_XA_133_the_scan_of_a_certificate_belongs_to_it_and_an_open_examination_is_told(
    place, worker_of, officer, client
):
    user = make_user("赵社工")
    worker = worker_of(place, person=user.person)
    card = enter(
        "certificates", worker=worker, level="assistant", issued_on="2020-01-01", valid_until="2023-01-01"
    )
    client.force_login(officer)
    scan = SimpleUploadedFile("证书.jpg", picture(), content_type="image/jpeg")
    client.post(f"/registers/certificates/{card.pk}/files/", {"file": scan, "title": "证书扫描件"})
    assert "证书扫描件" in client.get(f"/registers/certificates/{card.pk}/").content.decode()
    for until, held in (("2026-03-20", "2026-06-06"), ("2026-02-20", "2026-05-05")):
        enter(
            "examinations", place=place.parent.parent, level="assistant", sign_up_from="2026-02-01",
            sign_up_until=until, held_on=held, source="省考试院",
        )  # fmt: skip
    client.force_login(user)
    page = client.get("/workforce/me/").content.decode()
    assert ("2026-06-06 考试，报名到 2026-03-20 截止（省考试院）" in page, "2026-05-05" in page) == (
        True,
        False,
    )


def test_PD_033_a_worker_reads_on_his_own_page_which_measures_of_care_are_in_effect(place, worker_of, client):
    user = make_user("赵社工")
    worker_of(place, person=user.person)
    county = place.parent.parent
    enter("care-measures", place=county, title="年度体检", done_on="2025-11-01", evidence="全员体检")
    enter("care-measures", place=county, title="心理关爱")
    client.force_login(user)
    page = client.get("/workforce/me/").content.decode()
    told = ("年度体检", "2025-11-01 已落实：全员体检", "心理关爱", "还没有落实")
    assert [words for words in told if words not in page] == []


def test_XA_138_teachers_tests_and_who_was_not_trained_this_year(place, worker_of, officer, client):
    county = place.parent.parent
    teacher = enter(
        "teachers",
        place=county,
        name="刘教授",
        unit_name="大学",
        field="社会工作",
        phone="13900001111",
        since="2024-01-01",
    )
    course = make_course(county, "轮训", "yearly")
    course = change_record(
        registers["courses"], course, by=None, teacher=teacher, pass_mark=60, track="other"
    )
    came, absent, last_year = (worker_of(place, number) for number in ("W1", "W2", "W3"))
    with pytest.raises(ValidationError, match="不到 60 分"):
        enter("enrolments", course=course, worker=came, state="passed", hours=8, score=59)
    enter("enrolments", course=course, worker=came, state="passed", hours=8, score=60)
    enter("enrolments", course=course, worker=absent, state="absent")
    old = make_course(county, "去年轮训", "yearly", on="2025-02-02")
    enter("enrolments", course=old, worker=last_year, state="passed", hours=8)
    assert list(untrained(officer, 2026)) == [absent, last_year]
    client.force_login(officer)
    page = client.get("/workforce/yearly/").content.decode()
    assert "2026 年还没有参训" in page
    assert "13900001111" not in client.get("/registers/teachers/").content.decode()


def test_XZ_072_cases_and_courseware_are_learned_from_by_the_workers_of_the_area(place, worker_of, client):
    county, user = place.parent.parent, make_user("赵社工")
    worker_of(place, person=user.person)
    enter(
        "case-studies", place=county, title="电梯更新", theme="property", written_by="民政局", written_on="2026-01-01",
        situation="意见不一", done="六次协商", lesson="先算账",
    )  # fmt: skip
    course = make_course(county, "轮训", "yearly")
    officer = make_worker(county, "workforce.view", "workforce.edit", "registers.keep")
    client.force_login(officer)
    notes = SimpleUploadedFile("课件.txt", "第一讲".encode(), content_type="text/plain")
    client.post(f"/registers/courses/{course.pk}/files/", {"file": notes, "title": "第一讲课件"})
    client.force_login(user)
    page = client.get("/workforce/learning/").content.decode()
    assert ("电梯更新" in page, "六次协商" in page, "第一讲课件" in page) == (True, True, True)
    held = RowFile.objects.get().file_id
    answer = client.get(f"/files/{held}/")
    assert (answer.status_code, body_of(answer)) == (200, "第一讲".encode())
    outsider = make_user("外地人")
    worker_of(make_community(9, street="990102001000"), "F1", person=outsider.person)
    client.force_login(outsider)
    seen = [client.get(f"/files/{held}/").status_code, client.get("/workforce/learning/").status_code]
    client.force_login(make_user())
    assert (*seen, client.get("/workforce/learning/").status_code) == (404, 200, 403)


def test_XZ_071_what_the_next_recruitment_needs_under_other_numbers_is_reckoned_and_not_stored(
    place, worker_of, client
):
    for where, people, homes in ((place, 10_000, 4_000), (make_community(2), 1_000, None)):
        PopulationFigure.objects.create(
            place=where,
            year=2025,
            definition="urban_resident",
            people=people,
            households=homes,
            source="普查",
        )
    for number in range(6):
        worker_of(place, f"W{number}")
    places = place._meta.model.objects.communities().order_by("path")
    rules = {"per_10000": Decimal(18), "growth": Decimal(0), "least": 5}
    told = [(one.needed, one.to_hire) for one in hiring(places, **rules)]
    assert told == [(18, 12), (5, None)]  # who never said how many work there is not taken for zero
    assert [one.needed for one in hiring(places, **rules | {"growth": Decimal(10)})] == [20, 5]
    assert [one.needed for one in hiring(places, **rules, households=200)] == [20, 5]

    client.force_login(make_worker(place.parent, "workforce.gaps"))
    page = client.get("/workforce/hiring/?per_10000=30").content.decode()
    assert ("合计要招 24 人" in page, "1 个社区没有人口或工作者数" in page) == (True, True)
    for wrong in ("?per_10000=-1", "?growth=abc", "?least=999999", "?households=0"):
        assert client.get(f"/workforce/hiring/{wrong}").status_code == 200


@pytest.mark.parametrize("count", [1, 4])
def test_the_yearly_page_asks_a_fixed_number_of_queries(
    place, worker_of, officer, client, count, django_assert_num_queries
):
    for number in range(count):
        worker_of(place, f"W{number}")
    client.force_login(officer)
    client.get("/workforce/yearly/")
    with django_assert_num_queries(7):
        client.get("/workforce/yearly/")
