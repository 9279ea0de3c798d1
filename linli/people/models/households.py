"""Who lives with whom and where."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.history import tracked
from linli.kernel.personal import Personal
from linli.places.models import Place

from .persons import LAW, STAY, Person


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
