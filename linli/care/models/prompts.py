"""主动提醒: a date in what is kept already comes near, so a worker speaks to the resident before he has to ask."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.kernel.personal import Personal
from linli.people.models import Person

from .rules import CLOSED, CareRules

WHY, BASIS = "主动发现、及时服务", "履行职责；本人可以拒绝"


class Prompt(models.Model):
    """One occasion of one person: the line of the rules and the day it is about; once, however often the job runs."""

    template = "care/_prompt.html"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="prompt")
    person = models.ForeignKey(Person, models.CASCADE, related_name="prompts")
    rules = models.ForeignKey(CareRules, models.PROTECT, related_name="+")
    code = models.SlugField(max_length=60)
    on = models.DateField(_("日期"))

    about = ("person",)
    kept_from = {"close": "case__closed_at"}
    personal = {
        "code": Personal(2, WHY, BASIS, CLOSED, mask="none"),
        "on": Personal(2, WHY, BASIS, CLOSED, mask="none"),
    }

    class Meta:
        verbose_name = _("主动提醒")
        constraints = [models.UniqueConstraint(fields=["person", "code", "on"], name="prompt_once_for_a_day")]

    def __str__(self) -> str:
        return self.case.number


class PromptRefusal(models.Model):
    """Somebody does not want to be reminded; no prompt about him is opened until he takes it back."""

    person = models.OneToOneField(
        Person, models.CASCADE, primary_key=True, related_name="prompt_refusal", verbose_name=_("人员")
    )
    since = models.DateField(_("起"))

    about = ("person",)
    personal = {"since": Personal(1, WHY, "本人意愿", "while registered", mask="none")}

    class Meta:
        verbose_name = _("不接收主动提醒")
