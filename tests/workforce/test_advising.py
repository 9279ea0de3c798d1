"""Advisers with their duty hours and what they were asked; standards of training in editions."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from linli.registers.actions import change_record
from linli.registers.declaring import registers
from tests.factories.people import make_worker
from tests.factories.registers import enter, install_pack

pytestmark = pytest.mark.django_db


def test_PD_034_an_adviser_has_duty_hours_a_log_referrals_and_follow_up(place, client):
    install_pack("registers/standard.yaml")
    said = {"place": place, "name": "李顾问", "since": "2026-01-01", "duty_hours": "每周二 9:00—11:30"}
    adviser = enter("assignments", kind="elder", **said)
    lawyer = enter("assignments", kind="legal", **said)
    asked = {
        "adviser": adviser,
        "number": "2026-1",
        "asked_on": date(2026, 2, 1),
        "way": "desk",
        "subject": "日间照料",
    }
    with pytest.raises(ValidationError, match="不是养老顾问"):
        enter("consultations", **asked | {"adviser": lawyer})
    with pytest.raises(ValidationError, match="回访日期"):
        enter("consultations", referred_to="为老中心", **asked)
    made = enter("consultations", referred_to="为老中心", follow_up_on=date(2026, 2, 10), **asked)
    client.force_login(make_worker(place, "registers.keep", "duties.view", "duties.edit"))
    assert "2026-02-10 已过" in client.get("/registers/consultations/?due=past").content.decode()

    change_record(
        registers["consultations"], made, by=None, followed_up_on=date(2026, 2, 12), outcome="已入住日托"
    )

    assert "2026-1" not in client.get("/registers/consultations/?due=past").content.decode()
    assert "每周二 9:00—11:30" in client.get(f"/registers/assignments/{adviser.pk}/").content.decode()


def test_ZJ_067_a_course_follows_an_edition_of_the_standard_that_is_in_force(place):
    county = place.parent.parent
    said = {"place": county, "track": "other", "source": "区民政局"}
    old = enter(
        "training-standards",
        title="培训标准 2023 版",
        edition="2023",
        hours=16,
        since=date(2023, 1, 1),
        until=date(2025, 1, 1),
        **said,
    )
    new = enter(
        "training-standards",
        title="培训标准 2025 版",
        edition="2025",
        hours=24,
        since=date(2025, 1, 1),
        **said,
    )
    course = {
        "place": county,
        "title": "轮训",
        "kind": "theme",
        "begins_on": date(2026, 2, 2),
        "ends_on": date(2026, 2, 4),
    }
    with pytest.raises(ValidationError, match="不在实施"):
        enter("courses", hours=Decimal(24), standard=old, **course)
    with pytest.raises(ValidationError, match="不少于 24"):
        enter("courses", hours=Decimal(16), standard=new, **course)

    assert enter("courses", hours=Decimal(24), standard=new, **course).standard == new
