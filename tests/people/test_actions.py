from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.kernel import clock
from linli.people import actions
from linli.people.models import Person
from tests.factories.people import make_person, make_post, make_role, make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


def test_the_number_gives_birth_date_and_sex():
    worker = make_worker(make_community(1), "people.edit")
    person = actions.register_person(
        by=worker, name="陈婆婆", id_kind="resident", id_number="990101195003010014"
    )
    assert (person.birth_on, person.sex, person.name_initials) == (date(1950, 3, 1), "1", "cpp")


def test_a_number_registered_before_is_refused_and_keeps_one_person():
    worker = make_worker(make_community(1), "people.edit")
    number = {"id_kind": "resident", "id_number": "990101195003010014"}
    actions.register_person(by=worker, name="甲", **number)

    with pytest.raises(ValidationError, match="已经登记过"):
        actions.register_person(by=worker, name="乙", **number)
    assert Person.objects.filter(name__in=["甲", "乙"]).count() == 1


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("990101195003010015", "校验位"),
        ("990101195013010018", "不存在"),
        ("9901011950030100", "18 位"),
        ("11010519491231002X", None),
        ("110105194912310021", "校验位"),
    ],
)
def test_an_id_number_is_checked(number, reason):
    from linli.people.numbers import check_id_number

    if reason is None:
        assert check_id_number(number) == (date(1949, 12, 31), "2")
        return
    with pytest.raises(ValidationError, match=reason):
        check_id_number(number)


def test_nobody_appoints_himself_or_beyond_his_ground():
    here, elsewhere = make_community(1), make_community(1, street="990102001000")
    head, role = make_worker(here, "posts.appoint"), make_role("grid-worker")

    assert actions.appoint(make_person("新人"), by=head, role=role, place=here).granted_by == head
    with pytest.raises(PermissionDenied):
        actions.appoint(make_person("新人"), by=head, role=role, place=elsewhere)
    with pytest.raises(PermissionDenied):
        actions.appoint(head.person, by=head, role=role, place=here)


def test_A4_rights_end_on_the_day_the_post_ends():
    here = make_community(1)
    head, worker = make_worker(here, "posts.appoint"), make_user()
    post = make_post(worker, here, "people.view")
    actions.end_post(post, by=head)

    worker.__dict__.pop("_grants", None)
    assert worker.may("people.view", at=here) is False


def test_administrator_roles_are_refused_with_a_sentence():
    here = make_community(1)
    head, person = make_worker(here, "posts.appoint"), make_person()
    roles = [make_role(code, apart_from="administrators") for code in ("sys", "sec")]
    actions.appoint(person, by=head, role=roles[0], place=here)

    with pytest.raises(ValidationError, match="不能由同一人担任"):
        actions.appoint(person, by=head, role=roles[1], place=here)


def test_P11_nobody_verifies_his_own_residence():
    here = make_community(1)
    worker = make_worker(here, "people.verify")
    own = actions.claim_residence(worker.person, community=here)
    theirs = actions.claim_residence(make_person(), community=here)

    with pytest.raises(PermissionDenied):
        actions.verify_residence(own, by=worker)
    assert actions.verify_residence(theirs, by=worker).verified_by == worker


def test_a_refused_residence_says_why():
    here = make_community(1)
    worker = make_worker(here, "people.verify")
    claim = actions.claim_residence(make_person(), community=here)
    with pytest.raises(ValidationError):
        actions.verify_residence(claim, by=worker, accept=False)
    assert actions.verify_residence(claim, by=worker, accept=False, reason="不住本社区").verified_at is None


def test_a_proxy_acts_while_the_entrusting_lasts():
    mother, son = make_person("母亲"), make_user("儿子")
    mother_user = make_user(person=mother)
    actions.entrust(
        mother, proxy=son.person, kind="family", basis="口头委托", by=mother_user, end=date(2026, 3, 10)
    )
    assert list(son.principals().values_list("principal", flat=True)) == [mother.pk]
    with clock.at(clock.now() + timedelta(days=10)):
        assert list(son.principals()) == []
