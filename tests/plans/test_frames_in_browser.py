"""An evaluation by the parts of its frames in Chromium, on its own page and on that of the place."""

import pytest
from django.urls import reverse

from linli.plans.actions.installing_indexes import install_index
from tests.browser import WIDTHS
from tests.plans.test_evaluations import held, to_published, town
from tests.plans.test_frames import framed

__all__ = ["town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_frames_of_an_evaluation_are_read_at_every_width(site, town):
    install_index(framed(closed="smart"))
    one = held(town).evaluations.get(case__place=town["one"])
    to_published(town, one)
    for name, path in (
        ("public", reverse("evaluation-public", args=[one.pk])),
        ("place", reverse("place-detail", args=[town["one"].code])),
    ):
        for width in WIDTHS:
            page = site.open(path, width=width)
            for each in page.locator("main details").all():
                each.evaluate("one => one.open = true")
            site.assert_no_sideways_scroll()
            site.picture(f"frames-{name}-{width}")
        site.assert_accessible()
