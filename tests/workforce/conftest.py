import pytest

from tests.factories.places import make_community
from tests.factories.registers import enter


@pytest.fixture
def place():
    return make_community(1)


@pytest.fixture
def worker_of():
    """worker_of(place, number, **values): a full-time worker since 2020."""

    def make(place, number="W1", **values):
        given = {"name": "赵社工", "kind": "full_time", "track": "other", "started_on": "2020-03-04"}
        return enter("workers", place=place, number=number, **given | values)

    return make
