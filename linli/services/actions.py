"""Surveys: begun, answered without a name, published with how many answered."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.api.rates import Rate, count
from linli.kernel import clock

from . import rules
from .models import Answer, Sample, Survey

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
