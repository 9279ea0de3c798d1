"""Who sits at which desk when, what a project was paid, pictures of an inspection."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.registers.actions import change_record
from linli.registers.declaring import registers
from tests.factories.facilities import make_facility
from tests.factories.files import picture
from tests.factories.registers import enter, install_pack

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    install_pack("registers/standard.yaml")


def test_XZ_010_the_rota_of_a_desk_stands_beside_its_service(community, keeper, client):
    centre = make_facility(community, by=keeper)
    service = enter(
        "resident-services", facility=centre, name="社保代办", function="government", handles="社保", desk="1 号窗口",
        hours="工作日", provider="社保所", since="2026-01-01", until="2026-12-31",
    )  # fmt: skip
    on_monday = {"service": service, "weekday": 1, "hours": "9:00—17:00", "since": date(2026, 1, 1)}
    enter("desk-duties", staff="王淑英", stands_in="赵国强", **on_monday)
    with pytest.raises(ValidationError, match="已经登记过"):
        enter("desk-duties", staff="另一人", **on_monday)
    with pytest.raises(ValidationError, match="已经撤出"):
        enter("desk-duties", staff="王淑英", **on_monday | {"since": date(2027, 1, 1)})
    client.force_login(keeper)
    page = client.get(f"/registers/resident-services/{service.pk}/").content.decode()
    assert ("周一" in page, "王淑英" in page, "赵国强" in page) == (True, True, True)


def test_XZ_042_payments_of_a_provincial_project_are_told_from_the_plan_to_the_paper(
    community, keeper, client
):
    from decimal import Decimal

    from linli.facilities.actions.furnishing import RoomLine, set_rooms
    from linli.facilities.actions.upgrading import find_gap

    centre = make_facility(community, by=keeper, area_m2=Decimal(500))
    set_rooms(centre, by=keeper, rooms=[RoomLine("活动室", "activity", Decimal(400))])
    project = find_gap(community, "urban-600", by=keeper)
    planned = {
        "project": project,
        "payer": "province",
        "planned_on": date(2026, 1, 31),
        "planned_yuan": 200_000,
    }
    first = enter("project-payments", number=1, **planned)
    enter("project-payments", number=2, **planned | {"planned_on": date(2026, 9, 30)})
    with pytest.raises(ValidationError, match="日期、金额和文号"):
        change_record(registers["project-payments"], first, by=None, paid_on=date(2026, 2, 1))
    client.force_login(keeper)
    assert "2026-01-31 已过" in client.get("/registers/project-payments/?due=past").content.decode()
    paid = {"paid_on": date(2026, 2, 1), "paid_yuan": Decimal(150_000), "document": "省财社〔2026〕1号"}
    change_record(registers["project-payments"], first, by=None, **paid)
    listed = client.get("/registers/project-payments/").content.decode()
    assert ("计划金额（元）合计 400,000" in listed, "拨付金额（元）合计 150,000" in listed) == (True, True)


def test_ZJ_010_a_picture_taken_at_an_inspection_stands_beside_it(community, keeper, client):
    centre = make_facility(community, by=keeper)
    client.force_login(keeper)
    scores = {f"point_{name}": "5" for name in ("sign", "layout", "functions", "order", "known")}
    photo = SimpleUploadedFile("现场.jpg", picture(), content_type="image/jpeg")
    sent = client.post(
        f"/facilities/{centre.code}/acts/inspect/",
        {"on": "2026-03-04", "to_fix": "", "photo": photo, **scores},
    )
    taken = centre.inspections.get().photos.get()
    page = client.get(f"/facilities/{centre.code}/").content.decode()
    assert (sent.status_code, taken.caption, "检查照片" in page) == (302, "检查时拍摄", True)
