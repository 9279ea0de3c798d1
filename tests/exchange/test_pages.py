"""The register's pages: open to read, its log for the auditor, reports that reach the owner of the fact."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.audit.models import Entry as AuditEntry
from linli.exchange.actions import answer_correction, hand_over, log_use, report_error
from linli.exchange.models import Correction, Entry, Use
from linli.kernel import clock
from linli.packs.reading import read_pack
from linli.people.models import Unit
from linli.search.models import SearchEntry
from tests.config.test_standards import ROOT
from tests.factories.exchange import make_entry
from tests.factories.people import make_unit, make_user, make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


def reported(entry, by=None, **said):
    stated = {"subject": "cg-01", "field": "公开电话", "stated": "1", "proposed": "12345", **said}
    return report_error(entry, by=by or make_user(), **stated)


def test_everybody_reads_what_is_exchanged_for_what_and_by_which_law(client):
    make_entry()
    log_use("import-units", "imported", by=None, row_count=7)

    listed = client.get("/exchange/").content.decode()
    detail = client.get("/exchange/import-units/").content.decode()

    assert "单位名录" in listed
    for said in ("派单时找到承办单位", "国务院令第 809 号", "名称、电话", "桥头街道办事处", "1 次，共 7 条"):
        assert said in detail
    assert "使用日志" not in detail


def test_the_auditor_reads_the_log_of_an_entry(client):
    make_entry()
    worker = make_user("王五")
    log_use("import-units", "exported", by=worker, row_count=3, purpose="季度核对")
    client.force_login(make_worker(make_community(), "exchange.read-log"))

    page = client.get("/exchange/import-units/").content.decode()

    assert ("使用日志" in page, "季度核对" in page, "3 条" in page, "王五" in page) == (True,) * 4


def test_the_lists_ask_a_fixed_number_of_queries(client):
    client.force_login(make_worker(make_community(), "exchange.correct"))
    client.get("/exchange/corrections/")
    counts = []
    for many in (1, 4):
        for number in range(many):
            reported(make_entry(code=f"entry-{many}-{number}"))
        for url in ("/exchange/", "/exchange/corrections/"):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked))

    assert counts[:2] == counts[2:]


def test_a_signed_in_person_reports_a_wrong_fact_and_hears_the_day_of_the_answer(client):
    make_entry()
    client.force_login(make_user())
    said = {"subject": "cg-01", "field": "公开电话", "stated": "1", "proposed": "12345"}

    empty = client.post("/exchange/import-units/report/", {**said, "subject": ""})
    answered = client.post("/exchange/import-units/report/", said, follow=True)

    assert (empty.status_code, answered.status_code) == (422, 200)
    assert "已收到，2026-03-18 前答复。" in answered.content.decode()
    assert Correction.objects.get().proposed == "12345"


def test_late_reports_stand_first_and_are_told(client):
    entry = make_entry()
    with clock.at(clock.now() - timedelta(days=60)):
        late = reported(entry)
    reported(entry)
    client.force_login(make_worker(make_community(), "exchange.correct"))

    page = client.get("/exchange/corrections/")
    only = client.get("/exchange/corrections/?only=overdue")

    assert next(iter(page.context["listing"].page)).pk == late.pk
    assert "有 1 条已超过答复期限" in page.content.decode()
    assert [one.pk for one in only.context["listing"].page] == [late.pk]


def test_putting_right_changes_the_fact_where_it_is_owned(client):
    community = make_community()
    unit = make_unit(community)
    asked = reported(make_entry(), subject=unit.code)
    officer = make_worker(community, "exchange.correct", "units.edit")
    client.force_login(officer)

    client.post(f"/exchange/corrections/{asked.pk}/answer/", {"outcome": "corrected"})

    asked.refresh_from_db()
    assert (Unit.objects.get(pk=unit.pk).phone, asked.outcome) == ("12345", "corrected")
    assert SearchEntry.objects.filter(kind="unit", key=str(unit.pk)).exists()
    assert list(AuditEntry.objects.filter(act="exchange.answer_correction").values_list("by", flat=True)) == [
        officer.pk
    ]


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ({"subject": "nobody"}, True),
        ({"field": "代码"}, True),
        ({"field": "类别", "proposed": "公司"}, True),
        ({}, False),
    ],
)
def test_a_fact_that_cannot_be_put_right_leaves_the_report_open(said, may):
    community = make_community()
    unit = make_unit(community)
    asked = reported(make_entry(), **{"subject": unit.code, **said})
    officer = make_worker(community, "exchange.correct", *(["units.edit"] if may else []))

    with pytest.raises(ValidationError if may else PermissionDenied):
        answer_correction(asked, by=officer, outcome="corrected", answer="")

    asked.refresh_from_db()
    assert (asked.answered_at, Unit.objects.get(pk=unit.pk).phone) == (None, unit.phone)


def test_a_partners_fact_is_passed_on_in_a_list_once_and_the_list_is_logged(client):
    entry = make_entry(code="import-divisions", title="区划")
    asked = reported(entry, subject="990101001001", field="名称", proposed="=青山")
    client.force_login(make_worker(make_community(), "exchange.correct"))
    client.post(f"/exchange/corrections/{asked.pk}/answer/", {"outcome": "corrected"})
    still_open = Correction.objects.get().answered_at
    client.post(f"/exchange/corrections/{asked.pk}/answer/", {"outcome": "passed_on"})

    table = client.post("/exchange/import-divisions/hand-over/")
    again = client.post("/exchange/import-divisions/hand-over/")

    assert still_open is None
    assert (table.status_code, again.status_code) == (200, 404)
    assert table.content.decode("utf-8-sig").splitlines()[1].endswith(",名称,1,'=青山,2026-03-04 10:00")
    assert list(Use.objects.values_list("act", "row_count")) == [("exported", 1)]


def test_an_officer_of_another_place_neither_sees_nor_answers(client):
    here, elsewhere = make_community(1), make_community(1, street="990102001000")
    asked = reported(make_entry(owner_path=here.parent.path))
    own, foreign = (make_worker(place, "exchange.correct") for place in (here.parent, elsewhere.parent))
    seen = []
    for officer in (own, foreign):
        client.force_login(officer)
        seen.append(client.get("/exchange/corrections/").context["listing"].page.paginator.count)
    refused = client.post(f"/exchange/corrections/{asked.pk}/answer/", {"outcome": "kept", "answer": "无误"})

    assert (seen, refused.status_code) == ([1, 0], 404)
    with pytest.raises(PermissionDenied):
        answer_correction(asked, by=foreign, outcome="kept", answer="无误")
    assert hand_over(asked.entry, by=foreign) == []


def test_the_pack_registers_what_the_code_uses_and_ends_what_it_no_longer_names():
    from linli.exchange import pack
    from linli.exchange.imports.spec import specs
    from linli.notices.channels.webhook import sending
    from linli.places import imports
    from linli.registers.declaring import registers

    read, problems = read_pack(ROOT / "packs" / "exchange" / "platform.yaml")
    done = pack.install(read)
    by_their_own_pack = {f"import-{name}" for name in registers}
    used = {spec.entry for spec in specs.values()} - by_their_own_pack | {imports.ENTRY, sending.ENTRY}

    assert problems == []
    assert used <= set(Entry.objects.current().values_list("code", flat=True))
    assert set(done.added) == {line.code for line in read.entries}
    assert pack.diff(read) == type(done)()

    fewer = read.model_copy(update={"entries": read.entries[:1]})
    assert set(pack.install(fewer).retired) == {line.code for line in read.entries[1:]}
    assert [entry.code for entry in Entry.objects.current()] == ["import-units"]
