"""Who: persons with or without an account, households, the units they work for, the posts they hold."""

import uuid
from dataclasses import replace

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock, names
from linli.kernel.fields import BlindIndexField, SealedField
from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place, inside

from .scope import Grant, read_grants

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
        return self.filter(inside(place, "home"))

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
        return any(
            permission in grant.permissions and (at is None or grant.place.contains(at))
            for grant in self.grants
        )

    def scope(self, permission: str, field: str = "") -> Q:
        """A condition that the place behind `field` lies where a post grants `permission`; else nothing."""
        condition = Q(pk__in=[])
        for grant in self.grants:
            if permission in grant.permissions:
                condition |= inside(grant.place, field)
        return condition

    @cached_property
    def acts_for(self) -> frozenset[uuid.UUID]:
        """`principals`, read once for each request."""
        return frozenset(self.principals().values_list("principal", flat=True))

    def principals(self):
        """Keys of the persons this account's person acts for today (guardian, proxy)."""
        return Proxy.objects.filter(proxy_id=self.person_id, during__contains=clock.today()).values(
            "principal"
        )


@tracked()
class Unit(models.Model):
    """Whoever can be given work as a body: an office, a department, a committee, an organisation."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("部门")
        STREET_OFFICE = "street_office", _("街道办事处（乡镇政府）")
        COMMITTEE = "committee", _("居（村）委会")
        ORGANISATION = "organisation", _("社会组织")
        ENTERPRISE = "enterprise", _("企业")
        INSTITUTION = "institution", _("事业单位")
        TEAM = "team", _("队伍")

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=14, choices=Kind.choices)
    place = models.ForeignKey(Place, models.PROTECT, related_name="units", verbose_name=_("所在区划"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    phone = models.CharField(_("公开电话"), max_length=40, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("单位")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@tracked()
class Role(models.Model):
    """A kind of post and what it grants; installed from packs/roles."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("角色"), max_length=60)
    permissions = models.JSONField(default=list)
    apart_from = models.CharField(max_length=20, blank=True)  # roles of one such group never meet in a person
    retired_on = models.DateField(null=True, blank=True)

    personal: dict = {}

    class Meta:
        verbose_name = _("角色")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@tracked()
class Post(models.Model):
    """A role held by a person at a place for some time; it reaches every place within."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", verbose_name=_("人员"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="posts", verbose_name=_("角色"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="posts", verbose_name=_("区划"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("单位")
    )
    during = DateRangeField(_("任期"))
    apart_from = models.CharField(max_length=20, blank=True, editable=False)  # copied from the role
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("依据"), max_length=200, blank=True)

    personal = {
        "person": Personal(1, "岗位公示与履职", LAW, "3y after end", mask="name"),
        "granted_by": Personal(1, "权限审计", "网络安全法", "3y after end", mask="name"),
        "reason": Personal(1, "权限审计", "网络安全法", "3y after end", mask="none"),
    }

    class Meta:
        verbose_name = _("岗位")
        constraints = [
            ExclusionConstraint(
                name="post_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(  # A7: system, security and audit administrators are three persons
                name="post_administrator_roles_never_meet_in_one_person",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("apart_from", RangeOperators.EQUAL),
                    ("role", RangeOperators.NOT_EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=~Q(apart_from=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} · {self.place}"


@tracked()
class Household(models.Model):
    """People who live together behind one door; owner, resident and registered may be three persons."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("户籍户")
        RESIDENT = "resident", _("常住户")
        FLOATING = "floating", _("流动户")

    number = models.CharField(_("户编号"), max_length=40, unique=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="households", verbose_name=_("住处"))
    room = models.CharField(_("门牌"), max_length=40, blank=True)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices, default=Kind.RESIDENT)

    about = ("members__person",)
    personal = {
        "place": Personal(2, "按户服务", LAW, STAY, mask="address"),
        "room": Personal(2, "上门服务", LAW, STAY),
    }

    class Meta:
        verbose_name = _("家庭户")


@tracked()
class HouseholdMember(models.Model):
    """A person's place in a household."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    relation = models.CharField(_("与户主关系"), max_length=20)
    is_head = models.BooleanField(_("户主"), default=False)

    about = ("person",)
    personal = {
        "person": Personal(2, "按户服务", LAW, STAY),
        "relation": Personal(2, "按户服务", LAW, STAY),
        "is_head": Personal(2, "按户服务", LAW, STAY, mask="none"),
    }

    class Meta:
        verbose_name = _("家庭成员")
        constraints = [
            models.UniqueConstraint(fields=["household", "person"], name="member_once_in_a_household"),
            models.UniqueConstraint(
                fields=["household"], condition=Q(is_head=True), name="household_has_one_head"
            ),
        ]


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


@tracked()
class Residence(models.Model):
    """Somebody belongs to a community: claimed by the person, verified by the community."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("户籍")
        RESIDENT = "resident", _("常住")
        FLOATING = "floating", _("流动")

    person = models.ForeignKey(Person, models.CASCADE, related_name="residences")
    community = models.ForeignKey(Place, models.PROTECT, related_name="+")
    kind = models.CharField(_("居住类型"), max_length=10, choices=Kind.choices)
    claimed_at = models.DateTimeField(default=clock.now)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    refused_reason = models.CharField(max_length=200, blank=True)

    personal = {
        "person": Personal(2, "核实居住", "同意", STAY),
        "community": Personal(2, "核实居住", "同意", STAY, mask="address"),
        "kind": Personal(2, "核实居住", "同意", STAY, mask="none"),
        "refused_reason": Personal(2, "核实居住", "同意", STAY),
    }

    class Meta:
        verbose_name = _("居住核实")
        constraints = [
            models.UniqueConstraint(fields=["person", "community", "kind"], name="residence_once"),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by=None) | Q(verified_at__isnull=False),
                name="residence_verified_by_somebody_at_some_time",
            ),
        ]


@tracked()
class Consent(models.Model):
    """A person agreed to a purpose, by which text and when; withdrawing is as easy as giving (D5)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("用途"), max_length=60)
    text_version = models.CharField(_("告知文本版本"), max_length=20)
    given_at = models.DateTimeField(_("同意时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    given_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("同意人")
    )  # the person, or the guardian of a child
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    about = ("person",)
    personal = {
        "person": Personal(1, "证明同意", "个人信息保护法", "3y after withdrawal"),
        "purpose": Personal(1, "证明同意", "个人信息保护法", "3y after withdrawal", mask="none"),
        "given_by": Personal(1, "证明同意", "个人信息保护法", "3y after withdrawal"),
    }

    class Meta:
        verbose_name = _("同意记录")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="consent_stands_once_for_a_purpose",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_is_withdrawn_after_it_is_given",
            ),
        ]


class Reading(models.Model):
    """Who looked at whose hidden fields, which, when and why; the person concerned can see it (D3)."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="readings")
    person = models.ForeignKey(Person, models.CASCADE, related_name="readings")
    fields = models.JSONField()
    purpose = models.CharField(_("事由"), max_length=200)
    at = models.DateTimeField(default=clock.now)

    personal = {
        "reader": Personal(1, "查阅留痕", "个人信息保护法", "3y", mask="name"),
        "person": Personal(1, "查阅留痕", "个人信息保护法", "3y", mask="name"),
        "purpose": Personal(1, "查阅留痕", "个人信息保护法", "3y", mask="none"),
    }

    class Meta:
        verbose_name = _("查阅记录")
        indexes = [models.Index(fields=["person", "-at"], name="reading_of_a_person")]


from .privacy.models import Correction, Departure  # noqa: E402, F401 — models of this app, kept with their acts
