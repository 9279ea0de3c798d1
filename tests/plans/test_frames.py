"""The index of livable and happy communities sorted as its plan sorts it, and residents' ratings in its grade."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from linli.kernel import clock
from linli.packs.reading import read_pack
from linli.people.models import Residence
from linli.plans.actions import open_evaluation
from linli.plans.actions.installing import install_measures
from linli.plans.actions.installing_indexes import install_index
from linli.plans.actions.rolling import counted_measures, roll_up
from linli.plans.lint import lint_index
from linli.plans.models import EvaluationIndex
from linli.plans.naming import names_of_packs
from linli.plans.queries.evaluations import lines_shown, result_of
from linli.plans.queries.framing import frames_of
from linli.plans.schema_index import IndexPack
from linli.reach.actions.rating import rate_circle
from tests.factories.people import make_unit, make_user, make_worker
from tests.factories.places import make_community
from tests.plans.test_evaluations import FEBRUARY, INDEX, OFFICER, held, to_published, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
FRAMES = [
    {"code": "content", "title": "六项内容", "quote": "六项", "on_profile": True,
     "parts": [{"code": "service", "title": "便民服务"}, {"code": "smart", "title": "智慧生活"}]},
]  # fmt: skip


def shipped() -> IndexPack:
    return read_pack(settings.PACKS_DIR / "indexes" / "xian-livable-happy.yaml")[0]


def framed(**parts):
    told = {**INDEX, "frames": FRAMES}
    told["gates"] = [{**INDEX["gates"][0], "part": {"content": parts.get("area", "service")}}]
    told["items"] = [
        {**line, "part": {"content": parts.get(line["code"], "service")}} for line in INDEX["items"]
    ]
    return IndexPack.model_validate(told)


def test_every_item_stands_in_the_frame_of_the_plan():
    """XF-001: one centre, three requirements, six contents; XF-003: the eight haves; each backed by items."""
    index = shipped()
    frames = {frame.code: frame for frame in index.frames}

    assert {code: len(frame.parts) for code, frame in frames.items()} == {
        "content": 6,
        "requirement": 3,
        "have": 8,
    }
    assert "以“满足人民日益增长的美好生活需要”为中心" in frames["content"].quote
    for frame in index.frames:
        used = {line.part[frame.code] for line in (*index.gates, *index.items)}
        assert used == {part.code for part in frame.parts}


@pytest.mark.parametrize(
    ("pack", "where"),
    [
        (framed(closed="elsewhere"), ("items", 1, "part")),
        (IndexPack.model_validate({**INDEX, "frames": FRAMES, "gates": []}), ("items", 0, "part")),
        (IndexPack.model_validate({**INDEX, "items": [{**INDEX["items"][0], "weight": "100",
                                                       "part": {"x": "y"}}]}), ("items", 0, "part")),
        (framed().model_copy(update={"frames": framed().frames * 2}), ("frames", 1, "code")),
    ],
)  # fmt: skip
def test_a_line_outside_its_frame_is_told(town, pack, where):
    assert where in [place for place, _message in lint_index(pack, names_of_packs())]


def test_an_evaluation_is_shown_by_the_parts_of_its_frame_and_on_the_page_of_the_place(town, client):
    """XF-001, XF-003: headline dimensions on the community's profile, each backed by measured items."""
    install_index(framed(closed="smart"))
    one = held(town).evaluations.get(case__place=town["one"])

    (frame,) = frames_of(one)
    told = [(p.title, p.musts_met, p.musts, p.points, p.weight) for p in frame.parts]
    assert told == [("便民服务", 1, 1, 30, 60), ("智慧生活", 0, 0, 10, 40)]

    place = f"/places/{town['one'].code}/"
    assert "智慧生活" not in client.get(place).content.decode()  # nothing is public yet
    to_published(town, one)
    page = client.get(place).content.decode()
    assert ("智慧生活" in page, "必备 1/1" in page, "10/40 分" in page) == (True, True, True)
    assert "六项内容" in client.get(f"/plans/evaluations/of/{one.pk}/").content.decode()


def test_an_index_without_frames_keeps_its_digest(town):
    index = EvaluationIndex.objects.get()
    assert "frames" not in index.rules
    assert all("part" not in line for line in index.rules["items"])
    assert frames_of(held(town).evaluations.first()) == []


@pytest.mark.parametrize(("residents", "value", "points"), [(9, None, 0), (10, 4, 6)])
def test_what_residents_rate_counts_in_the_grade(residents, value, points):
    """XF-022: rating that counts in the grade: four stars of ten residents bring 6 of 9 points, of nine none."""
    place = make_community(1, urban_rural="111")
    make_unit(place.parent, "桥头街道办事处", kind="street_office")
    officer = make_worker(place.parent.parent, *OFFICER)
    install_measures(read_pack(settings.PACKS_DIR / "measures" / "community-services.yaml")[0])
    install_index(shipped())
    for _n in range(residents):
        user = make_user()
        Residence.objects.create(
            person=user.person, community=place, kind="resident", verified_at=clock.now()
        )
        with clock.at(datetime(2026, 2, 10, tzinfo=UTC)):
            rate_circle(place, by=user, stars=4)
    roll_up([m for m in counted_measures() if m.name.startswith("reach.rating")], FEBRUARY)

    held = open_evaluation(
        EvaluationIndex.objects.get(), by=officer, place=place.parent.parent, period=FEBRUARY, title="首轮"
    )

    evaluation = held.evaluations.get()
    line = next(one for one in lines_shown(evaluation) if one.code == "resident-ratings")
    assert (line.value, line.points, line.weight) == (value, points, 9)
    assert result_of(evaluation).score == points
