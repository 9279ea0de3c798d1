"""How workers are found and grow: preferred applicants, study support, mentoring, the reserve of secretaries."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from linli.registers.actions import change_record
from linli.registers.declaring import registers
from linli.workforce.queries import own_record
from tests.factories.people import make_person, make_worker
from tests.factories.registers import enter, install_pack, make_course

pytestmark = pytest.mark.django_db


def test_XA_159_applicants_of_social_work_come_first_and_who_studies_is_supported(place, worker_of):
    street, studying = place.parent, worker_of(place, major="社会工作")
    round_ = enter("recruitment-rounds", place=street, title="2026年春季", priority="社会工作专业优先")
    for state in ("notice", "examined", "publicised"):
        round_ = change_record(registers["recruitment-rounds"], round_, by=None, state=state)
    hired = {"state": "appointed", "appointed_on": "2026-05-01", "appointed_count": 6}
    with pytest.raises(ValidationError, match="社会工作专业"):
        change_record(registers["recruitment-rounds"], round_, by=None, social_work_count=7, **hired)
    round_ = change_record(registers["recruitment-rounds"], round_, by=None, social_work_count=4, **hired)

    said = {"worker": studying, "level": "assistant", "given_on": "2026-03-01"}
    enter("study-supports", kind="fee", amount_yuan=Decimal(180), **said)
    enter("study-supports", kind="leave", days=Decimal(2), **said)
    for wrong in ({"kind": "books"}, {"kind": "leave", "amount_yuan": Decimal(50)}):
        with pytest.raises(ValidationError, match="填金额"):
            enter("study-supports", **said | wrong)

    assert (round_.social_work_count, studying.supports.count()) == (4, 2)


def test_XZ_069_the_reserve_is_seen_by_personnel_alone_and_says_where_people_went(place, worker_of, client):
    install_pack("registers/standard.yaml")
    mentor = worker_of(place)
    kept = enter(
        "reserves", place=place, name="钱后备", source="graduate", since="2025-06-01", mentor=mentor,
        trained_on="2026-01-10",
    )  # fmt: skip
    with pytest.raises(ValidationError, match="去向"):
        change_record(registers["reserves"], kept, by=None, until="2026-03-01")

    client.force_login(make_worker(place, "registers.keep", "organisations.view"))
    assert client.get("/registers/reserves/").status_code == 404
    client.force_login(make_worker(place.parent, "registers.keep", "workforce.view"))
    assert "钱后备" in client.get("/registers/reserves/").content.decode()


def test_XZ_072_a_mentor_writes_down_each_talk_and_courses_have_their_way(place, worker_of, client):
    person = make_person("赵社工", home=place)
    newcomer, mentor = worker_of(place, person=person), worker_of(place, "W2", name="钱导师")
    said = {"worker": newcomer, "mentor": mentor, "subject": "入户走访怎么问", "hours": Decimal("1.5")}
    with pytest.raises(ValidationError, match="没有登记这两位"):
        enter("mentoring-talks", held_on="2026-02-01", **said)
    enter("mentorings", worker=newcomer, mentor=mentor, since="2026-01-01", until="2026-07-01")

    enter("mentoring-talks", held_on="2026-02-01", **said)

    own = own_record(person.pk)
    assert ([m.mentor for m in own.mentorings], [t.subject for t in own.talks]) == (
        [mentor],
        ["入户走访怎么问"],
    )
    for day in ("2025-12-31", "2026-07-01"):
        with pytest.raises(ValidationError, match="没有登记这两位"):
            enter("mentoring-talks", held_on=day, **said)
    course = make_course(place.parent)
    assert (
        str(change_record(registers["courses"], course, by=None, mode="case").get_mode_display())
        == "案例教学"
    )
