"""A community, who reads its organisations and who keeps them."""

import pytest

from tests.factories.people import make_worker
from tests.factories.places import make_community


@pytest.fixture
def place():
    return make_community(1)


@pytest.fixture
def reader(place):
    return make_worker(place, "organisations.view")


@pytest.fixture
def keeper(place):
    return make_worker(place, "organisations.view", "organisations.edit", "registers.keep")
