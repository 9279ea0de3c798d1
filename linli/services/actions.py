"""Surveys: begun, answered without a name, published with how many answered."""

import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.api.rates import Rate, count
from linli.kernel import clock

from . import rules
from .models import Answer, Drawing, DrawnHousehold, Sample, Survey
from .queries import drawn_by_lot, frame_of

DAILY = Rate("survey-answer", 10, 86_400)  # from one address: a family shares it, a robot does not get far
SHEET = Rate(
    "survey-sheet", 1, 86_400
)  # of one form: its key is kept apart from the sheet, which names nobody


@transaction.atomic
def begin_survey(*, by, place, **fields) -> Survey:
    """Ask an area; ValidationError for days or questions that make no survey."""
    if not rules.can_survey(by, place):
        raise PermissionDenied
    made = Survey(place=place, opened_by=by, **fields)
    made.full_clean(exclude=["questions"])
    made.save()
    audit.record("services.survey_begun", by=by, thing=made, place=place)
    return made


@transaction.atomic
def set_sample(survey: Survey, *, by, place, asked: int) -> Sample:
    """Say how many of a community were asked, as often as more are asked."""
    _reach(by, survey, place)
    made, _new = Sample.objects.update_or_create(survey=survey, place=place, defaults={"asked": asked})
    audit.record("services.sample_set", by=by, thing=survey, place=place, detail={"asked": asked})
    return made


@transaction.atomic
def draw_sample(survey: Survey, *, by, place, number: int, seed: str = "") -> Drawing:
    """Draw so many households of a community by lot, once: nobody draws until he likes the list.

    The seed is kept, and whoever has it and the register draws the same ones. ValidationError when nothing can be
    drawn: an open survey, one that is over, too few households, drawn before.
    """
    _reach(by, survey, place)
    if survey.way != Survey.Way.SAMPLE or survey.closes_on < clock.today():
        raise ValidationError(_("只有还没结束的抽样调查才抽取名单。"))
    frame = frame_of(place)
    if not 1 <= number <= len(frame):
        raise ValidationError(
            _("这个社区登记了 %(n)d 户，抽不出 %(m)d 户。") % {"n": len(frame), "m": number}
        )
    seed = seed or secrets.token_hex(16)
    made = Drawing(survey=survey, place=place, seed=seed, frame=len(frame), drawn=number, drawn_by=by)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise ValidationError(_("这个社区已经抽过了，不能重抽。")) from None
    chosen = drawn_by_lot(frame, number, seed)
    DrawnHousehold.objects.bulk_create(
        DrawnHousehold(drawing=made, number=nr, household_id=key) for nr, key in enumerate(chosen, 1)
    )
    set_sample(survey, by=by, place=place, asked=number)
    told = {"frame": len(frame), "drawn": number, "seed": seed}
    audit.record("services.sample_drawn", by=by, thing=survey, place=place, detail=told)
    return made


@transaction.atomic
def read_drawing(drawing: Drawing, *, by) -> list[DrawnHousehold]:
    """The addresses to go to, each reading kept; PermissionDenied beyond one's reach."""
    if not rules.can_survey(by, drawing.place):
        raise PermissionDenied
    audit.record("services.drawing_read", by=by, thing=drawing, place=drawing.place)
    return list(drawing.households.select_related("household__place__parent"))


def forget_drawn(today) -> int:
    """Where one went stays only while the survey runs; how many were drawn, and by which seed, stays."""
    return DrawnHousehold.objects.filter(drawing__survey__closes_on__lt=today).delete()[0]


@transaction.atomic
def answer_survey(survey: Survey, *, place, marks: list[int | None], address: str, key=None) -> Answer | None:
    """What a resident says on the page; None when this form was sent before.

    ValidationError when it is over, or too much comes from one address.
    """
    if _sent_before(key):
        return None
    if count(DAILY, f"{survey.pk}:{address}") > DAILY.limit:
        raise ValidationError(_("这个网络今天提交得太多了，请明天再来，或向社区要一份纸质答卷。"))
    return _keep(survey, place, marks, Answer.Channel.ONLINE)


@transaction.atomic
def enter_answer(
    survey: Survey, *, by, place, marks: list[int | None], channel: str, key=None
) -> Answer | None:
    """What somebody said on the phone or on paper, entered for him; None when this form was sent before."""
    _reach(by, survey, place)
    if _sent_before(key):
        return None
    made = _keep(survey, place, marks, channel)
    audit.record("services.answer_entered", by=by, thing=survey, place=place)
    return made


def _sent_before(key) -> bool:
    """A second click waits for the first, whose count goes with it when it is refused (L3)."""
    return key is not None and count(SHEET, str(key)) > SHEET.limit


def _keep(survey, place, marks, channel) -> Answer:
    if not survey.runs:
        raise ValidationError(_("这项调查不在进行。"))
    if not place.path.startswith(survey.place.path) or place.level != "community":
        raise ValidationError(_("请选调查范围里的一个社区。"))
    if len(marks) != len(survey.questions) or marks[0] is None:
        raise ValidationError(_("请至少回答第一个问题。"))
    made = Answer(survey=survey, place=place, channel=channel, marks=marks, overall=marks[0])
    made.full_clean(exclude=["marks"])
    made.save()
    return made


@transaction.atomic
def publish_survey(survey: Survey, *, by, improved: str) -> Survey:
    """Publish the result with what was done about it; what was done can be told again later."""
    held = Survey.objects.select_for_update(of=("self",)).select_related("place").get(pk=survey.pk)
    if not rules.can_survey(by, held.place):
        raise PermissionDenied
    if held.closes_on >= clock.today():
        raise ValidationError(_("调查结束以后才能公布。"))
    held.published_on, held.improved = held.published_on or clock.today(), improved
    held.full_clean(exclude=["questions"])
    held.save()
    audit.record("services.survey_published", by=by, thing=held, place=held.place)
    return held


def _reach(by, survey, place) -> None:
    if not rules.can_survey(by, place) or not place.path.startswith(survey.place.path):
        raise PermissionDenied
