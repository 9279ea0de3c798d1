"""Cases, found by number and title by whoever sees them on the pages."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.search.declaring import Searchable, declare

from .models import Case

declare(
    Searchable(
        name="case",
        label=_("事项"),
        model=Case,
        rows=Case.objects.all,
        visible_to=lambda user: Case.objects.visible_to(user).select_related("place"),
        title=lambda case: case.title,
        text=lambda case: case.number,
        note=lambda case: f"{case.number} · {case.state_label} · {case.place.name}",
        url=lambda case: reverse("case-detail", args=[case.number]),
        order=30,
    )
)
