"""Places to be found: public, from province to compound; buildings are many and are found by their compound."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.search.declaring import Searchable, declare

from .levels import Level
from .models import Place


def _standing():
    return Place.objects.current().exclude(level=Level.BUILDING)


declare(
    Searchable(
        name="place",
        label=_("社区和地点"),
        model=Place,
        rows=_standing,
        visible_to=lambda user: (
            _standing().select_related("parent").filter(pk__in=Place.objects.visible_to(user))
        ),
        title=lambda place: place.name,
        text=lambda place: " ".join([place.code, place.address, *place.tags]),
        note=lambda place: f"{place.get_level_display()} · {place.parent or place.code}",
        url=lambda place: reverse("place-detail", args=[place.code]),
        with_initials=True,
        order=10,
    )
)
