import pytest

from linli.places.models import Place
from tests.factories.exchange import make_entry
from tests.factories.facilities import install_catalogue
from tests.factories.reach import make_outlet, make_quarter, make_street


@pytest.fixture
def town(db):
    """Two urban communities of 1 km on one street: the first has everything, the second a shop far off."""
    install_catalogue()
    make_entry(code="export-reach", kind="export")
    near = make_quarter(1, 0, 1000, people=[(450, [1990, 1960, 2024]), (900, [1940])])
    far = make_quarter(2, 2000, 3000, people=[(2200, [1985, 1955]), (2950, [None])])
    make_street()
    make_outlet(near, "convenience", 500)
    make_outlet(near, "day-care", 800)
    return Town(near, far)


class Town:
    def __init__(self, near, far):
        self.near, self.far = near, far
        self.city = Place.objects.get(code="990100000000")
        self.street = Place.objects.get(code="990101001000")
