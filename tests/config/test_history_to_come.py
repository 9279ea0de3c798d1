"""While the long history of the demonstration city is being made, the planners' pages say so and how far it is."""

import pytest
from django.utils import translation

from linli.config import demonstration
from linli.config.coming import history_to_come
from linli.config.demonstrated import WORLD, write
from linli.kernel.demo import in_order
from tests.factories.people import make_worker
from tests.factories.places import make_community

pytestmark = pytest.mark.django_db


def test_the_planner_reads_how_far_the_history_is_until_it_is_there(client, settings, tmp_path):
    settings.STATE_DIR = tmp_path
    behind = [step.name for step in in_order() if step.behind]
    client.force_login(make_worker(make_community(1), "portal.view_cockpit"))

    def said():
        with translation.override("zh-hans"):
            words = history_to_come()
        return words, bool(words) and words in client.get("/cockpit/").content.decode()

    nobody_makes_one = said()
    write(tmp_path / WORLD, {"done": behind[:3]})  # the third has begun
    half = said()
    write(tmp_path / WORLD, {"done": behind, "finished": True})
    assert (nobody_makes_one, said()) == (("", False), ("", False))
    assert half == (
        f"示范城市的历史还在后台补齐（2/{len(behind)} 步），没补到的指标先显示 0 或“等待数据”。",
        True,
    )


def test_A7_a_production_says_nothing_of_a_demonstration(settings, tmp_path):
    settings.STATE_DIR, settings.PRODUCTION = tmp_path, True
    write(tmp_path / WORLD, {"done": []})
    assert history_to_come() == ""


def test_what_many_pages_ask_for_is_made_before_the_long_stories_and_nothing_before_what_it_waits_for():
    steps = demonstration._pending({"done": []})
    names = [step.name for step in steps]
    behind = set(names)
    assert names[: len(demonstration.SOONEST)] == [
        name for name in sorted(behind) if name in demonstration.SOONEST
    ]
    assert [one for one, step in enumerate(steps) if behind & set(step.after) - set(names[:one])] == []


def test_the_planners_figures_stand_before_the_first_page_and_are_counted_again_at_the_end():
    steps = {step.name: step for step in in_order()}
    assert (steps["plans-lately"].behind, steps["plans"].behind) == (False, True)
