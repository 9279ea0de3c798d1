"""Who: persons with or without an account, who acts for whom, and the accounts."""

import uuid
from dataclasses import replace
from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock, names
from linli.kernel.fields import BlindIndexField, SealedField
from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.levels import Level
from linli.places.models import Place, inside

from ..scope import Grant, read_grants

LAW = "居民委员会组织法 / 村民委员会组织法"
STAY = "while registered"


class Sex(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", _("未知")
    MALE = "1", _("男")
    FEMALE = "2", _("女")
    UNSTATED = "9", _("未说明")


class IdKind(models.TextChoices):
    RESIDENT = "resident", _("居民身份证")
    PASSPORT = "passport", _("护照")
    PERMANENT = "permanent", _("外国人永久居留身份证")
    COMPATRIOT = "compatriot", _("港澳台居民居住证")
    NONE = "", _("暂无")


class PersonQuerySet(models.QuerySet):
    def living_in(self, place):
        """Who lives in `place`, of any level.

        The homes of a community are looked up first. Who wants a few of its people says in `by_key` which.
        """
        if place.level in (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.STREET):
            return self.filter(inside(place, "home"))
        return self.filter(home__in=list(Place.objects.within(place).values_list("pk", flat=True)))

    def by_key(self):
        """In the order of their keys, as texts: in that of the keys PostgreSQL walks through a whole city for a few."""
        return self.order_by(Cast("pk", models.TextField()))

    def visible_to(self, user):
        """Oneself, those one acts for, and those whose home lies where a post lets one see people."""
        if not user.is_authenticated:
            return self.none()
        seen = Q(pk=user.person_id) | Q(pk__in=user.principals())
        return self.filter(seen | user.scope("people.view", "home"))


@tracked()
class Person(models.Model):
    """Somebody the community knows; the phone is not an identity, for couples and elders share one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("姓名"), max_length=50, validators=[refuse_hidden_characters])
    name_key = models.CharField(max_length=60, editable=False)
    name_initials = models.CharField(max_length=60, editable=False)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_on = models.DateField(_("出生日期"), null=True, blank=True)
    id_kind = models.CharField(_("证件类型"), max_length=12, choices=IdKind.choices, blank=True)
    id_number = SealedField(_("证件号码"), null=True, blank=True)
    id_number_index = BlindIndexField(source="id_number")
    phone = SealedField(_("手机号码"), null=True, blank=True)
    phone_index = BlindIndexField(source="phone")
    home = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="residents", verbose_name=_("住处")
    )
    room = models.CharField(_("门牌"), max_length=40, blank=True)
    preferred_channel = models.CharField(max_length=10, default="inbox")
    needs_help_with_phone = models.BooleanField(_("需要协助使用手机"), default=False)
    died_on = models.DateField(_("去世日期"), null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = PersonQuerySet.as_manager()
    about = ("pk",)
    personal = {
        "name": Personal(1, "认识并服务居民", LAW, STAY, mask="name"),
        "name_key": Personal(1, "按姓名查找", LAW, STAY, mask="text"),
        "name_initials": Personal(1, "按姓名拼音首字母查找", LAW, STAY, mask="text"),
        "sex": Personal(1, "按人群提供服务", LAW, STAY, mask="none"),
        "birth_on": Personal(2, "按年龄提供服务", LAW, STAY, mask="text"),
        "id_kind": Personal(1, "核对身份", LAW, STAY, mask="none"),
        "id_number": Personal(3, "核对身份、避免重复登记", "单独同意", STAY, mask="id_number"),
        "id_number_index": Personal(3, "按证件号码查找", "单独同意", STAY),
        "phone": Personal(2, "联系居民", "同意", STAY, mask="phone"),
        "phone_index": Personal(2, "按手机号码查找", "同意", STAY),
        "home": Personal(2, "按住处提供服务", LAW, STAY, mask="address"),
        "room": Personal(2, "上门服务", LAW, STAY),
        "preferred_channel": Personal(1, "按居民选择的方式通知", "同意", STAY, mask="none"),
        "needs_help_with_phone": Personal(1, "提供线下协助", "同意", STAY, mask="none"),
        "died_on": Personal(2, "停止通知与探访", LAW, STAY),
    }

    class Meta:
        verbose_name = _("人员")
        indexes = [
            models.Index(fields=["name_key"], name="person_name_key"),
            models.Index(fields=["name_initials"], name="person_name_initials"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_kind", "id_number_index"],
                condition=Q(id_number_index__isnull=False, purged_at=None),
                name="person_has_a_number_of_their_own",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.set_keys()
        super().save(*args, **kwargs)

    def set_keys(self) -> None:
        """Search keys follow the name; bulk inserts call this themselves."""
        self.name_key = names.fold(self.name)[:60]
        self.name_initials = names.initials(self.name)[:60]

    def age_on(self, day) -> int | None:
        """Full years on `day`; None when the birth date is unknown."""
        if self.birth_on is None:
            return None
        birthday_to_come = (day.month, day.day) < (self.birth_on.month, self.birth_on.day)
        return day.year - self.birth_on.year - birthday_to_come


@tracked()
class Proxy(models.Model):
    """Somebody acts for somebody: a guardian for a child, a son for his mother (代办)."""

    class Kind(models.TextChoices):
        GUARDIAN = "guardian", _("监护人")
        FAMILY = "family", _("家人代办")
        WORKER = "worker", _("工作人员代办")

    principal = models.ForeignKey(Person, models.CASCADE, related_name="represented_by")
    proxy = models.ForeignKey(Person, models.CASCADE, related_name="acts_for")
    kind = models.CharField(_("关系"), max_length=10, choices=Kind.choices)
    during = DateRangeField(_("期限"))
    basis = models.CharField(_("依据"), max_length=200)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    about = ("principal", "proxy")
    personal = {
        "principal": Personal(2, "代办授权", "授权委托", "2y after end"),
        "proxy": Personal(2, "代办授权", "授权委托", "2y after end"),
        "kind": Personal(2, "代办授权", "授权委托", "2y after end", mask="none"),
        "basis": Personal(2, "代办授权", "授权委托", "2y after end"),
    }

    class Meta:
        verbose_name = _("代办关系")
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("proxy")), name="proxy_is_somebody_else"),
            ExclusionConstraint(
                name="proxy_once_at_a_time",
                expressions=[
                    ("principal", RangeOperators.EQUAL),
                    ("proxy", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]


@tracked(leave_out=("password", "last_login"))
class User(AbstractUser):
    """An account. Rights come from the posts of its person, never from the account itself."""

    first_name = None
    last_name = None
    person = models.OneToOneField(
        Person, models.PROTECT, null=True, blank=True, related_name="user", verbose_name=_("人员")
    )
    elder_view = models.BooleanField(_("长辈版"), default=False)
    language = models.CharField(max_length=10, blank=True)

    REQUIRED_FIELDS = ["email"]
    about = ("person",)
    personal = {
        "username": Personal(1, "登录", "合同", "while the account lives", mask="name"),
        "email": Personal(2, "登录与通知", "同意", "while the account lives"),
        "password": Personal(2, "登录（仅存摘要）", "合同", "while the account lives"),
        "last_login": Personal(1, "安全审计", "网络安全法", "6m"),
    }

    class Meta:
        verbose_name = _("账号")

    def __str__(self) -> str:
        return str(self.person) if self.person_id else self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def grants(self) -> tuple[Grant, ...]:
        """What this account's posts grant today; read once for each request (P5)."""
        if "_grants" not in self.__dict__:
            self._grants = read_grants(self.person_id, clock.today()) if self.is_active else ()
        return self._grants

    def narrow_to(self, permissions: frozenset[str]) -> None:
        """For the rest of this request the posts grant of their permissions only these: a token came in (P5)."""
        self._grants = tuple(
            replace(grant, permissions=grant.permissions & permissions) for grant in self.grants
        )

    def may(self, permission: str, *, at: Place | None = None) -> bool:
        """Does a post grant `permission` over the place `at` (anywhere at all when no place is named)?"""
        if permission not in self.permissions:
            return False
        return at is None or any(
            permission in grant.permissions and grant.place.contains(at) for grant in self.grants
        )

    @property
    def permissions(self) -> frozenset[str]:
        """What is granted somewhere at all."""
        grants = self.grants
        if len(grants) == 1:
            return grants[0].permissions
        known = self.__dict__.get("_permissions")
        if known is None or known[0] is not grants:
            every: frozenset[str] = frozenset().union(*(grant.permissions for grant in grants))
            known = self._permissions = (grants, every)
        return known[1]

    def scope(self, permission: str, field: str = "") -> Q:
        """A condition that the place behind `field` lies where a post grants `permission`; else nothing.

        Of places within one another only the outermost is asked for, and nothing else: what PostgreSQL is told more
        than it needs (a grid within the community, "or none") costs it the index and reads the whole city.
        """
        places = {grant.place.pk: grant.place for grant in self.grants if permission in grant.permissions}
        outermost = [
            one
            for one in places.values()
            if not any(other.pk != one.pk and other.contains(one) for other in places.values())
        ]
        return reduce(or_, (inside(place, field) for place in outermost)) if outermost else Q(pk__in=[])

    @cached_property
    def acts_for(self) -> frozenset[uuid.UUID]:
        """`principals`, read once for each request."""
        return frozenset(self.principals().values_list("principal", flat=True))

    def principals(self):
        """Keys of the persons this account's person acts for today (guardian, proxy)."""
        return Proxy.objects.filter(proxy_id=self.person_id, during__contains=clock.today()).values(
            "principal"
        )
