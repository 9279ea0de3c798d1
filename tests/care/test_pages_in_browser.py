"""The pages of household visits, minimum services and prompts: usable at three widths, in both looks."""

from datetime import date

import pytest
from django.urls import reverse

from linli.care.actions.delivering import deliver
from linli.care.actions.prompting import open_prompts
from linli.cases.models import Case
from linli.kernel import clock
from tests.browser import WIDTHS
from tests.care.test_households import Street
from tests.factories.care import Village
from tests.factories.people import make_person, make_post, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def village():
    """People on the list, a building, somebody who turns 80, each brought to where the pages have something to show."""
    here = Village()
    street = Street(here, doors=4)
    street.walk(street.homes[0], "done")
    street.walk(street.homes[1], "declined")
    street.walk(street.homes[2], "due")
    rights = ("prompt.view", "prompt.hear")
    make_post(here.visitor, here.place, *rights, role="prompts", unit=here.committee)
    fed = here.elder("郑桂英")
    here.elder("孙桂兰", category="disabled-elder")
    deliver(fed, by=here.visitor, service="meal", on=clock.today(), provider="社区长者食堂")
    here.step(here.visit("missed", cared=fed), "ask_exclusion")
    here.resident = make_user(person=make_person("钱大爷", home=here.place, birth_on=date(1946, 3, 20)))
    open_prompts(clock.today())
    here.street, here.fed = street, fed
    return here


def pages_of(village):
    building = village.street.building.code
    walk = village.street.case(village.street.homes[2])
    prompt = Case.objects.filter(kind="prompt", reporter=village.resident.person).get()
    return {
        "visitor": {
            "building": reverse("household-building", args=[building]),
            "walk-record": reverse("case-step", args=[walk.number, "record"]),
            "walk": reverse("case-detail", args=[walk.number]),
            "prompt": reverse("case-detail", args=[prompt.number]),
            "services": reverse("care-services"),
            "file": reverse("care-person", args=[village.fed.pk]),
        },
        "head": {
            "households": reverse("household-list"),
            "plan": reverse("household-plan", args=[building]),
            "rates": reverse("care-rates") + "?month=2026-03",
            "board": reverse("case-board"),
        },
        "resident": {
            "prompts": reverse("care-prompts"),
            "own-prompt": reverse("case-detail", args=[prompt.number]),
        },
    }


@pytest.mark.parametrize("who", ["visitor", "head", "resident"])
def test_the_pages_are_usable_at_three_widths_and_in_the_elder_version(site, village, who):
    site.sign_in(getattr(village, who))
    for name, path in pages_of(village)[who].items():
        for width in WIDTHS:
            site.open(path, width=width)
            site.assert_no_sideways_scroll()
            site.picture(f"{name}-{width}")
        site.assert_accessible()
        site.open(path, width=390, elder=True)
        site.assert_no_sideways_scroll()
        site.assert_accessible()
        site.picture(f"{name}-390-elder")
        site.open(path, width=1440, language="en", theme="dark")
        site.assert_accessible()
        site.picture(f"{name}-1440-en-dark")
