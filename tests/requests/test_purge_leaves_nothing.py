"""D8: twelve persons who used the platform – requests, files, ratings, messages, jobs – are gone everywhere."""

import io
import logging
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli import jobs
from linli.audit.actions import export_head
from linli.cases.models import Attachment, Case, Rating
from linli.files.actions import store
from linli.files.keeping import erase_due, sweep_orphans
from linli.files.models import StoredFile
from linli.kernel import clock
from linli.people.privacy.retaining import purge_due
from linli.requests.actions.taking_in import submit_request
from linli.search.actions import rebuild
from linli.search.models import SearchEntry
from tests.people.planting import plant, traces, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TWELVE = range(12)


@pytest.fixture
def lines(monkeypatch):
    """Everything that is logged, as it would be written."""
    out = io.StringIO()
    (handler,) = [one for one in logging.getLogger().handlers if one.get_name() == "lines"]
    monkeypatch.setattr(handler, "stream", out)
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    return out


def live(town, number: int):
    """Person `number` files a request with a picture and a text, is told of each step, rates, and it is closed."""
    word = words_of(number)
    person = plant(number, town.place, town.clerk)
    file = store(
        SimpleUploadedFile(f"{word['name']}.txt", f"{word['text']} {word['phone']}".encode()),
        by=person.user,
        purpose="test",
    )
    draft = town.draft(f"{word['text']}：幸福路路灯不亮，请打 {word['phone']}", address=word["room"])
    case = submit_request(draft, reporter=person, by=person.user, files=[file]).request.case
    jobs.defer("tests.of-a-person", person=str(person.pk))
    for name in ("dispatch", "sign", "resolve"):
        case = town.step(case, name)
    town.step(case, "rate", by=person.user, stars=5, comment=f"谢谢 {word['text']}")
    return person, file


@jobs.job("tests.of-a-person")
def _of_a_person(person: str) -> None:
    """A job that waits and names a person by his key, as the queue allows."""


def on_disk(folder, words) -> list[str]:
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    ]


def test_D8_nothing_of_twelve_persons_is_left_in_cases_files_index_logs_or_jobs(town, state, lines):
    lived = [live(town, number) for number in TWELVE]
    rebuild()
    words = [word for number in TWELVE for word in words_of(number).values()]
    planted = traces(words)
    for table in (
        "cases_case.title",
        "requests_request.description",
        "cases_rating.comment",
        "files_storedfile.name",
    ):
        assert table in planted
    assert len(on_disk(state, words)) >= 12
    waiting = [str(person.pk) for person, _file in lived]
    assert "procrastinate_jobs.args" in traces(waiting)

    today = clock.today()
    done = purge_due(today)
    with clock.at(clock.now() + timedelta(days=8)):
        erase_due()
        sweep_orphans()
    export_head()

    assert done["people.Person"] == 12
    assert traces(words) == []
    assert on_disk(state, words) == []
    assert "procrastinate_jobs.args" not in traces(waiting)
    assert not SearchEntry.objects.filter(key__in=waiting).exists()
    assert [word for word in words if word in lines.getvalue()] == []
    assert (Case.objects.count(), Rating.objects.count()) == (12, 12)  # what was done is still counted
    assert StoredFile.objects.filter(erased_at=None).count() == 0
    assert Attachment.objects.filter(file__erased_at=None).count() == 0
