"""Where: divisions, grids, compounds and buildings, with what they were and where they stood before."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.history import tracked
from linli.kernel.text import refuse_hidden_characters
from linli.packs.keeping import KeptPack

from .catalogue import PlacesPack
from .levels import Level


class UrbanRural(models.TextChoices):
    """城乡分类代码 of the statistics bureau; 1xx counts as urban, 2xx as rural."""

    MAIN_URBAN = "111", _("主城区")
    URBAN_FRINGE = "112", _("城乡结合区")
    TOWN_CENTRE = "121", _("镇中心区")
    TOWN_FRINGE = "122", _("镇乡结合区")
    SPECIAL = "123", _("特殊区域")
    TOWNSHIP_CENTRE = "210", _("乡中心区")
    VILLAGE = "220", _("村庄")


class Committee(models.TextChoices):
    RESIDENTS = "residents", _("居民委员会")
    VILLAGERS = "villagers", _("村民委员会")
    NONE = "", _("不适用")


def inside(place, field: str = "") -> Q:
    """A condition that a place (or the place behind the relation `field`) lies within `place`.

    >>> inside(grid, "case__place")          # doctest: +SKIP
    """
    prefix = f"{field}__" if field else ""
    condition = Q(**{f"{prefix}path__startswith": place.path})
    if place.level in (Level.GRID, Level.MICROGRID):
        condition |= Q(**{f"{prefix}grid__path__startswith": place.path})
    return condition


class PlaceQuerySet(models.QuerySet):
    def within(self, place):
        """The place itself and everything in it; a grid holds the buildings assigned to it."""
        return self.filter(inside(place))

    def current(self):
        return self.filter(valid_to=None)

    def divisions(self):
        return self.filter(
            level__in=[Level.PROVINCE, Level.CITY, Level.COUNTY, Level.STREET, Level.COMMUNITY]
        )

    def communities(self):
        return self.filter(level=Level.COMMUNITY)

    def visible_to(self, user):
        """Places are public; the people who live there are not."""
        return self.all()


@tracked()
class Place(models.Model):
    """A division of the country, from province down to grid, compound and building, as it is now."""

    code = models.CharField(_("代码"), max_length=24, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    level = models.CharField(_("级别"), max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    path = models.CharField(max_length=180, unique=True)  # codes from the top, each with a slash behind
    grid = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="buildings", verbose_name=_("所属网格")
    )
    urban_rural = models.CharField(_("城乡分类"), max_length=3, choices=UrbanRural.choices, blank=True)
    committee = models.CharField(_("自治组织"), max_length=10, choices=Committee.choices, blank=True)
    tags = models.JSONField(_("标签"), default=list, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    lon = models.FloatField(_("经度"), null=True, blank=True)  # WGS 84 degrees
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    valid_from = models.DateField(_("启用日期"), default=date(2000, 1, 1))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)  # the first day it is no more
    confirmed_on = models.DateField(_("资料确认日期"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    personal: dict = {}
    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("区划")
        ordering = ["path"]
        indexes = [
            models.Index(fields=["level", "path"], name="place_level_path"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="place_level_is_known"),
            models.CheckConstraint(
                condition=Q(level="province", parent=None) | (~Q(level="province") & Q(parent__isnull=False)),
                name="place_only_a_province_has_no_parent",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__range=(73, 136), lat__range=(3, 54)),
                name="place_centre_lies_in_china",
            ),
            models.CheckConstraint(
                condition=Q(grid=None) | Q(level="building"), name="place_only_a_building_has_a_grid"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="place_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_urban(self) -> bool:
        return self.urban_rural.startswith("1")

    def contains(self, other: "Place") -> bool:
        """Whether `other` is this place or lies within it."""
        if other.path.startswith(self.path):
            return True
        return bool(
            self.level in (Level.GRID, Level.MICROGRID)
            and other.grid_id is not None
            and other.grid.path.startswith(self.path)
        )

    @property
    def ancestor_codes(self) -> list[str]:
        """Codes from the province down to this place itself."""
        return self.path.rstrip("/").split("/")


class Boundary(models.Model):
    """The outline of a place, as a GeoJSON geometry in WGS 84, with its box for quick look-ups."""

    place = models.OneToOneField(Place, models.CASCADE, primary_key=True, related_name="boundary")
    geometry = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    source = models.CharField(_("来源"), max_length=200)
    as_of = models.DateField(_("截至"))

    personal: dict = {}

    class Meta:
        verbose_name = _("边界")
        indexes = [models.Index(fields=["west", "east", "south", "north"], name="boundary_box")]


STANDING, ENDED = Q(during__upper_inf=True), Q(during__upper_inf=False)
# The lock makes those who write versions one after the other: each sees what the one before committed.
NO_TWO_ON_A_DAY = """
    PERFORM pg_advisory_xact_lock(hashtext('places_placeversion'));
    IF EXISTS (
        SELECT FROM written w JOIN places_placeversion v ON v.place_id = w.place_id
        WHERE v.id <> w.id AND upper_inf(w.during) <> upper_inf(v.during) AND v.during && w.during
    ) OR EXISTS (
        SELECT FROM written w JOIN places_placeversion v ON v.code = w.code
        WHERE v.id <> w.id AND upper_inf(w.during) <> upper_inf(v.during) AND v.during && w.during
    ) THEN
        RAISE EXCEPTION 'a place has one version, and a code one place, on a day'
            USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
