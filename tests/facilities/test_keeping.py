"""The register of facilities and outlets: entered, edited, confirmed, merged, archived (XA-002, XA-072)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from linli.audit.models import Entry
from linli.facilities.actions.correcting import FACILITY
from linli.facilities.actions.furnishing import RoomLine, set_rooms, set_services
from linli.facilities.actions.keeping import (
    archive_facility,
    confirm_facility,
    edit_facility,
    merge_facilities,
    register_facility,
    state_complete,
    survey_access,
)
from linli.facilities.actions.living import take_step
from linli.facilities.actions.recording import Stale
from linli.facilities.models import Event, Facility, Kind
from linli.kernel import clock
from linli.registers.correcting import answer_change, ask_change
from linli.registers.models import ChangeRequest
from linli.search.models import SearchEntry
from tests.factories.facilities import install_catalogue, make_facility, make_keeper
from tests.factories.people import make_user, make_worker
from tests.factories.places import make_community
from tests.together import together

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 4)


def test_XA_002_a_facility_is_entered_with_a_number_of_its_community_and_can_be_found(community, keeper):
    first = make_facility(community, by=keeper, area_m2=Decimal(640), tenure="owned")
    second = make_facility(community, by=keeper, kind="convenience", name="老王便利店")

    assert [first.code, second.code] == [f"{community.code}F001", f"{community.code}F002"]
    assert (first.confirmed_on, first.stale_on, second.stale_on) == (
        TODAY,
        date(2026, 9, 4),
        date(2027, 3, 4),
    )
    assert SearchEntry.objects.filter(kind="facility").count() == 2
    assert list(Entry.objects.values_list("act", flat=True)) == ["facility.register"] * 2


def test_only_a_post_over_the_community_enters_and_edits(community):
    facility = make_facility(community)
    stranger = make_keeper(make_community(1, street="990102001000"))

    with pytest.raises(PermissionDenied):
        register_facility(by=stranger, place=community, state="planned", kind=facility.kind, name="外人")
    with pytest.raises(PermissionDenied):
        edit_facility(facility, by=stranger, version=facility.version, phone="0960-8000001")


def test_what_cannot_be_true_is_told_by_field(community, keeper):
    kind = Kind.objects.get(code="integrated")
    for facts, field in (
        ({"opened_on": date(2026, 3, 5)}, "opened_on"),
        ({}, "opened_on"),
        ({"opened_on": TODAY, "marks": ["nonsense"]}, "marks"),
        ({"opened_on": TODAY, "functions": ["nonsense"]}, "functions"),
    ):
        with pytest.raises(ValidationError) as refused:
            register_facility(by=keeper, place=community, state="open", kind=kind, name="中心", **facts)
        assert set(refused.value.message_dict) == {field}
    with pytest.raises(ValidationError, match="规划中"):
        register_facility(by=keeper, place=community, state="closed", kind=kind, name="中心")


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        (
            {"lon": 12.0, "lat": 3.0, "point_origin": "wgs84"},
            "facility_point_lies_in_china_and_says_where_from",
        ),
        ({"lon": 110.0, "lat": 30.0}, "facility_point_lies_in_china_and_says_where_from"),
        ({"area_m2": 0}, "facility_area_is_positive_or_unknown"),
        ({"closed_on": TODAY}, "facility_closed_iff_it_has_a_closing_day"),
        ({"state": "closed"}, "facility_closed_iff_it_has_a_closing_day"),
        ({"state": "suspended"}, "facility_suspended_says_why"),
        ({"opened_on": None}, "facility_in_use_has_an_opening_day"),
        ({"step_free": True}, "facility_step_free_is_known_by_a_survey"),
        ({"stale_on": None}, "facility_stale_after_it_was_confirmed"),
        (
            {"agreement_from": TODAY, "agreement_until": date(2026, 3, 3)},
            "facility_agreement_ends_after_it_begins",
        ),
        ({"state": "half-open"}, "facility_state_is_known"),
    ],
)
def test_the_database_itself_refuses_what_must_never_be(community, facts, constraint):
    facility = make_facility(community)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Facility.objects.filter(pk=facility.pk).update(**facts)


def test_an_edit_keeps_what_was_and_a_late_one_is_refused(community, keeper):
    facility = make_facility(community, by=keeper, phone="0960-8000001")
    edit_facility(
        facility, by=keeper, version=facility.version, phone="0960-8000002", area_m2=Decimal("612.50")
    )

    with pytest.raises(Stale) as late:
        edit_facility(facility, by=keeper, version=facility.version, phone="0960-8000003")

    event = Event.objects.filter(act="edit").get()
    assert event.changes == {"phone": ["0960-8000001", "0960-8000002"], "area_m2": ["", "612.50"]}
    assert (late.value.facility.phone, event.by) == ("0960-8000002", keeper)


def test_facts_go_stale_after_the_months_of_their_kind_and_are_confirmed_again(community, keeper):
    facility = make_facility(community, by=keeper)
    with clock.at(clock.now() + timedelta(days=190)):
        later = clock.today()
        stale = list(Facility.objects.stale(later))
        confirm_facility(facility, by=keeper)

        assert (stale, list(Facility.objects.stale(later))) == ([facility], [])


def test_XA_028_rooms_fit_into_the_building_and_keep_their_rows(community, keeper):
    facility = make_facility(community, by=keeper, area_m2=Decimal(300))
    hall = RoomLine("办事大厅", "service", Decimal(60))
    set_rooms(facility, by=keeper, rooms=[hall, RoomLine("活动室", "activity", Decimal(180))])
    key = facility.rooms.get(name="活动室").pk
    with pytest.raises(ValidationError, match="超过建筑面积"):
        set_rooms(facility, by=keeper, rooms=[hall, RoomLine("活动室", "activity", Decimal(250))])

    set_rooms(facility, by=keeper, rooms=[RoomLine("活动室", "activity", Decimal(200), shared=True)])

    assert list(facility.rooms.values_list("pk", "name", "area_m2", "shared")) == [
        (key, "活动室", Decimal(200), True)
    ]


def test_a_survey_says_whether_one_gets_in_without_a_step(community, keeper):
    facility = make_facility(community, by=keeper)
    survey_access(facility, by=keeper, step_free=False, on=TODAY, access_note="门口三级台阶")
    facility.refresh_from_db()

    assert (facility.step_free, facility.surveyed_on) == (False, TODAY)


def test_two_records_of_one_place_become_one_that_knows_what_either_knew(community):
    street = make_keeper(community.parent)
    keep = make_facility(community, by=street, phone="0960-8000001")
    double = make_facility(
        community, by=street, area_m2=Decimal(500), phone="0960-8000009", marks=["brand"], lon=103.0,
        lat=33.0, point_origin="gcj02",
    )  # fmt: skip
    set_rooms(double, by=street, rooms=[RoomLine("活动室", "activity", Decimal(180))])

    merge_facilities(keep, double, by=street, note="同一地址，换过招牌")

    keep.refresh_from_db()
    double.refresh_from_db()
    assert (keep.phone, keep.area_m2, keep.marks, keep.lon, keep.rooms.count()) == (
        "0960-8000001", Decimal(500), ["brand"], 103.0, 1,
    )  # fmt: skip
    assert (double.merged_into, double.archived_at is not None) == (keep, True)
    assert list(Facility.objects.standing()) == [keep]
    with pytest.raises(ValidationError, match="归档"):
        confirm_facility(double, by=street)


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_the_same_records_the_other_way_round_leave_one():
    install_catalogue()
    community = make_community(1)
    street = make_keeper(community.parent)
    first, second = make_facility(community, by=street), make_facility(community, by=street)

    answers = together(
        lambda: merge_facilities(first, second, by=street, note="同一处"),
        lambda: merge_facilities(second, first, by=street, note="同一处"),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Facility", "ValidationError"]
    assert Facility.objects.standing().count() == 1


def test_only_what_is_out_of_use_is_archived(community):
    street = make_keeper(community.parent)
    facility = make_facility(community, by=street)
    with pytest.raises(ValidationError, match="先关停"):
        archive_facility(facility, by=street, note="拆迁")

    take_step(facility, "close", by=street, note="拆迁")
    archive_facility(facility, by=street, note="拆迁")

    assert Facility.objects.standing().count() == 0


def test_a_resident_says_what_is_wrong_and_somebody_else_answers_once(community, keeper):
    facility, resident = make_facility(community, by=keeper), make_user("钱居民")
    request = ask_change(FACILITY, facility, by=resident, column="phone", proposed="0960-8000005")
    with pytest.raises(PermissionDenied):
        answer_change(request, by=resident, accepted=True)
    with pytest.raises(ValidationError, match="原因"):
        answer_change(request, by=keeper, accepted=False)

    assert answer_change(request, by=keeper, accepted=True) is True

    facility.refresh_from_db()
    assert (ChangeRequest.objects.get().accepted, facility.phone) == (True, "0960-8000005")
    assert facility.events.first().changes == {"phone": ["", "0960-8000005"]}
    with pytest.raises(ValidationError, match="已经答复"):
        answer_change(request, by=keeper, accepted=True)


@pytest.mark.parametrize(
    ("column", "said", "done", "act"),
    [
        ("hours", "周一至周五 9:00-18:00", True, "hours"),
        ("hours", "周末早点关门", False, "correction_accepted"),
        ("closed", "已经搬走了", False, "correction_accepted"),
    ],
)
def test_what_can_be_read_is_put_right_at_once_and_the_rest_by_hand(
    community, keeper, column, said, done, act
):
    facility = make_facility(community, by=keeper)
    request = ask_change(FACILITY, facility, by=make_user("钱居民"), column=column, proposed=said)

    assert answer_change(request, by=keeper, accepted=True) is done
    assert facility.events.first().act == act


def test_what_was_said_of_a_duplicate_is_said_of_the_facility_that_stays(community, keeper):
    street = make_keeper(community.parent)
    keep, twin = make_facility(community, by=keeper), make_facility(community, by=keeper)
    ask_change(FACILITY, twin, by=make_user("钱居民"), column="other", proposed="门牌看不清")

    merge_facilities(keep, twin, by=street, note="同一处")

    assert ChangeRequest.objects.get().row == keep.pk


def test_what_is_planned_is_known_to_the_staff_of_the_place_alone(community, keeper):
    planned = make_facility(community, by=keeper, state="planned")
    public = make_facility(community, by=keeper, kind="convenience", name="便利店")
    elsewhere = make_worker(make_community(2), "facilities.view")

    assert list(Facility.objects.visible_to(keeper)) == [planned, public]
    assert list(Facility.objects.visible_to(elsewhere)) == [public]


def test_a_facility_serves_other_communities_and_its_own_is_not_written_twice(community):
    street, other = make_keeper(community.parent), make_community(2)
    facility = make_facility(community, by=street, kind="day-care")
    set_services(facility, by=street, places=[community, other])

    assert [service.place for service in facility.services.all()] == [other]


def test_a_community_says_once_a_day_that_all_is_entered(community, keeper):
    state_complete(community, by=keeper)
    statement = state_complete(community, by=keeper)

    assert (statement.on, statement.until, community.facility_statements.count()) == (
        TODAY,
        date(2027, 3, 4),
        1,
    )
