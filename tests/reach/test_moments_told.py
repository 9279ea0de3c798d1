"""Outages and works, free spaces of car parks, the way on foot, scenes of a community."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from linli.facilities.actions.inspecting import inspect
from linli.facilities.models import Facility
from linli.kernel import clock
from linli.reach.actions.moments import state_outage, state_scene, tell_free_spaces, withdraw_outage
from linli.reach.models import Outage, Scene
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.factories.reach import make_outlet, make_run
from tests.together import together

pytestmark = pytest.mark.django_db
MAY = ("reach.verify", "facilities.edit", "facilities.view", "facilities.approve")


@pytest.fixture
def worker(town):
    return make_worker(town.near, *MAY)


def told(place, worker, **facts):
    now = clock.now()
    asked = {
        "utility": "water",
        "begins_at": now,
        "ends_at": now + timedelta(hours=5),
        "text": "检修",
        "source": "水务",
    }
    return state_outage(place, by=worker, **asked | facts)


def test_what_fails_is_told_to_the_community_until_it_is_over(town, worker, client):
    """XA-071: outage and works notices, and whom to ring."""
    make_outlet(town.near, "utilities", 600, name="燃气服务点", phone="0999-5550111")
    make_run(town.city)
    told(town.near, worker, text="河滨路检修，停水")
    page = reverse("reach-utilities")

    def texts(place):
        answer = client.get(page, {"community": place.code})
        return [row.text for row in answer.context["outages"]], [
            row.name for row in answer.context["contacts"]
        ]

    assert texts(town.near) == (["河滨路检修，停水"], ["燃气服务点"])
    assert texts(town.far)[0] == []
    assert (
        "河滨路检修，停水"
        in client.get(reverse("reach-near"), {"community": town.near.code}).content.decode()
    )
    with clock.at(clock.now() + timedelta(hours=6)):
        assert texts(town.near)[0] == []


def test_a_notice_of_a_whole_street_reaches_its_communities_and_may_be_withdrawn(town, client):
    officer = make_worker(town.street, *MAY)
    row = told(town.street, officer, ends_at=None, begins_at=clock.now() + timedelta(days=2))
    address = f"{reverse('reach-utilities')}?community={town.far.code}"
    assert len(client.get(address).context["outages"]) == 1
    with pytest.raises(PermissionDenied):
        withdraw_outage(row, by=make_worker(town.far, *MAY))
    withdraw_outage(row, by=officer)
    assert client.get(address).context["outages"] == []


def test_a_notice_that_makes_no_sense_is_refused(town, worker):
    for wrong in ({"utility": "lava"}, {"ends_at": clock.now() - timedelta(hours=1)}):
        with pytest.raises(ValidationError):
            told(town.near, worker, **wrong)
    with pytest.raises(PermissionDenied):
        told(town.far, worker)
    assert Outage.objects.count() == 0


def test_the_page_of_notices_states_and_withdraws(town, worker, client):
    client.force_login(worker)
    page = reverse("reach-outages")
    begins = clock.now().astimezone(clock.CHINA).strftime("%Y-%m-%dT%H:%M")
    sent = {
        "place": town.near.code,
        "utility": "power",
        "begins_at": begins,
        "text": "换表",
        "source": "供电所",
    }
    assert client.post(page, sent | {"text": ""}).status_code == 422
    assert client.post(page, sent | {"place": town.far.code}).status_code == 422
    assert client.post(page, sent).status_code == 302
    client.post(page, {"withdraw": Outage.objects.get().pk})
    assert Outage.objects.get().withdrawn_at is not None


def test_free_spaces_are_shown_while_they_are_fresh(town, worker, client):
    """XA-142: car parks with free spaces where reported."""
    park = make_outlet(town.near, "parking", 450, name="河滨停车场")
    make_run(town.city)
    client.force_login(worker)
    client.post(reverse("reach-parking"), {"facility": park.code, "free": "12", "spaces": "80"})
    near = f"{reverse('reach-near')}?community={town.near.code}"
    assert "空余 12 位" in client.get(near).content.decode()
    with pytest.raises(ValidationError):
        tell_free_spaces(park, by=worker, free=90, spaces=80)
    with pytest.raises(ValidationError):
        tell_free_spaces(Facility.objects.get(kind__code="convenience"), by=worker, free=1, spaces=2)
    with pytest.raises(PermissionDenied):
        tell_free_spaces(park, by=make_worker(town.far, *MAY), free=1, spaces=80)
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert "空余" not in client.get(near).content.decode()


def test_the_way_to_an_outlet_is_told_in_legs_and_on_the_map(town, client):
    """XA-142: directions to an outlet along the streets."""
    make_run(town.city)
    shop = Facility.objects.get(kind__code="convenience")
    asked = {"facility": shop.code, "place": town.far.code}
    way = client.get(reverse("reach-way"), asked).context["way"]
    [(heading, metres)] = way.legs
    assert (heading, metres, way.metres) == ("向西", 2000, 2000)
    layers = client.get(reverse("reach-way-map"), asked).json()["layers"]
    assert [layer["kind"] for layer in layers] == ["lines", "points"]
    assert client.get(reverse("reach-way"), {"facility": shop.code, "place": "none"}).status_code == 404


def test_the_grade_of_a_shop_on_three_dimensions_is_public(town, worker, client):
    """PD-009, XA-073: hygiene, conduct and frequency are scored, put right, and the grade is public."""
    shop = Facility.objects.get(kind__code="convenience")
    scores = {"hygiene": 5, "conduct": 5, "frequency": 4}
    with pytest.raises(ValidationError):
        inspect(shop, by=worker, on=clock.today(), scores={"sign": 5})
    with pytest.raises(ValidationError):
        inspect(shop, by=worker, on=clock.today(), scores=scores | {"hygiene": 2})
    inspect(shop, by=worker, on=clock.today(), scores=scores)
    make_run(town.city)

    assert "检查优秀" in client.get(reverse("reach-near"), {"community": town.near.code}).content.decode()
    assert client.get(reverse("facility-detail", args=[shop.code])).context["grade"] == "优秀"
    inspect(shop, by=worker, on=clock.today(), scores=dict.fromkeys(scores, 2), to_fix="垃圾清运")
    assert client.get(reverse("facility-detail", args=[shop.code])).context["grade"] == ""


def test_scenes_stand_on_the_page_of_the_circle_with_their_state_and_use(town, worker, client):
    """XF-018: the list of scenes of a community with state and use."""
    asked = {"chain": "ageing", "title": "一键呼叫", "state": "building", "as_of": clock.today()}
    state_scene(town.near, by=worker, **asked)
    with pytest.raises(ValidationError):
        state_scene(town.near, by=worker, **asked | {"uses": 3})
    with pytest.raises(ValidationError):
        state_scene(town.near, by=worker, **asked | {"chain": "moon"})
    with pytest.raises(PermissionDenied):
        state_scene(town.far, by=worker, **asked)
    client.force_login(worker)
    sent = asked | {"place": town.near.code, "state": "running", "uses": "210"}
    assert client.post(reverse("reach-scenes"), sent).status_code == 302
    page = client.get(reverse("reach-circle", args=[town.near.code])).content.decode()
    assert (Scene.objects.count(), "一键呼叫" in page, "上个月使用 210 人次" in page) == (1, True, True)


@pytest.mark.django_db(transaction=True)
def test_a_scene_stated_by_several_at_once_is_one():
    place = make_community(1)
    staff = make_worker(place, *MAY)
    said = {"title": "智慧食堂", "chain": "ageing", "state": "running", "as_of": clock.today()}
    answers = together(*[lambda: state_scene(place, by=staff, **said)] * 4)

    assert [type(one) for one in answers] == [Scene] * 4
    assert Scene.objects.filter(place=place).count() == 1


def test_a_gap_leads_to_an_application_for_what_is_lacking(town, client):
    """XZ-015: whoever sees a gap applies to open an outlet there, the kind chosen beforehand."""
    answer = client.get(reverse("reach-entry"), {"community": town.near.code, "function": "shopping"})
    form = answer.context["form"]
    kind = form.fields["kind"].queryset.get(pk=form.initial["kind"])
    assert "shopping" in kind.functions
