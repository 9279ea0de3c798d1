"""The map of the printed handbook: what it shows, and numbers that do not lie on each other."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.places.models import Boundary
from linli.reach.handbook import handbook_pdf
from linli.reach.queries.circles import handbook_of
from linli.reach.queries.sheet import DOT, TALL, WIDE, apart
from tests.factories.reach import make_outlet, make_run


@pytest.mark.django_db
def test_the_handbook_has_a_map_with_the_numbers_of_its_list(town):
    """XF-010: services, phones, hours, map."""
    make_run(town.city)
    make_outlet(town.near, "clinic", 300)
    make_outlet(town.near, "repair", 600, lon=None, lat=None, point_origin="")

    book = handbook_of(town.near)

    lines = [line for _title, lines in book.groups for line in lines]
    assert sorted(line.number or 0 for line in lines) == [0, 1, 2, 3]
    assert re.findall(r">(\d+)</text>", book.map) == ["1", "2", "3"]
    assert "stroke-dasharray" in book.map
    assert len(handbook_pdf(book, address="https://linli.test")) > len(
        handbook_pdf(handbook_of(town.far), address="https://linli.test")
    )


@pytest.mark.django_db
def test_without_an_outline_there_is_no_map_and_before_a_study_no_streets(town):
    no_streets = '<path d="" fill="none"'
    assert no_streets in handbook_of(town.near).map
    make_run(town.city)
    assert no_streets not in handbook_of(town.near).map
    Boundary.objects.filter(place=town.near).delete()
    assert handbook_of(town.near).map == ""


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, WIDE), st.floats(0, TALL)), max_size=12))
def test_numbers_make_way_for_each_other_and_stay_on_the_sheet(places):
    at = np.array(places, dtype=float).reshape(len(places), 2)
    moved = apart(at)
    assert moved.shape == at.shape
    assert ((moved >= 0) & (moved <= [WIDE, TALL])).all()
    assert np.array_equal(moved, apart(at))
    far_apart = all(np.hypot(*(a - b)) >= 2.2 * DOT for n, a in enumerate(at) for b in at[:n])
    inside = ((at >= DOT) & (at <= [WIDE - DOT, TALL - DOT])).all()
    if len(at) and far_apart and inside:
        assert np.allclose(moved, at)
