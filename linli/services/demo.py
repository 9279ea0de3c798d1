"""A survey of the demonstration city: closed, published, with sheets of some communities of a county."""

from datetime import datetime, time, timedelta

import numpy as np

from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.places.models import Place

from . import demo_credit as demo_credit  # its step is declared with it
from .actions import begin_survey, draw_sample, publish_survey, set_sample
from .models import Answer
from .queries import frame_of

QUESTIONS = ["总的来说，您对社区服务满意吗？", "办事跑几趟能办成，您满意吗？", "您反映过的事，办到了吗？"]
MOST = 20  # communities
MARKS = (5, 4, 3, 2, 1)
OFTEN = (0.46, 0.36, 0.12, 0.04, 0.02)


@demo_step("surveys", "满意度调查", after=("people",), behind=True)
def hold_survey(world: DemoWorld) -> None:
    """Thirty to sixty sheets of each community, a fixed seed; what was done about it."""
    worker = world.users.get("county-officer")
    if worker is None:
        return
    county, rng = worker.person.posts.first().place, np.random.default_rng([world.city.seed, 24])
    opens, closes = world.last_day - timedelta(days=60), world.last_day - timedelta(days=30)
    survey = begin_survey(
        by=worker, place=county, title="社区服务满意度调查", way="sample", questions=QUESTIONS, least_valid=20,
        opens_on=opens, closes_on=closes,
    )  # fmt: skip
    sheets = []
    communities = Place.objects.current().communities().filter(path__startswith=county.path).order_by("path")
    for place in communities[:MOST]:
        set_sample(survey, by=worker, place=place, asked=80)
        for _sheet in range(int(rng.integers(30, 61))):
            marks = [int(mark) for mark in rng.choice(MARKS, len(QUESTIONS), p=OFTEN)]
            day = opens + timedelta(days=int(rng.integers(0, 30)))
            channel = ("online", "phone", "paper")[int(rng.integers(0, 3))]
            sheets.append(
                Answer(
                    survey=survey,
                    place=place,
                    channel=channel,
                    marks=marks,
                    overall=marks[0],
                    answered_on=day,
                )
            )
    Answer.objects.bulk_create(sheets)
    with clock.at(datetime.combine(world.last_day, time(9), tzinfo=CHINA)):
        begin_next(world, county, communities, by=worker)
    publish_survey(survey, by=worker, improved="延长了周末办事时间；反映的事办完后都由社区工作者回访。")


def begin_next(world: DemoWorld, county, communities, *, by) -> None:
    """The next survey runs; the households of its first communities are drawn by lot."""
    survey = begin_survey(
        by=by, place=county, title="下半年社区服务满意度调查（入户）", way="sample", questions=QUESTIONS,
        least_valid=20, opens_on=world.last_day - timedelta(days=5), closes_on=world.last_day + timedelta(days=40),
    )  # fmt: skip
    for place in communities[:2]:
        if found := len(frame_of(place)):
            draw_sample(
                survey, by=by, place=place, number=min(30, found), seed=f"{world.city.seed:032x}"[-32:]
            )
