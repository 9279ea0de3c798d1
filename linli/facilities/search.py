"""Facilities to be found: what is public by everybody, by name, kind and address."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.search.declaring import Searchable, declare

from .models import Facility


def _standing():
    return Facility.objects.standing().select_related("kind", "place")


declare(
    Searchable(
        name="facility",
        label=_("设施和便民网点"),
        model=Facility,
        rows=_standing,
        visible_to=lambda user: Facility.objects.visible_to(user).select_related("kind", "place"),
        title=lambda facility: facility.name,
        text=lambda facility: " ".join([facility.code, facility.kind.name, facility.address]),
        note=lambda facility: " · ".join(
            [facility.kind.name, facility.place.name, str(facility.get_state_display())]
        ),
        url=lambda facility: reverse("facility-detail", args=[facility.code]),
        with_initials=True,
        order=20,
    )
)
