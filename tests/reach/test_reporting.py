"""Reports of residents about outlets, and the worker's answer."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from linli.facilities.models import Facility
from linli.reach.actions.reporting import MOST_WAITING, answer_report, report_outlet
from linli.reach.models import Report
from tests.factories.people import make_user, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(town):
    return Facility.objects.get(kind__code="convenience")


def test_a_visitor_reports_and_a_worker_of_the_community_answers_once(town, shop):
    report = report_outlet(by=None, kind="closed", facility=shop, said="卷帘门贴了转让")
    worker = make_worker(town.near, "reach.verify")

    answer_report(report, by=worker, was_right=True)

    assert Report.objects.values_list("place", "was_right", "answered_by").get() == (
        town.near.pk,
        True,
        worker.pk,
    )
    with pytest.raises(ValidationError):
        answer_report(report, by=worker, was_right=False, answer="在营业")


def test_what_is_missing_is_told_in_words(town):
    with pytest.raises(ValidationError):
        report_outlet(by=None, kind="missing", place=town.near)
    made = report_outlet(by=None, kind="missing", place=town.near, said="北门有一家修鞋铺")
    assert (made.facility, made.place) == (None, town.near)


def test_a_refusal_says_what_was_seen_and_nobody_answers_himself_or_elsewhere(town, shop):
    worker = make_worker(town.near, "reach.verify")
    own = report_outlet(by=worker, kind="moved", facility=shop)
    other = report_outlet(by=make_user(), kind="closed", facility=shop)

    with pytest.raises(PermissionDenied):
        answer_report(own, by=worker, was_right=True)
    with pytest.raises(PermissionDenied):
        answer_report(other, by=make_worker(town.far, "reach.verify"), was_right=True)
    with pytest.raises(ValidationError):
        answer_report(other, by=worker, was_right=False)
    assert Report.objects.waiting().count() == 2


def test_a_flood_of_reports_ends_at_a_number(town, shop):
    for _number in range(MOST_WAITING):
        report_outlet(by=None, kind="closed", facility=shop)
    with pytest.raises(ValidationError):
        report_outlet(by=None, kind="closed", facility=shop)
