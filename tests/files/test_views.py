"""Files are served through what they belong to, harmless (I9, P3, P4)."""

import pytest
from django.test import Client

from linli.files.actions import ask_deletion
from linli.files.rules import parents
from tests.factories.files import make_file
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_I9_a_file_is_a_download_of_our_type_that_can_do_nothing():
    user = make_user()
    file = make_file(by=user, name='照"片.txt', content=b"<script>alert(1)</script>")

    answer = signed_in(user).get(f"/files/{file.pk}/?inline=1")

    assert {
        name: answer[name]
        for name in ("Content-Type", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
    } == {
        "Content-Type": "text/plain",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
    assert answer["Content-Disposition"].startswith("attachment;")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"


def test_a_picture_may_be_shown_in_its_page():
    user = make_user()
    file = make_file(by=user)

    answer = signed_in(user).get(f"/files/{file.pk}/?inline=1")

    assert answer["Content-Disposition"].startswith("inline;")
    answer.close()


def test_what_one_may_not_see_is_answered_like_what_does_not_exist():
    owner = make_user()
    file, gone = make_file(by=owner), make_file(by=owner)
    ask_deletion(gone, by=owner)

    paths = [f"/files/{file.pk}/", "/files/00000000-0000-0000-0000-000000000000/"]
    statuses = [
        client.get(path).status_code for client in (Client(), signed_in(make_user())) for path in paths
    ]
    assert statuses == [404] * 4
    assert signed_in(owner).get(f"/files/{gone.pk}/").status_code == 404


def test_a_held_file_waits_and_says_so(settings):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"unscanned_files": "hold"})
    user = make_user()
    file = make_file(by=user, name="a.txt", content=b"x")

    answer = signed_in(user).get(f"/files/{file.pk}/")

    assert answer.status_code == 403
    assert "等待安全检查" in answer.content.decode()


@pytest.mark.parametrize(("model", "field"), parents(), ids=lambda part: getattr(part, "__name__", part))
def test_P4_whatever_points_to_files_says_who_may_see_it(model, field):
    seen = model.objects.visible_to(make_user()).filter(**{f"{field}__isnull": True})

    assert seen.count() == 0
