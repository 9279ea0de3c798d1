"""What is said of the plans of the demonstration city: rounds of evaluation, residents' words, pictures of projects."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError

from linli.cases.actions import take_step
from linli.files.actions import store
from linli.files.demo_pictures import picture
from linli.kernel import clock
from linli.measures import Period
from linli.packs.reading import read_packs
from linli.places.models import Place

from . import actions
from .actions.installing_indexes import install_index
from .actions.replying import answer_words, leave_words
from .forms.handed_in import PHOTO
from .models import Evaluation, EvaluationIndex, LivelihoodProject, Plan

BEGUN = 40  # days before the end
GRADED = (
    (36, "self_check"), (30, "site_check"), (28, "publish"), (24, "comment"), (20, "answer"), (15, "grade"),
)  # fmt: skip
WAYS = (  # what was done on each in turn, and how many days before the end
    GRADED,
    ((30, "self_check"), (8, "site_check"), (5, "publish"), (3, "comment")),
    ((28, "self_check"), (9, "site_check"), (6, "publish"), (2, "appeal")),
    GRADED,
    ((27, "self_check"), (4, "site_check")),
    ((26, "self_check"),),
    (),
)
WORDS = {
    "self_check": {"words": "对照指标逐项自查，许可在有效期内，收费标准已公示。"},
    "site_check": {"words": "到现场看了两次，与台账一致；服务对象抽访 6 人，都满意。"},
    "answer": {"answer": "谢谢。周末的排班已经增加一人，请到店再看。"},
    "appeal": {"why": "按期办结率里有两件是别的单位承办的，请核对。"},
}
TITLES = {"provider-credit": "服务机构信用评价", "service-quality": "社区服务质量评价"}
HEARD = (
    "希望北片也建一处社区食堂，现在要坐两站车。",
    "托育点收费能不能在门口公示？",
    "规划里的数看得懂，谢谢；能不能每季度更新？",
)
SAID = "周末去的时候只有一个人在，等了很久。"
STREETS = tuple(f"192.0.2.{n}" for n in range(1, 255))  # addresses of nobody, from which neighbours comment
SHOWN = {  # livelihood project → what its pictures show
    "新建老年助餐点": (("canteen", "开张第一周的助餐点"), ("site", "正在装修的一处")),
    "改造社区室外健身场地": (("sports", "换了新器材的场地"),),
    "为高龄独居老人装紧急呼叫": (("button", "上门安装，教会怎么按"),),
}


def photograph(by) -> None:
    """What has been built can be seen."""
    for title, pictures in SHOWN.items():
        project = LivelihoodProject.objects.filter(title=title).order_by("-pk").first()
        for number, (scene, caption) in enumerate(pictures if project else ()):
            file = store(picture(scene, caption, seed=number), by=by, purpose=PHOTO)
            actions.add_project_photo(project, by=by, file=file, caption=caption)


def hear_of(plan: Plan, place: Place, *, by) -> None:
    """What residents say about the plan; one is answered, two wait."""
    made = [leave_words(plan, place, words=words, address=STREETS[0]) for words in HEARD]
    answer_words(made[0], by=by, answer="已列入明年的项目，开工前会公示位置。")


def evaluate(place: Place, code: str, *, by, officer) -> None:
    """A round by an index, begun weeks ago; `officer(unit)` is who answers there."""
    if not EvaluationIndex.objects.filter(retired_on=None).exists():
        packs, _problems = read_packs(settings.PACKS_DIR / "indexes")
        for pack in packs:
            install_index(pack)
    index, end = EvaluationIndex.objects.get(code=code, retired_on=None), clock.now()
    year = end.astimezone(clock.CHINA).year
    try:
        with clock.at(end - timedelta(days=BEGUN)):
            held = actions.open_evaluation(
                index, by=by, place=place, period=Period.parse(str(year)), title=f"{year}年{TITLES[code]}"
            )
    except ValidationError:
        return  # where there is nobody to evaluate
    rows = held.evaluations.select_related("case__place", "case__unit__place").order_by("pk")
    for number, one in enumerate(rows):
        unit = officer(one.case.unit)
        for days_ago, act in WAYS[number % len(WAYS)]:
            with clock.at(end - timedelta(days=days_ago)):
                _act(
                    one, act, unit if act in ("self_check", "appeal") else by, STREETS[number % len(STREETS)]
                )


def _act(evaluation: Evaluation, act: str, by, address: str) -> None:
    if act == "comment":
        evaluation.refresh_from_db()
        actions.comment_on(evaluation, words=SAID, address=address)
    else:
        take_step(evaluation.case, act, by=by, **WORDS.get(act, {}))
