"""The packs of the life circle fit each other."""

import pytest
from django.conf import settings

from linli.packs.reading import read_packs
from linli.reach.catalogue import Rulebook, unknown_in


@pytest.fixture
def book():
    packs, problems = read_packs(settings.PACKS_DIR / "reach")
    assert problems == []
    named = {pack.pack.removeprefix("reach-"): pack for pack in packs}
    return Rulebook(named["profiles"], named["circle"], named["sets"])


def test_every_set_names_functions_bands_and_a_walker_that_there_are(book):
    assert unknown_in(book) == []


def test_a_function_that_no_circle_has_is_told(book):
    sets = book.sets.model_copy(update={"rural_band_min": 31, "profile": "bird"})
    sets.sets[0].functions.append("ferries")

    assert unknown_in(Rulebook(book.profiles, book.circle, sets)) == [
        f"{sets.sets[0].code}: ferries",
        "rural_band_min: 31",
        "profile: bird",
    ]


def test_the_fourteen_functions_stand_in_their_bands(book):
    """P-XF-17…19: three within 5, four within 10, seven within 15 minutes; P-XF-20: a circle of 1.2 km."""
    bands = [row["band_min"] for row in book.circle.functions]
    assert [bands.count(band) for band in (5, 10, 15)] == [3, 4, 7]
    assert (book.circle.radius_m, len(book.sets.twelve)) == (1200, 12)
