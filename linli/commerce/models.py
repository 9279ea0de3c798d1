"""社区商业: what neighbours and shops offer in a community, and what is ordered of them; nothing is paid here."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.facilities.models import Facility
from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place
from linli.reach.models.studies import author

CLEAR = [refuse_hidden_characters]
WHY, BASIS = "邻里买卖和小服务", "个人信息保护法"


class OfferQuerySet(models.QuerySet):
    def listed(self):
        """What residents see: looked through, not ended."""
        return self.filter(state=Offer.State.LISTED).exclude(closes_at__lte=clock.now())

    def waiting(self):
        return self.filter(state=Offer.State.WAITING)


class Offer(models.Model):
    """One line of the list: a small service, goods of a shop, a group order, or somebody looking for a helper."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待社区核对")
        LISTED = "listed", _("已上架")
        REFUSED = "refused", _("没有上架")
        ENDED = "ended", _("已结束")

    class Way(models.TextChoices):
        ORDER = "order", _("随时下单")
        RESERVE = "reserve", _("先预约")
        GROUP = "group", _("拼单")

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    facility = models.ForeignKey(  # the outlet whose offer it is; None: a neighbour's own
        Facility, models.CASCADE, null=True, blank=True, related_name="offers", verbose_name=_("网点")
    )
    kind = models.SlugField(_("类别"), max_length=40)  # a code of the pack's offers
    seeks = models.BooleanField(_("找帮手"), default=False)  # work that is offered, not a service
    title = models.CharField(_("名称"), max_length=60, validators=CLEAR)
    text = models.CharField(_("说明"), max_length=300, blank=True, validators=CLEAR)
    brand = models.CharField(_("品牌"), max_length=40, blank=True, validators=CLEAR)
    serves = models.CharField(_("服务范围"), max_length=80, blank=True, validators=CLEAR)
    price_cents = models.PositiveIntegerField(null=True, blank=True)  # None: to be agreed
    per = models.CharField(_("计价单位"), max_length=10, blank=True, validators=CLEAR)
    way = models.CharField(_("怎么下单"), max_length=7, choices=Way.choices, default=Way.ORDER)
    least_count = models.PositiveIntegerField(_("满多少份成团"), null=True, blank=True)
    most_count = models.PositiveIntegerField(_("最多多少份"), null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)  # of the orders that hold
    closes_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    pick_up = models.CharField(_("自提点"), max_length=100, blank=True, validators=CLEAR)
    link = models.URLField(_("外部店铺链接"), blank=True)
    state = models.CharField(_("状态"), max_length=7, choices=State.choices, default=State.WAITING)
    agreed_code = models.CharField(max_length=60)  # the edition of the rules that was agreed to
    offered_at = models.DateTimeField(default=clock.now)
    provider = author()
    answer = models.CharField(_("答复"), max_length=200, blank=True, validators=CLEAR)
    checked_by = author()
    checked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()
    about = ("provider__person",)
    personal = {
        "provider": Personal(1, WHY, BASIS, "2y after close", mask="name"),
        "checked_by": Personal(1, "履职记录", "履行职责", "2y after close", mask="name"),
    }

    class Meta:
        verbose_name = _("上架项目")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["place", "kind"], name="offer_listed_in_place", condition=Q(state="listed")),
            models.Index(fields=["place"], name="offer_waits", condition=Q(state="waiting")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(way="group") | Q(least_count__gt=0, closes_at__isnull=False),
                name="offer_of_a_group_says_how_many_until_when",
            ),
            models.CheckConstraint(
                condition=Q(most_count=None) | Q(taken__lte=F("most_count")),
                name="offer_is_not_taken_more_often_than_there_is",
            ),
            models.CheckConstraint(
                condition=Q(most_count=None)
                | Q(least_count=None) & Q(most_count__gt=0)
                | Q(most_count__gte=F("least_count")),
                name="offer_has_as_many_as_its_group_needs",
            ),
            models.CheckConstraint(
                condition=Q(checked_at=None, state__in=["waiting", "ended"]) | Q(checked_at__isnull=False),
                name="offer_is_listed_or_refused_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""), name="offer_refused_says_why"
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | Q(provider=None) | ~Q(checked_by=F("provider")),
                name="offer_is_checked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "listed"], closed_at=None)
                | Q(state__in=["refused", "ended"], closed_at__isnull=False),
                name="offer_is_closed_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def left(self) -> int | None:
        """How many may still be ordered; None without a limit."""
        return None if self.most_count is None else self.most_count - self.taken

    @property
    def is_open(self) -> bool:
        """Whether it may be ordered now."""
        late = self.closes_at is not None and self.closes_at <= clock.now()
        return self.state == self.State.LISTED and not late and self.left != 0


class Order(models.Model):
    """One resident's order; paid and handed over between the two, here only agreed and rated."""

    class State(models.TextChoices):
        ASKED = "asked", _("等待接单")
        ACCEPTED = "accepted", _("已接单")
        DONE = "done", _("已完成")
        REFUSED = "refused", _("没有接单")
        CANCELLED = "cancelled", _("已取消")

    HOLDING = (State.ASKED, State.ACCEPTED, State.DONE)

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="orders")
    customer = author()
    count = models.PositiveSmallIntegerField(_("份数"), default=1)
    wanted = models.CharField(_("什么时候、有什么要求"), max_length=200, blank=True, validators=CLEAR)
    contact = models.CharField(_("联系电话"), max_length=20, blank=True, validators=CLEAR)
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(_("答复"), max_length=200, blank=True, validators=CLEAR)
    closed_at = models.DateTimeField(null=True, blank=True)
    stars = models.PositiveSmallIntegerField(_("评分"), null=True, blank=True)
    said = models.CharField(_("评价"), max_length=200, blank=True, validators=CLEAR)
    key = models.UUIDField(unique=True)  # of the sender: pressed twice, ordered once

    about = ("customer__person",)
    personal = {
        "customer": Personal(1, WHY, BASIS, "1y after close", mask="name"),
        "wanted": Personal(2, WHY, BASIS, "1y after close", mask="text"),
        "contact": Personal(2, WHY, BASIS, "1y after close", mask="phone"),
        "said": Personal(1, WHY, BASIS, "1y after close", mask="text"),
    }

    class Meta:
        verbose_name = _("邻里订单")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="order_is_of_one_or_more"),
            models.CheckConstraint(
                condition=Q(stars=None) | Q(stars__range=(1, 5), state="done"),
                name="order_is_rated_once_done",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "accepted"], closed_at=None)
                | Q(state__in=["done", "refused", "cancelled"], closed_at__isnull=False),
                name="order_is_closed_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.offer.title
