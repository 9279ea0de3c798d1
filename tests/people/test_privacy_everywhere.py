"""D8: twelve persons sown into every table with personal fields go without a trace, wherever the register names one."""

from datetime import date

import pytest
from django.apps import apps

from linli.files.models import StoredFile
from linli.kernel.cipher import blind
from linli.kernel.keys import keys
from linli.people.models import Person
from linli.people.privacy.retaining import purge_due
from linli.people.privacy.schema import holdings, is_ours
from linli.search.actions import rebuild
from linli.search.models import SearchEntry
from tests.factories.people import make_worker
from tests.factories.places import make_community
from tests.people.planting import plant, traces, words_of
from tests.people.sowing import Sower

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TODAY = date(2026, 3, 4)
TWELVE = range(12)
# Tables whose rows name nobody by a link: they go by their own term, not with a person.
NAMELESS = {
    "api.RememberedAnswer",
    "care.Harm",
    "exchange.Use",
    "facilities.DeskDuty",
    "oneform.ProofIssued",
    "organisations.Liaison",
    "organisations.Organisation",
    "organisations.PropertyFirm",
    "organisations.ResidentUnit",
    "organisations.Steward",
    "organisations.StewardTask",
    "requests.LookUp",
    "search.SearchEntry",
    "workforce.Teacher",
}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    keys()
    settings.STATE_DIR, settings.FILES_DIR = tmp_path, tmp_path / "files"


def sow(numbers) -> tuple[list[Sower], set[str]]:
    """Persons with a row in each table that may tell of somebody; the tables that name nobody by a link."""
    place = make_community(1)
    worker = make_worker(place, "people.edit", "people.reveal")
    sowers = [Sower(plant(number, place, worker), place, words_of(number)) for number in numbers]
    return sowers, {label for sower in sowers for label in sower.sow()}


def tables_of(model) -> list[str]:
    """The table of a model and that of its versions."""
    return [one._meta.db_table for one in (model, *getattr(model, "pgh_event_models", {}).values())]


def all_words() -> list[str]:
    words = [word for number in TWELVE for word in words_of(number).values()]
    return [
        *words,
        *(blind("id_number", words_of(number)["id"]) for number in TWELVE),
        *(blind("phone", words_of(number)["phone"]) for number in TWELVE),
    ]


def test_D8_twelve_persons_in_every_table_leave_no_trace_in_rows_versions_files_index_jobs_and_log(
    tmp_path, caplog
):
    """XZ-076: deletion is deletion, and a table that comes tomorrow is walked as well."""
    sowers, nameless = sow(TWELVE)
    assert nameless == NAMELESS
    rebuild()
    before = traces(all_words())
    tables = {place.split(".")[0] for place in before}
    held = {h.model._meta.db_table for h in holdings() if is_ours(h.model) and h.personal}
    assert len(tables & held) > 45
    assert SearchEntry.objects.filter(key__in=[str(sower.person.pk) for sower in sowers]).count() == 12

    assert purge_due(TODAY)["people.Person"] == 12

    nobody = {table for label in NAMELESS for table in tables_of(apps.get_model(label))}
    assert [found for found in traces(all_words()) if found.split(".")[0] not in nobody] == []
    assert SearchEntry.objects.filter(key__in=[str(sower.person.pk) for sower in sowers]).count() == 0
    assert StoredFile.objects.live().filter(name__startswith="栽种").count() == 0
    assert [word for word in all_words() if word in caplog.text] == []
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert [word for word in all_words() if word.encode() in on_disk] == []
    assert Person.objects.exclude(purged_at=None).count() == 12


def test_D8_what_names_nobody_by_a_link_goes_by_its_term():
    sow([0])
    purge_due(TODAY)
    assert traces(all_words()) != []

    purge_due(date(2040, 1, 1))

    assert traces(all_words()) == []
