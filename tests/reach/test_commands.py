"""`linli streets`: streets of a file become the platform's own, or one sentence says why not."""

import json

import pytest

from linli.reach.commands import main
from linli.reach.models import StreetMap
from tests.factories.places import make_community
from tests.factories.reach import spot

pytestmark = pytest.mark.django_db


def street_file(tmp_path):
    line = {"type": "LineString", "coordinates": [spot(0), spot(400), spot(800)]}
    features = [{"type": "Feature", "geometry": line, "properties": {"highway": "residential"}}]
    path = tmp_path / "streets.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return str(path)


def test_streets_of_a_file_are_taken_in_once(tmp_path, capsys):
    make_community(1)
    words = ["990101000000", street_file(tmp_path), "测绘院", "2026-01-31"]

    assert (main(words), main(words)) == (0, 0)

    made = StreetMap.objects.get()
    assert (made.place.code, made.segments, made.length_km) == ("990101000000", 2, 0.8)
    assert "2 segments" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("code", "name", "day"),
    [
        ("990199000000", None, "2026-01-31"),
        ("990101000000", "none.pbf", "2026-01-31"),
        ("990101000000", None, "x"),
    ],
)
def test_what_cannot_be_used_is_told_and_leaves_nothing(tmp_path, capsys, code, name, day):
    make_community(1)

    assert main([code, name or street_file(tmp_path), "测绘院", day]) == 1

    assert capsys.readouterr().err.startswith("✗")
    assert not StreetMap.objects.exists()
