import pytest

from tests.factories.facilities import install_catalogue, make_keeper
from tests.factories.places import make_community


@pytest.fixture
def community(db):
    """An urban community of the first street, where the packs are installed."""
    install_catalogue()
    return make_community(1)


@pytest.fixture
def keeper(community):
    return make_keeper(community)
