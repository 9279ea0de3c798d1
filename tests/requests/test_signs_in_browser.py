"""The sign with its code, the adopted ideas and an objection to a rating, at three widths."""

import pytest
from django.urls import reverse

from linli.cases.actions import take_step
from linli.cases.models import Case
from tests.browser import WIDTHS
from tests.factories.requests import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sound(site, name, width):
    site.assert_no_sideways_scroll()
    site.assert_accessible()
    site.picture(f"requests-{name}-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_signs_ideas_and_objections_are_usable(site, width):
    town = Town()
    idea = town.step(
        town.request("working", kind="advice"), "resolve", result="planned", outcome="已列入计划。"
    )
    town.step(idea, "publish", by=town.dispatcher, text="在小广场加装两盏路灯，五月底前完成。")
    town.step(town.request("resolved"), "rate", stars=1, comment="还是不亮")
    remedy = Case.objects.get(kind="rectification")
    site.open(reverse("request-adopted"), width=width)
    sound(site, "adopted", width)

    site.sign_in(town.clerk)
    site.open(f"{reverse('request-poster')}?place={town.place.code}", width=width)
    sound(site, "poster", width)

    site.page.context.clear_cookies()
    site.sign_in(town.worker)
    site.open(reverse("case-step", args=[remedy.number, "object"]), width=width)
    sound(site, "objection-form", width)
    take_step(remedy, "object", by=town.worker, ground="mistaken", reason="评价说的是隔壁楼的电梯。")
    site.open(reverse("case-detail", args=[remedy.number]), width=width, language="en")
    sound(site, "objection", width)
