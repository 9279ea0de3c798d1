"""The row of a place in a list."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.ui.drawn import address_of, draw
from linli.ui.parts import part
from linli.ui.words import figure_words

from .levels import level_words


@part("places/_place_row.html")
def place_row(context) -> str:
    """`item` is a place with `people` and `below` (linli.places.queries: PlaceRow, with_figures)."""
    place = context["item"]
    holes = {
        "url": address_of("place-detail", place.code),
        "name": place.name,
        "below": place.below,
        "people": figure_words(place.people, _("人")) if place.people is not None else "",
    }
    return draw(
        "places/_place_row.html",
        holes,
        title=level_words(place.level, get_language()),
        has_below=bool(place.below),
        has_people=place.people is not None,
    )
