"""Rooms by table and photos through the store of files (XA-027, XA-028)."""

import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from linli.exchange.imports.running import apply_import, check_import
from linli.exchange.tables import Column, Sheet, write_xlsx
from linli.facilities.models import Photo, Room
from tests.factories.exchange import make_entry
from tests.factories.facilities import make_facility, make_keeper
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db
HEAD = ["序号", "设施编号", "房间名称", "用途", "功能", "使用面积（㎡）", "一室多用", "备注"]


@pytest.fixture(autouse=True)
def _store(settings, tmp_path, community):
    settings.FILES_DIR = tmp_path / "files"
    make_entry("import-facilities", title="设施导入")


@pytest.fixture
def centre(community, keeper):
    return make_facility(community, by=keeper, area_m2=Decimal(300))


def table(*rows):
    out = io.BytesIO()
    write_xlsx(out, Sheet("房间表", [Column(title) for title in HEAD]), rows)
    return SimpleUploadedFile("房间.xlsx", out.getvalue())


def row(facility, name, area="８０", use="居民活动", **more):
    return [1, facility, name, use, more.get("function", "/"), area, more.get("shared", "否"), ""]


def imported(by, *rows):
    run, _checked = check_import(table(*rows), kind="facility-rooms", by=by)
    return apply_import(run, by=by, rows="all")


def uses():
    from linli.facilities.models import RoomUse

    return [use.name for use in RoomUse.objects.filter(activity=True)]


def test_XA_028_rooms_come_by_table_and_those_that_stand_stay(centre, keeper):
    use = uses()[0]
    imported(keeper, row(centre.code, "活动室", use=use))
    key = Room.objects.get().pk
    imported(keeper, row(centre.code, "阅览室", use=use, shared="是"))
    imported(keeper, row(centre.code, "活动室", "100", use=use))
    assert list(Room.objects.order_by("pk").values_list("pk", "name", "area_m2", "shared")) == [
        (key, "活动室", Decimal("100.00"), False),
        (Room.objects.get(name="阅览室").pk, "阅览室", Decimal("80.00"), True),
    ]
    centre.refresh_from_db()
    before = centre.version
    imported(keeper, row(centre.code, "活动室", "100", use=use))
    centre.refresh_from_db()
    assert centre.version == before


def test_rooms_that_do_not_fit_or_stand_nowhere_are_told_by_row(centre, keeper):
    use = uses()[0]
    rows = [
        row(centre.code, "活动室", "250", use=use),
        row(centre.code, "大厅", "101", use=use),
        row(centre.code, "大厅", "1", use=use),
        row("no-such", "活动室", use=use),
        row(centre.code, "机房", use="飞船库"),
    ]
    _run, checked = check_import(table(*rows), kind="facility-rooms", by=keeper)
    assert {(p.row - 3, p.reason.split("，")[0]) for p in checked.problems} == {
        (3, "与第 5 行重复"),
        (4, "台账里没有编号 no-such"),
        (5, "没有“飞船库”这种用途"),
        (5, "房间面积合计 331.00 ㎡"),
    }
    assert Room.objects.count() == 0


def test_rooms_of_other_places_are_not_written(centre):
    stranger = make_keeper(make_community(2))
    with pytest.raises(PermissionDenied):
        imported(stranger, row(centre.code, "活动室", use=uses()[0]))
    assert Room.objects.count() == 0


def picture(name="门头.png"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def test_a_photo_is_shown_to_whoever_sees_the_facility_and_taken_down_again(client, centre, keeper):
    client.force_login(keeper)
    act = reverse("facility-act", args=[centre.code, "photo"])
    client.post(act, {"photo": picture(), "caption": "正门"})
    photo = Photo.objects.get()
    assert (photo.caption, list(Photo.objects.visible_to(keeper))) == ("正门", [photo])
    down = reverse("facility-act", args=[centre.code, "photo-down"])
    page = reverse("facility-detail", args=[centre.code])
    assert ("正门" in client.get(down).content.decode(), down in client.get(page).content.decode()) == (
        True,
        True,
    )
    assert client.post(down, {"photo": "999"}).status_code == 422
    assert client.post(down, {"photo": photo.pk}).status_code == 302
    assert down not in client.get(page).content.decode()  # nothing is left to take down
    assert "正门" not in client.get(reverse("facility-detail", args=[centre.code])).content.decode()
    assert client.post(down, {"photo": photo.pk}).status_code == 422


def test_what_is_no_picture_is_refused_with_a_sentence(client, centre, keeper):
    client.force_login(keeper)
    act = reverse("facility-act", args=[centre.code, "photo"])
    answer = client.post(act, {"photo": SimpleUploadedFile("门头.png", b"MZ not a picture")})
    assert (answer.status_code, Photo.objects.count()) == (422, 0)


def test_a_facility_shows_a_limited_number_of_photos(centre, keeper):
    from linli.facilities.actions.furnishing import PHOTO, add_photo
    from linli.facilities.standards import standards_at
    from linli.files.actions import store

    for number in range(standards_at(centre.place).limits.photos):
        add_photo(centre, by=keeper, file=store(picture(f"{number}.png"), by=keeper, purpose=PHOTO))
    with pytest.raises(ValidationError, match="最多"):
        add_photo(centre, by=keeper, file=store(picture(), by=keeper, purpose=PHOTO))
