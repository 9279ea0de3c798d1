"""Topics, watches and photos: what stands around requests."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.audit.models import Entry
from linli.cases.actions import WrongState, attach, take_step
from linli.files.actions import store
from linli.files.models import StoredFile
from linli.files.rules import can_see
from linli.kernel import clock
from linli.notices.models import Notice
from linli.requests.actions.redacting import redact
from linli.requests.actions.topics import frequent, open_topic
from linli.requests.actions.watching import tell_watchers, unwatch, watch
from linli.requests.models import Original, Watch
from tests.factories.files import picture
from tests.factories.people import make_post
from tests.factories.requests import category

pytestmark = pytest.mark.django_db


def test_what_comes_up_often_is_told_once_and_becomes_a_matter_of_its_own(town):
    """未诉先办: the rules of the place say how often is often, and how long the matter as a whole may take."""
    for number in range(4):
        town.submit(f"{number} 号楼前路灯不亮，晚上太黑")
    assert frequent([town.place]) == []
    town.submit("6 号楼前路灯不亮，晚上太黑")
    lights = category("street-lights")
    assert [(one.category, one.count) for one in frequent([town.place])] == [(lights, 5)]

    topic = open_topic(town.place, lights, by=town.dispatcher)

    assert (topic.case.unit, topic.count, topic.requests().count()) == (town.desk, 5, 5)
    assert (topic.case.term, topic.case.term_unit) == (20, "workdays")
    assert frequent([town.place]) == []
    with pytest.raises(WrongState):
        open_topic(town.place, lights, by=town.dispatcher)
    case = take_step(topic.case, "plan", by=town.dispatcher, measure="整条街换灯", unit=town.city_management)
    case = take_step(case, "finish", by=town.worker, outcome="全部换完")
    assert (case.state, case.topic.outcome) == ("done", "全部换完")
    town.submit("7 号楼前路灯不亮，晚上太黑")
    assert topic.requests().count() == 6


def test_who_watches_an_area_hears_of_new_requests_once_without_their_words(town):
    watch(person=town.stranger.person, place=town.place)
    with clock.at(clock.now() + timedelta(hours=1)):
        town.submit("幸福路 3 号楼前的路灯不亮")
        town.submit("张三半夜扰民", kind="complaint")
        town.submit("孙大妈想问低保", anonymous=True)
    later = clock.now() + timedelta(hours=2)
    with clock.at(later):
        assert tell_watchers(later) == 1
        assert tell_watchers(later + timedelta(hours=1)) == 0
    told = Notice.objects.get(kind="request-news", to=town.stranger.person)
    assert told.context["news"] == "新增 1 件：路灯照明"


def test_a_public_request_is_followed_by_its_state_and_a_quiet_one_cannot_be(town):
    case = town.request("dispatched")
    watch(person=town.stranger.person, request=case.request)
    now = clock.now()
    assert tell_watchers(now) == 0
    town.step(case, "sign")
    assert tell_watchers(now) == 1
    told = Notice.objects.get(kind="request-news")
    assert (told.context["about"], told.context["news"]) == ("路灯照明", "办理中")
    assert unwatch(person=town.stranger.person, request=case.request)
    quiet = town.request(anonymous=True)
    with pytest.raises(LookupError):
        watch(person=town.stranger.person, request=quiet.request)


def test_a_watch_is_of_an_area_or_of_a_request(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        Watch.objects.create(person=town.stranger.person, told_until=clock.now())


@pytest.fixture
def photo(town, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    case = town.request("working")
    came = SimpleUploadedFile("照片.jpg", picture(size=(100, 50)))
    attach(case, files=[store(came, by=None, purpose="requests.photos")], kind="report", by=None)
    make_post(
        town.dispatcher, town.place.parent, "requests.redact", "requests.see_originals", role="moderator"
    )
    return case.attachments.get()


def test_a_covered_photo_is_what_everybody_sees_and_the_original_is_for_one_role(town, photo, client):
    """Each look at the original is recorded."""
    from PIL import Image

    moderator = type(town.dispatcher).objects.get(pk=town.dispatcher.pk)
    before = photo.file
    redact(photo, boxes=[(0, 0, 50, 100)], reason="路人的脸", by=moderator)

    photo.refresh_from_db()
    with Image.open(photo.file.path) as seen:
        assert (seen.size, seen.getpixel((10, 10))) == ((100, 50), (40, 40, 40))
        assert seen.getpixel((90, 10)) != (40, 40, 40)
    assert [can_see(user, photo.file) for user in (town.resident, town.worker)] == [True, True]
    before = StoredFile.objects.get(pk=before.pk)
    assert [can_see(user, before) for user in (town.resident, town.worker, town.leader, moderator)] == [
        False, False, False, True,
    ]  # fmt: skip
    client.force_login(moderator)
    for _look in range(2):
        answer = client.get(reverse("file-content", args=[before.pk]))
        assert (answer.status_code, b"".join(answer.streaming_content)[:2]) == (200, b"\xff\xd8")
    assert Entry.objects.filter(act="files.read").count() == 2
    client.force_login(town.worker)
    assert client.get(reverse("file-content", args=[before.pk])).status_code == 404


def test_covering_again_keeps_the_first_original(town, photo):
    moderator = type(town.dispatcher).objects.get(pk=town.dispatcher.pk)
    first = redact(photo, boxes=[(0, 0, 50, 100)], reason="脸", by=moderator).file
    photo.refresh_from_db()
    assert redact(photo, boxes=[(60, 0, 90, 100)], reason="车牌", by=moderator).file == first
    assert Original.objects.count() == 1


@pytest.mark.parametrize("box", [(50, 0, 10, 10), (0, 0, 101, 10), (-1, 0, 5, 5)])
def test_a_box_outside_the_picture_is_refused(town, photo, box):
    moderator = type(town.dispatcher).objects.get(pk=town.dispatcher.pk)
    with pytest.raises(ValueError, match="遮挡框"):
        redact(photo, boxes=[box], reason="脸", by=moderator)
    with pytest.raises(PermissionDenied):
        redact(photo, boxes=[(0, 0, 5, 5)], reason="脸", by=town.worker)
