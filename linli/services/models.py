"""群众满意度调查: who is asked what in which communities, and answers of which nobody knows who gave them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import Household
from linli.places.models import Place

from .models_credit import CreditEntry, Provider

__all__ = ["Answer", "CreditEntry", "Drawing", "DrawnHousehold", "Provider", "Sample", "Survey"]
CLEAR = [refuse_hidden_characters]
SCALE = (
    (5, _("很满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("很不满意")),
)  # fmt: skip
SATISFIED = 4  # 满意及以上


class Survey(models.Model):
    """One survey of an area: open to all who live there, or of a sample of them."""

    class Way(models.TextChoices):
        OPEN = "open", _("公开征集")
        SAMPLE = "sample", _("抽样调查")

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("调查范围"))
    provider = models.ForeignKey(
        Provider,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name=_("只问一个服务机构"),
    )
    title = models.CharField(_("调查名称"), max_length=100, validators=CLEAR)
    way = models.CharField(_("方式"), max_length=6, choices=Way.choices)
    questions = models.JSONField(_("问题"))  # texts in order; the first asks for satisfaction as a whole
    least_valid = models.PositiveSmallIntegerField(_("每个社区至少多少份有效答卷才算有效"))
    opens_on = models.DateField(_("开始"))
    closes_on = models.DateField(_("结束"))
    published_on = models.DateField(_("公布日期"), null=True, blank=True)
    improved = models.TextField(_("根据结果改了什么"), max_length=2000, blank=True, validators=CLEAR)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    about = ("opened_by__person",)
    personal = {
        "opened_by": Personal(1, "调查责任可追溯", "履行职责", "while the account lives", mask="name")
    }

    class Meta:
        verbose_name = _("满意度调查")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="survey_closes_after_it_opens"
            ),
            models.CheckConstraint(condition=Q(least_valid__gte=1), name="survey_asks_for_an_answer"),
            models.CheckConstraint(
                condition=Q(published_on=None) | Q(published_on__gt=F("closes_on")),
                name="survey_published_after_it_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def runs(self) -> bool:
        return self.opens_on <= clock.today() <= self.closes_on


class Sample(models.Model):
    """How many of a community were asked: what the response rate is over."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="samples")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("社区"))
    asked = models.PositiveIntegerField(_("发出多少份"))

    personal: dict = {}

    class Meta:
        verbose_name = _("调查样本")
        constraints = [models.UniqueConstraint(fields=["survey", "place"], name="sample_once_a_community")]


class Drawing(models.Model):
    """Households of a community drawn by lot, so that anybody with the seed draws the same ones."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="drawings")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("社区"))
    seed = models.CharField(_("随机种子"), max_length=32)
    frame = models.PositiveIntegerField(_("抽样框户数"))
    drawn = models.PositiveIntegerField(_("抽中户数"))
    drawn_on = models.DateField(_("抽样日期"), default=clock.today)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    about = ("drawn_by__person",)
    personal = {"drawn_by": Personal(1, "抽样责任可追溯", "履行职责", "while the account lives", mask="name")}

    class Meta:
        verbose_name = _("抽样")
        constraints = [
            models.UniqueConstraint(fields=["survey", "place"], name="drawing_once_a_community"),
            models.CheckConstraint(
                condition=Q(drawn__gte=1, drawn__lte=F("frame")), name="drawing_takes_of_its_frame"
            ),
        ]


class DrawnHousehold(models.Model):
    """One household of a drawing, until the survey is over; no sheet says from which it came."""

    drawing = models.ForeignKey(Drawing, models.CASCADE, related_name="households")
    number = models.PositiveIntegerField(_("序号"))
    household = models.ForeignKey(Household, models.CASCADE, related_name="+")

    about = ("household__members__person",)
    personal = {"household": Personal(2, "入户抽样调查", "履行职责", "while the survey runs", mask="address")}

    class Meta:
        verbose_name = _("抽中的户")
        ordering = ["drawing", "number"]
        constraints = [
            models.UniqueConstraint(fields=["drawing", "household"], name="household_drawn_once"),
        ]


class Answer(models.Model):
    """One sheet: five is very satisfied, nothing where a question was left out. It has a day and no hour."""

    class Channel(models.TextChoices):
        ONLINE = "online", _("网页")
        PHONE = "phone", _("电话")
        PAPER = "paper", _("纸质")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("社区"))
    channel = models.CharField(_("渠道"), max_length=6, choices=Channel.choices)
    marks = models.JSONField(_("评价"))  # one for each question, 1 to 5 or null
    overall = models.PositiveSmallIntegerField(_("总体评价"))
    answered_on = models.DateField(_("日期"), default=clock.today)

    personal: dict = {}

    class Meta:
        verbose_name = _("答卷")
        constraints = [
            models.CheckConstraint(condition=Q(overall__range=(1, 5)), name="answer_is_on_the_scale"),
        ]
        indexes = [models.Index(fields=["survey", "place"], name="answers_of_a_community")]
