"""Papers of a row, and the letter a row is printed as."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from linli.registers import forms
from linli.registers.actions import merge_record
from linli.registers.attaching import attach, detach, files_of
from linli.registers.declaring import registers
from linli.registers.models import RowFile
from tests.factories.files import body_of, make_file, picture
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community
from tests.factories.registers import enter, install_pack, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    install_pack("registers/standard.yaml")


@pytest.fixture
def place():
    return make_community(1)


@pytest.fixture
def keeper(place):
    return make_worker(
        place, "forms.fill", "form.view", "registers.keep", "organisations.view", "organisations.edit"
    )


def test_XZ_054_a_sign_has_its_picture_brought_on_the_page_and_seen_by_who_reads_the_register(
    place, keeper, client
):
    sign = enter("signs", place=place, title="某某指导站", kind="sign", asked_by="某部门")
    client.force_login(keeper)
    photo = SimpleUploadedFile("牌子.jpg", picture(), content_type="image/jpeg")
    sent = client.post(f"/registers/signs/{sign.pk}/files/", {"file": photo, "title": "挂牌照片"})
    page = client.get(f"/registers/signs/{sign.pk}/").content.decode()
    added = RowFile.objects.get()
    assert (sent.status_code, "挂牌照片" in page, f"/files/{added.file_id}/" in page) == (302, True, True)

    seen = {}
    for name, somebody in (
        ("keeper", keeper),
        ("reader", make_worker(place, "form.view")),
        ("elsewhere", make_worker(make_community(9, street="990102001000"), "form.view")),
        ("resident", make_user()),
    ):
        client.force_login(somebody)
        answer = client.get(f"/files/{added.file_id}/")
        seen[name] = answer.status_code
        if answer.streaming:
            body_of(answer)
    assert seen == {"keeper": 200, "reader": 200, "elsewhere": 404, "resident": 404}


def test_XA_116_a_hub_offers_the_forms_themselves(place, keeper):
    hub = enter("support-hubs", place=place, name="孵化园", kind="base", seats=3, opened_on="2025-01-01")
    attach(
        registers["support-hubs"],
        hub,
        by=keeper,
        file=make_file(keeper, "章程范本.txt", "第一条".encode()),
        title="章程范本",
    )
    assert [one.title for one in files_of(registers["support-hubs"], hub)] == ["章程范本"]


def test_no_more_files_than_the_rules_allow_and_none_by_who_keeps_another_place(place, keeper):
    row, register = make_organisation(place), registers["organisations"]
    for number in range(10):
        attach(register, row, by=keeper, file=make_file(keeper), title=f"第 {number} 份")
    with pytest.raises(ValidationError, match="最多 10 个附件"):
        attach(register, row, by=keeper, file=make_file(keeper), title="多的一份")
    elsewhere = make_worker(make_community(9, street="990102001000"), "organisations.edit")
    with pytest.raises(PermissionDenied):
        attach(register, row, by=elsewhere, file=make_file(elsewhere), title="外来")
    with pytest.raises(PermissionDenied):
        detach(files_of(register, row)[0], by=elsewhere)
    detach(files_of(register, row)[0], by=keeper)
    assert len(files_of(register, row)) == 9


def test_files_of_a_duplicate_belong_to_the_row_that_stays_and_follow_its_place(place, keeper):
    register = registers["organisations"]
    double, stays = make_organisation(place), make_organisation(place, name="晚霞合唱队二")
    attach(register, double, by=keeper, file=make_file(keeper), title="章程")
    merge_record(register, double, into=stays, by=None)
    assert [one.title for one in files_of(register, stays)] == ["章程"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("坏.exe", b"MZ"), ("空.jpg", b""), ("假.jpg", b"not a picture"), ("包.zip", b"PK\x03\x04")],
)
def test_a_bad_file_is_told_and_nothing_is_kept(place, keeper, client, name, content):
    row = make_organisation(place)
    client.force_login(keeper)
    sent = client.post(
        f"/registers/organisations/{row.pk}/files/",
        {"file": SimpleUploadedFile(name, content), "title": "附件"},
    )
    assert (sent.status_code, RowFile.objects.count()) == (422, 0)


@pytest.mark.parametrize("name", sorted(registers))
def test_the_form_of_every_register_opens_and_says_how_to_name_other_rows(place, client, name):
    """Every register can be entered by hand: its form is drawn with each column and what a named row is called by."""
    keeper = make_worker(place.parent.parent.parent, registers[name].view, registers[name].edit)
    client.force_login(keeper)
    answer = client.get(f"/registers/{name}/new/")
    page = answer.content.decode()
    missing = [column for column in registers[name].fields if f'name="{column}"' not in page]
    assert (answer.status_code, missing) == (200, [])


def test_a_named_row_may_be_given_by_its_lookup_or_its_number(place):
    form = forms.record_form(registers["supports"], make_user())
    assert form.fields["organisation"].help_text == "填统一社会信用代码或名称或台账编号（如 #12）"


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "表格导入"), ("en", "Import a table")])
def test_a_reason_the_platform_wrote_is_read_in_the_language_of_the_reader(place, client, language, told):
    from linli.registers.tables import apply

    row = dict.fromkeys(registers["organisations"].fields)
    given = {"place": place.code, "name": "晚霞合唱队", "kind": "mass_team", "standing": "filed"}
    apply(registers["organisations"], [row | given], by=None)
    client.force_login(make_worker(place, "organisations.view"))
    client.cookies["django_language"] = language
    pk = registers["organisations"].model.objects.get().pk
    with translation.override(language):
        assert told in client.get(f"/registers/organisations/{pk}/").content.decode()
