"""Organisations to be found by those whose posts open the register; its pages are for staff."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.search.declaring import Searchable, declare

from .models import Organisation
from .rules import EDIT, VIEW


def _standing():
    return Organisation.objects.filter(archived_on=None)


declare(
    Searchable(
        name="organisation",
        label=_("社会组织和团队"),
        model=Organisation,
        rows=_standing,
        visible_to=lambda user: (
            _standing().select_related("place").filter(user.scope(VIEW, "place") | user.scope(EDIT, "place"))
            if user.is_authenticated
            else _standing().none()
        ),
        title=lambda row: row.name,
        text=lambda row: f"{row.credit_code} {row.subject}",
        note=lambda row: f"{row.get_kind_display()} · {row.place}",
        url=lambda row: reverse("record-detail", args=["organisations", row.pk]),
        with_initials=True,
        order=40,
    )
)
