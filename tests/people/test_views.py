import pytest

from linli.people import actions
from linli.people.models import Person, Post
from tests.factories.people import make_person, make_role, make_user, make_worker
from tests.factories.places import make_community, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return make_place(f"{make_community(1).code}B0001", "building")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_people_asks_a_fixed_number_of_queries(client, here, count, django_assert_num_queries):
    for number in range(count):
        make_person(f"居民{number}", home=here)
    client.force_login(make_worker(here.parent, "people.view"))
    with django_assert_num_queries(3):
        assert client.get("/people/").status_code == 200


def test_D3_numbers_are_masked_on_every_page(client, here):
    person = make_person(
        "陈婆婆", home=here, phone="19900001234", id_kind="resident", id_number="990101195003010014"
    )
    client.force_login(make_worker(here.parent, "people.view"))
    pages = client.get("/people/").content.decode() + client.get(f"/people/{person.pk}/").content.decode()

    assert "199****1234" in pages
    assert [number in pages for number in ("19900001234", "990101195003010014")] == [False, False]


@pytest.mark.parametrize("words", ["陈婆婆", "陈", "cpp"])
def test_a_person_is_found_by_name_and_initials(client, here, words):
    make_person("陈婆婆", home=here, phone="19900001234", id_kind="resident", id_number="990101195003010014")
    make_person("王大爷", home=here)
    client.force_login(make_worker(here.parent, "people.view"))
    listing = client.get("/people/", {"q": words}).context["listing"]
    assert [person.name for person in listing.page] == ["陈婆婆"]


@pytest.mark.parametrize("number", ["19900001234", "990101195003010014"])
def test_D10_a_person_is_found_by_a_whole_number_without_an_address_that_holds_it(client, here, number):
    """ASVS 14.2.1: the search box of persons posts; by GET a number finds nobody."""
    make_person("陈婆婆", home=here, phone="19900001234", id_kind="resident", id_number="990101195003010014")
    client.force_login(make_worker(here.parent, "people.view"))

    answer = client.post("/people/find/", {"q": number})

    assert (answer.status_code, [person.name for person in answer.context["listing"].page]) == (
        200,
        ["陈婆婆"],
    )
    asked = client.get("/people/", {"q": number})
    assert asked.status_code == 400 or list(asked.context["listing"].page) == []
    named = client.post("/people/find/", {"q": "陈婆婆"})
    assert (named.status_code, named.url) == (302, "/people/?q=%E9%99%88%E5%A9%86%E5%A9%86")


@pytest.mark.parametrize(
    "address", ["/people/", "/search/", "/search/suggest/", "/places/", "/nothing/", "/api/v1/me"]
)
def test_D10_an_address_with_an_id_number_is_refused_at_every_door(client, here, address):
    """The answer does not say the number again; another number of eighteen digits is nobody's."""
    client.force_login(make_worker(here.parent, "people.view"))

    refused = client.get(address, {"q": "陈 990101195003010014"})

    assert refused.status_code == 400
    assert "身份证号码不能写在网址里" in refused.content.decode()
    assert "990101195003010014" not in refused.content.decode()
    assert client.get(address, {"q": "990101195003010015"}).status_code != 400


def test_P3_a_person_elsewhere_does_not_exist(client, here):
    other = make_person("外地人", home=make_community(1, street="990102001000"))
    client.force_login(make_worker(here.parent, "people.view", "posts.appoint"))
    assert client.get(f"/people/{other.pk}/").status_code == 404
    assert client.get(f"/people/{other.pk}/posts/new/").status_code == 404


def test_a_worker_registers_a_resident_once(client, here):
    client.force_login(make_worker(here.parent, "people.view", "people.edit"))
    form = {
        "name": "买买提·吐尔逊",
        "home": here.code,
        "id_kind": "resident",
        "id_number": "990101195003010014",
    }
    assert client.post("/people/new/", form).status_code == 302
    assert client.post("/people/new/", form).status_code == 422
    assert Person.objects.filter(name_key="买买提吐尔逊").count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"name": ""},
        {"name": "张\u202e三"},
        {"home": "000"},
        {"phone": "abc"},
        {"id_kind": "resident", "id_number": "1"},
        {"id_number": "990101195003010014"},
        {"birth_on": "2030-01-01"},
        {"name": "x" * 51},
    ],
)
def test_I1_wrong_input_is_a_422_and_registers_nobody(client, here, typed):
    client.force_login(make_worker(here.parent, "people.view", "people.edit"))
    before = Person.objects.count()
    assert client.post("/people/new/", {"name": "甲", "home": here.code} | typed).status_code == 422
    assert Person.objects.count() == before


def test_a_post_is_given_and_ended_on_pages(client, here):
    head, person = make_worker(here.parent, "people.view", "posts.appoint"), make_person("新人", home=here)
    role = make_role("grid-worker")
    client.force_login(head)
    form = {"role": role.pk, "place": here.parent.code, "start": "2026-02-01"}
    assert client.post(f"/people/{person.pk}/posts/new/", form).status_code == 302
    post = Post.objects.get(person=person)
    client.post(f"/posts/{post.pk}/end/")
    assert str(Post.objects.get(pk=post.pk).during.upper) == "2026-03-04"


def test_a_claim_is_answered_by_the_community(client, here):
    resident, worker = make_user("居民"), make_worker(here.parent, "people.verify")
    client.force_login(resident)
    client.post("/residences/new/", {"community": here.parent.code, "kind": "resident"})
    claim = resident.person.residences.get()
    client.force_login(worker)
    client.post(f"/residences/{claim.pk}/answer/", {"accept": "yes"})
    claim.refresh_from_db()
    assert claim.verified_by == worker


@pytest.mark.parametrize("typed", ["第1社区", "第1", "桥头街道 第1社区", "990101001001"])
def test_a_resident_says_by_name_where_he_lives(client, here, typed):
    """Nobody knows the twelve digits of his community."""
    assert (here.parent.name, here.parent.parent.name) == ("第1社区", "桥头街道")
    resident = make_user("居民")
    client.force_login(resident)
    client.post("/residences/new/", {"community": typed, "kind": "resident"})
    assert resident.person.residences.get().community == here.parent


def test_of_two_communities_of_one_name_the_street_is_asked_for(client, here):
    twin = make_community(1, street="990101002000")
    assert twin.name == here.parent.name
    client.force_login(make_user("居民"))
    answer = client.post("/residences/new/", {"community": twin.name, "kind": "resident"})
    assert answer.status_code == 422
    assert "桥头街道第1社区" in answer.content.decode()


def test_a_claim_elsewhere_is_not_answered(client, here):
    other = make_community(1, street="990102001000")
    claim = actions.claim_residence(make_person(), community=other)
    client.force_login(make_worker(here.parent, "people.verify"))
    assert client.post(f"/residences/{claim.pk}/answer/", {"accept": "yes"}).status_code == 404
