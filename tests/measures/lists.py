"""Import `lists_agree` into a module of tests: after each of them every list of records gives its number again."""

from decimal import Decimal

import pytest

from linli.kernel.permissions import permissions
from linli.measures import Period, measures, record_lists
from tests.factories.people import make_worker
from tests.factories.places import make_place

MARCH = Period.parse("2026-03")
ALSO = {"facilities": ("housing", "children", "places")}  # apps whose measures another app counts


@pytest.fixture(autouse=True)
def lists_agree(request, db):
    """Whatever the test built: what a list comes to, and what it shows to one who sees all, is what is counted."""
    yield
    everything = make_worker(make_place("990000000000", "province"), *permissions)
    stranger = make_worker(make_place("980000000000", "province"), "plans.view")
    app = request.module.__name__.split(".")[1]
    ours = tuple(f"{one}." for one in (app, *ALSO.get(app, ())))
    for name in sorted(name for name in record_lists if name.startswith(ours)):
        numbers = measures[name].count(MARCH)
        total = Decimal(sum(numbers.values())) / measures[name].scale
        told = record_lists[name](name, MARCH, "", everything)
        assert (name, told.total) == (name, total)
        assert (name, sum(record.counts for record in told.shown)) == (name, total)
        assert record_lists[name](name, MARCH, "", stranger).total == total, name
        assert record_lists[name](name, MARCH, "97", everything).total == 0, name
