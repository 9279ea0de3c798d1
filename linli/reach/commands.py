"""`linli streets CODE FILE SOURCE DAY`: take in the streets of an area from a file (.osm.pbf, shapefile, …)."""

import sys
from datetime import date
from pathlib import Path


def main(words: list[str]) -> int:
    """Read the file, keep its streets for the area; 1 with one sentence when it cannot be used."""
    from linli.places.models import Place
    from linli_compute.errors import InputError
    from linli_compute.files import read_streets

    from .actions.streets import take_in_streets

    if len(words) != 4:
        sys.stdout.write("linli streets CODE FILE SOURCE YYYY-MM-DD\n")
        return 2
    code, path, source, day = words
    place = Place.objects.current().divisions().filter(code=code).first()
    if place is None:
        sys.stderr.write(f"✗ 没有在用的区划 {code}。\n")
        return 1
    try:
        as_of = date.fromisoformat(day)
        made = take_in_streets(place, by=None, streets=read_streets(Path(path)), source=source, as_of=as_of)
    except (InputError, ValueError) as wrong:
        sys.stderr.write(f"✗ {wrong}\n")
        return 1
    sys.stdout.write(f"{place.name}: {made.segments:,} segments, {made.length_km:,} km\n")
    return 0
