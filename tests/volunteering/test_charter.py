"""ZJ-065: stars by the charter; whom the pool pays for."""

import pytest
from django.core.exceptions import PermissionDenied

from linli.volunteering.actions.clients import end_key_client, name_key_client
from linli.volunteering.actions.helping import why_pool
from linli.volunteering.charter import check
from linli.volunteering.charters import charter_at

from .village import Village, read


@pytest.mark.django_db
def test_the_pool_pays_for_the_old_and_for_those_who_were_named():
    village = Village()
    user, charter = village.resident(), charter_at(village.place)
    assert (why_pool(village.elder.person, charter), why_pool(user.person, charter)) == ("80 岁及以上", "")

    with pytest.raises(PermissionDenied):
        name_key_client(user.person, reason="低保", place=village.place, by=village.coordinator)
    named = name_key_client(user.person, reason="独居失能", place=village.place, by=village.cashier)
    assert why_pool(user.person, charter) == "独居失能"
    end_key_client(named, place=village.place, by=village.cashier)

    assert why_pool(user.person, charter) == ""


def test_stars_follow_confirmed_minutes_and_quality():
    """ZJ-065: star levels by hours and quality."""
    stars = [read().star_for(minutes) for minutes in (5_999, 6_000, 90_000)]

    assert [star and star.level for star in stars] == [None, 1, 5]
    assert read().star_for(90_000, refused=6) is None


def test_a_charter_with_unknown_skills_or_levels_that_do_not_rise_is_refused():
    pack = read()
    wrong = pack.model_copy(
        update={
            "services": (pack.services[0].model_copy(update={"skill": "flying"}), *pack.services[:1]),
            "stars": tuple(reversed(pack.stars)),
        }
    )

    assert [message for _where, message in check(wrong)] == [
        "unknown skill flying",
        "company is written twice",
        "levels and minutes rise together, each once",
    ]
