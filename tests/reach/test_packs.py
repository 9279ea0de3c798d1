"""The packs of the life circle fit each other."""

import pytest
from django.conf import settings

from linli.packs.reading import read_pack, read_packs
from linli.reach.catalogue import Rulebook, check_complex, unknown_in


@pytest.fixture
def book():
    packs, problems = read_packs(settings.PACKS_DIR / "reach")
    assert problems == []
    named = {pack.pack.removeprefix("reach-"): pack for pack in packs}
    return Rulebook(named["profiles"], named["circle"], named["sets"], named["complex"])


def test_every_set_names_functions_bands_and_a_walker_that_there_are(book):
    assert unknown_in(book) == []


def test_the_ten_classes_of_convenience_have_kinds_to_register(book):
    """XF-014: transport, shopping, fitness, leisure, reading, education, medical, elder care, dining, government."""
    shelf, problems = read_pack(settings.PACKS_DIR / "facilities" / "kinds.yaml")
    assert problems == []
    served = {key for kind in shelf.kinds for key in kind.functions}
    ten = {"transport", "shopping", "fitness", "leisure", "reading", "education", "medical", "elder_care",
           "dining", "government"}  # fmt: skip
    assert ten <= served & {row["key"] for row in book.circle.functions}
    assert {line.key for line in book.complex.services} <= served


def test_a_house_that_names_what_there_is_not_is_told(book):
    wrong = book.complex.model_copy(update={"core": ["flying"], "better_m2": 10, "least_core": 2})

    told = [where for where, _why in check_complex(wrong)]

    assert told == [("core", 0), ("better_m2",), ("least_core",)]


def test_a_function_that_no_circle_has_is_told(book):
    sets = book.sets.model_copy(update={"rural_band_min": 31, "profile": "bird"})
    sets.sets[0].functions.append("ferries")

    assert unknown_in(Rulebook(book.profiles, book.circle, sets, book.complex)) == [
        f"{sets.sets[0].code}: ferries",
        "rural_band_min: 31",
        "profile: bird",
    ]


def test_the_fourteen_functions_stand_in_their_bands(book):
    """XF-006, XF-024, P-XF-17, P-XF-18, P-XF-19: what lies within 5, 10 and 15 minutes; P-XF-20: 1.2 km."""
    within = {band: set() for band in (5, 10, 15)}
    for row in book.circle.functions:
        within[row["band_min"]].add(row["title"])
    assert within == {
        5: {"购物", "休闲", "金融"},
        10: {"餐饮", "阅读", "政务", "住宿"},
        15: {"就医", "养老", "教育", "交通", "旅游", "健身", "娱乐"},
    }
    assert (book.circle.radius_m, len(book.sets.twelve)) == (1200, 12)