"""


class PlaceVersion(models.Model):
    """What a place was called and where it stood between two days: the tree as it was (as-was)."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="versions")
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=12, choices=Level.choices)
    path = models.CharField(max_length=180)
    urban_rural = models.CharField(max_length=3, blank=True)
    during = DateRangeField()  # [from, to): the first day it is no more is not in it

    personal: dict = {}

    class Meta:
        verbose_name = _("区划沿革")
        ordering = ["place", "during"]
        indexes = [
            models.Index(fields=["path"], name="version_path_prefix", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["code"], name="version_code"),
        ]
        # An exclusion over every version would cost a national list a minute and a half: so one standing
        # version by a plain unique index, the ended ones among themselves by exclusion, and between the two
        # the trigger.
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=STANDING, name="place_has_one_standing_version"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=STANDING, name="code_names_one_standing_place"
            ),
            ExclusionConstraint(
                name="place_has_one_version_on_a_day",
                expressions=[("place", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=ENDED,
            ),
            ExclusionConstraint(
                name="code_names_one_place_on_a_day",
                expressions=[("code", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=ENDED,
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name=f"no_two_versions_on_a_day_{event}",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=operation,
                referencing=pgtrigger.Referencing(new="written"),
                func=NO_TWO_ON_A_DAY,
            )
            for event, operation in (("insert", pgtrigger.Insert), ("update", pgtrigger.Update))
        ]


class Succession(models.Model):
    """One place became another on a day: merged into it, split from it, or carried on under a new code."""

    class Act(models.TextChoices):
        MERGE = "merge", _("合并")
        SPLIT = "split", _("拆分")
        RECODE = "recode", _("换码")

    predecessor = models.ForeignKey(Place, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Place, models.PROTECT, related_name="precessions")
    act = models.CharField(_("事由"), max_length=8, choices=Act.choices)
    on = models.DateField(_("生效日期"))
    share = models.DecimalField(_("人口占比"), max_digits=6, decimal_places=5, default=1)
    reason = models.CharField(_("依据"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    personal: dict = {}

    class Meta:
        verbose_name = _("沿革关系")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1), name="succession_share_between_0_and_1"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="succession_joins_two_places"
            ),
        ]


class PopulationFigure(models.Model):
    """How many people and households a place had in a year, by which definition and from which source."""

    class Definition(models.TextChoices):
        REGISTERED = "registered", _("户籍")
        RESIDENT = "resident", _("常住")
        URBAN_RESIDENT = "urban_resident", _("城镇常住")

    place = models.ForeignKey(Place, models.CASCADE, related_name="population_figures")
    year = models.PositiveSmallIntegerField(_("年份"))
    definition = models.CharField(_("口径"), max_length=16, choices=Definition.choices)
    people = models.PositiveIntegerField(_("人口"))
    households = models.PositiveIntegerField(_("户数"), null=True, blank=True)
    aged_60 = models.PositiveIntegerField(_("60岁及以上"), null=True, blank=True)
    aged_80 = models.PositiveIntegerField(_("80岁及以上"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=200)

    personal: dict = {}

    class Meta:
        verbose_name = _("人口数据")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "year", "definition"], name="population_figure_once_a_year_and_definition"
            ),
            models.CheckConstraint(
                condition=Q(year__range=(1949, 2100)), name="population_year_is_believable"
            ),
            models.CheckConstraint(
                condition=Q(aged_80=None) | Q(aged_60=None) | Q(aged_80__lte=F("aged_60")),
                name="population_80_within_60",
            ),
        ]


class ProfileRules(KeptPack):
    """How places of an area may be marked, how large they should be, what they must be served with."""

    schema = PlacesPack

    class Meta(KeptPack.Meta):
        verbose_name = _("社区档案规则")


class ServiceState(models.Model):
    """Whether a community that is to be helped first has one of the services it must have."""

    class State(models.TextChoices):
        MET = "met", _("已配置")
        PARTLY = "partly", _("部分配置")
        MISSING = "missing", _("没有")

    place = models.ForeignKey(Place, models.CASCADE, related_name="service_states")
    kind = models.SlugField(max_length=60)  # a code of the pack
    state = models.CharField(_("状态"), max_length=8, choices=State.choices)
    note = models.CharField(_("说明"), max_length=200, blank=True, validators=[refuse_hidden_characters])
    as_of = models.DateField(_("截至"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    personal: dict = {}

    class Meta:
        verbose_name = _("公共服务配置")
        constraints = [
            models.UniqueConstraint(fields=["place", "kind"], name="service_state_once_for_a_place"),
            models.CheckConstraint(
                condition=Q(state__in=["met", "partly", "missing"]), name="service_state_is_known"
            ),
        ]
