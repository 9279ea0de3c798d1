"""D8: what the register promises the nightly purge also does, in tables that guard their rows by trigger too."""

from datetime import date, timedelta

import pytest

from linli.cases.models import Case, CaseEvent
from linli.exchange.models import Correction, ImportRun, Use
from linli.kernel import clock
from linli.people.privacy import blanking, retaining
from linli.people.privacy.schema import holdings, is_ours
from tests.conftest import TEST_DAY
from tests.factories.exchange import make_entry
from tests.factories.files import make_file
from tests.factories.people import make_person, make_unit, make_user
from tests.factories.places import make_community

LONG_AFTER = date(2031, 3, 4)
# Fields whose term ends and that the purge leaves as they are, each with the reason.
LEFT = {
    "cases.Case": {"place"},  # figures are counted by place; whose matter it was is gone
    "cases.Rating": {"stars"},  # the share of satisfied people is counted; the words and the rater are gone
    "cases.Attachment": {"file"},  # the file itself is deleted (ask_file_deletion)
    "requests.Original": {"file"},  # likewise
    "organisations.StewardTask": {"steward"},  # his own row loses the name; the task stays with the station
    "workforce.Candidate": {"degree"},  # recruitment is told by degree; who it was is gone
    "people.Post": {"person"},  # who held an office stays answerable; he becomes a pseudonym when purged
}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def test_D8_a_term_that_ends_changes_the_row_or_is_listed_with_its_reason():
    left = {}
    for holding in holdings():
        if is_ours(holding.model) and holding.personal:
            for names in retaining.terms_of(holding.model).values():
                if stay := _left(holding, names):
                    left[holding.label] = stay
    assert left == LEFT


def _left(holding, names) -> set[str]:
    blankable = blanking.is_blankable(holding.model, names)
    if set(names) == set(holding.model.personal) and (holding.is_part_of_person() or not blankable):
        return set()  # the row is deleted
    emptied = {name for name in names if retaining._is_open_link(holding.model, name)}
    return set(names) - emptied - set(blanking.blanks(holding.model, names) if blankable else ())


@pytest.mark.django_db
def test_D8_uses_imports_and_corrections_lose_who_after_three_years():
    user = make_user()
    Use.objects.create(entry=make_entry(), act="exported", row_count=7, purpose="给张三核对", by=user)
    ImportRun.objects.create(kind="units", file=make_file(), row_count=1, problem_count=0, by=user)
    said = {
        "subject": "张三",
        "field": "电话",
        "stated": "1",
        "proposed": "2",
        "outcome": "kept",
        "answer": "无误",
    }
    Correction.objects.create(
        entry=make_entry(), by=user, term_workdays=10, due_at=TEST_DAY, answered_at=TEST_DAY, **said
    )

    retaining.purge_due(date(2029, 3, 3))
    before = Use.objects.values_list("purpose", "by").get()
    retaining.purge_due(LONG_AFTER)

    assert before == ("给张三核对", user.pk)
    assert Use.objects.values_list("row_count", "purpose", "by").get() == (7, "", None)
    assert ImportRun.objects.values_list("row_count", "by").get() == (1, None)
    assert Correction.objects.values_list("subject", "stated", "proposed", "answer", "by").get() == (
        *("", "", "", ""),
        None,
    )


@pytest.mark.django_db
def test_D8_the_timeline_of_a_closed_case_loses_who_worked_on_it():
    place, officer = make_community(), make_user()
    case = Case.objects.create(
        kind="request",
        number="RQ-2026-000001",
        title="路灯不亮",
        state="closed",
        place=place,
        reporter=make_person(),
        unit=make_unit(place),
        opened_at=TEST_DAY,
        clock_stopped_at=TEST_DAY,
        closed_at=TEST_DAY + timedelta(hours=1),
    )
    CaseEvent.objects.create(
        case=case,
        step="assign",
        to_state="assigned",
        clock_runs=True,
        note="找张三",
        by=officer,
        assignee=officer,
        at=clock.now(),
    )

    retaining.purge_due(LONG_AFTER)

    assert CaseEvent.objects.values_list("step", "by", "assignee", "note").get() == ("assign", None, None, "")
