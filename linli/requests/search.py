"""Requests, found by their words and address by whoever sees their case."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.search.declaring import Searchable, declare

from .models import Request

declare(
    Searchable(
        name="request",
        label=_("诉求"),
        model=Request,
        rows=lambda: Request.objects.select_related("category", "case"),
        visible_to=lambda user: Request.objects.filter(case__in=Case.objects.visible_to(user)).select_related(
            "case__place", "category"
        ),
        title=lambda request: request.case.title,
        text=lambda request: f"{request.description} {request.address}",
        note=lambda request: (
            f"{request.case.number} · {request.case.state_label} · {request.case.place.name}"
        ),
        url=lambda request: reverse("case-detail", args=[request.case.number]),
        order=31,
    )
)
