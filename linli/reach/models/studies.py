"""Studies of the life circle: streets, frozen runs with their results, scenarios."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.personal import Personal
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place
from linli_compute.hours import Moment, clock_words

WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
WORK_RECORD = Personal(1, "履职记录", "履行职责", "while the account lives", mask="name")


def author():
    """Whoever did it; the record outlives the account."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )


class StreetMap(models.Model):
    """The streets of an area as they were taken in; a run names the one it stood on.

    They stand in the database, compressed, because a run must be repeatable from a backup alone: rows that
    name a file are worth nothing once the file is gone. A city of a million street points is about 20 MB.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="street_maps", verbose_name=_("所在区划"))
    source = models.CharField(_("来源"), max_length=200, validators=[refuse_hidden_characters])
    as_of = models.DateField(_("截至"))
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    segments = models.PositiveIntegerField(_("路段数"))
    length_km = models.FloatField(_("总长"))
    taken_in_at = models.DateTimeField(default=clock.now)
    taken_in_by = author()

    about = ("taken_in_by__person",)
    personal = {"taken_in_by": WORK_RECORD}

    class Meta:
        verbose_name = _("街道网络")
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["place", "digest"], name="street_map_is_taken_in_once"),
            models.CheckConstraint(condition=Q(segments__gt=0), name="street_map_has_streets"),
        ]

    def __str__(self) -> str:
        return self.source


class CircleRule(models.Model):
    """The circle of one community where the plan's 1.2 km around its middle does not fit, and why."""

    place = models.OneToOneField(Place, models.CASCADE, primary_key=True, related_name="circle_rule")
    radius_m = models.PositiveIntegerField(_("半径"))
    lon = models.FloatField(_("中心经度"), null=True, blank=True)
    lat = models.FloatField(_("中心纬度"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=200, validators=[refuse_hidden_characters])
    decided_at = models.DateTimeField(default=clock.now)
    decided_by = author()

    about = ("decided_by__person",)
    personal = {"decided_by": WORK_RECORD}

    class Meta:
        verbose_name = _("服务圈半径")
        constraints = [
            models.CheckConstraint(
                condition=Q(radius_m__range=(300, 5000)), name="circle_radius_is_believable"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="circle_rule_says_why"),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__range=(73, 136), lat__range=(3, 54)),
                name="circle_centre_lies_in_china",
            ),
        ]


class RunQuerySet(models.QuerySet):
    def done(self):
        return self.filter(state=Run.State.DONE)

    def around(self, place):
        """Runs whose area holds the place or lies in it."""
        return self.filter(Q(place__code__in=place.ancestor_codes) | Q(place__path__startswith=place.path))

    def visible_to(self, user):
        if not user.is_authenticated:
            return self.none()
        return self if user.may("reach.view") else self.none()


class Run(models.Model):
    """One study of an area: frozen inputs, parameters and results; the same inputs give the same results."""

    class State(models.TextChoices):
        WAITING = "waiting", _("计算中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有算成")

    place = models.ForeignKey(Place, models.PROTECT, related_name="reach_runs", verbose_name=_("研究范围"))
    street_map = models.ForeignKey(StreetMap, models.PROTECT, related_name="runs")
    on = models.DateField(_("网点截至"))
    profile = models.SlugField(_("步行人群"), max_length=40)
    counts = models.BooleanField(_("计入规划指标"))  # of the walker the plans count, with the day's outlets
    parameters = models.JSONField()  # the packs as they were: profile, circle, sets
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    trouble = models.CharField(max_length=300, blank=True)
    inputs = models.BinaryField(null=True)  # homes (counts by age group) and outlets, compressed
    digest = models.CharField(_("数据摘要"), max_length=64, blank=True)
    result_digest = models.CharField(_("结果摘要"), max_length=64, blank=True)
    summary = models.JSONField(default=dict)
    withheld = models.JSONField(default=dict)  # see `actions.withholding`: counts that no page shows
    started_at = models.DateTimeField(default=clock.now)
    started_by = author()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()
    about = ("started_by__person",)
    personal = {"started_by": WORK_RECORD}

    class Meta:
        verbose_name = _("生活圈研究")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["place", "-on"], name="run_of_a_place")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done")
                | (~Q(digest="") & ~Q(result_digest="") & Q(inputs__isnull=False, ended_at__isnull=False)),
                name="run_done_has_digests_and_inputs",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | (~Q(trouble="") & Q(ended_at__isnull=False)),
                name="run_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.on}"

    def hides(self, path: str, group: str, function: str = "people") -> bool:
        """Whether this row's counts stay out; a run from before the pattern was kept shows none at all."""
        known = self.withheld.get("hidden", {}).get(function)
        return known is None or group not in known or path in known[group]

    def is_whole(self, path: str, communities: int) -> bool:
        """Whether so many communities are all that the run has beneath this path."""
        return self.withheld.get("communities", {}).get(path) == communities

    @property
    def moment(self) -> Moment | None:
        """The hour of the week whose open outlets alone were counted; None where all were."""
        kept = self.parameters.get("moment")
        return None if kept is None else Moment(kept["weekday"], kept["minute"])

    @property
    def moment_words(self) -> str:
        """That hour for the page; nothing where all outlets were counted."""
        moment = self.moment
        return "" if moment is None else f"{WEEKDAYS[moment.weekday - 1]} {clock_words(moment.minute)}"

    @property
    def functions(self) -> list[dict]:
        """The functions of the circle in the pack's order, as the run knew them."""
        return self.parameters["circle"]["functions"]


class CommunityReach(models.Model):
    """A community in a run: its people and its circle. The functions stand in `FunctionReach`."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="communities")
    place = models.ForeignKey(Place, models.CASCADE, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    radius_m = models.PositiveIntegerField()
    middle = models.CharField(max_length=10)  # shape, rule, building or none: where the walk begins
    people = models.JSONField()  # group → [known to the streets, all]

    personal: dict = {}

    class Meta:
        verbose_name = _("社区生活圈")
        ordering = ["place__path"]
        constraints = [
            models.UniqueConstraint(fields=["run", "place"], name="community_once_in_a_run"),
        ]


class FunctionReach(models.Model):
    """One community and one function in a run. Everything is null where the run has no data on the function."""

    community = models.ForeignKey(CommunityReach, models.CASCADE, related_name="functions")
    function = models.SlugField(max_length=40)
    band_min = models.PositiveSmallIntegerField()
    minutes = models.FloatField(null=True)  # walk from the middle, at most 999.9
    in_circle = models.PositiveIntegerField(null=True)  # outlets within the straight circle
    choices = models.JSONField(null=True)  # outlets within each band from the middle
    within = models.JSONField(null=True)  # group → people within each band
    per_thousand = models.FloatField(
        null=True
    )  # places for 1,000 of the function's group, by floating catchment

    personal: dict = {}

    class Meta:
        verbose_name = _("功能可达")
        constraints = [
            models.UniqueConstraint(fields=["community", "function"], name="function_once_in_a_community"),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__gte=0, minutes__lte=999.9),
                name="function_minutes_are_a_walk",
            ),
            models.CheckConstraint(
                condition=Q(per_thousand=None) | Q(per_thousand__gte=0), name="function_supply_is_no_debt"
            ),
        ]

    @property
    def has_data(self) -> bool:
        return self.in_circle is not None

    @property
    def by_circle(self) -> bool | None:
        """The rule on paper; None without data."""
        return None if self.in_circle is None else self.in_circle > 0

    @property
    def by_walking(self) -> bool | None:
        """The walk in fact; None without data or where the middle lies off every street."""
        return None if self.minutes is None else self.minutes <= self.band_min

    @property
    def on_paper_only(self) -> bool:
        return self.by_circle is True and self.by_walking is False


class Scenario(models.Model):
    """Outlets that do not stand yet, and what they would change; drawn by hand or found by a siting run."""

    class Method(models.TextChoices):
        BY_HAND = "by-hand", _("手工布点")
        MOST = "most", _("覆盖最多的人")
        CHEAPEST = "cheapest", _("费用最少")
        BUDGET = "budget", _("预算内覆盖最多的人")
        FEWEST = "fewest", _("处数最少")
        WALK = "walk", _("总步行时间最短")

    run = models.ForeignKey(Run, models.CASCADE, related_name="scenarios")
    title = models.CharField(_("方案名称"), max_length=80, validators=[refuse_hidden_characters])
    function = models.SlugField(_("功能"), max_length=40)
    functions = models.JSONField(default=list)  # of a house of several: all its keys, the first is `function`
    group = models.SlugField(_("人群"), max_length=20)
    method = models.CharField(_("方法"), max_length=10, choices=Method.choices)
    asked = models.JSONField(default=dict)  # what the siting run was asked for
    sites = models.JSONField(default=list)  # [[lon, lat]]
    cases = models.ManyToManyField(Case, related_name="+", blank=True)  # the tasks it was turned into
    outcome = models.JSONField(null=True)  # see `linli.reach.effects.Effect`; None while it is computed
    progress = models.JSONField(null=True, blank=True)  # while it is computed: value, bound, seconds
    enough = models.BooleanField(default=False)  # whoever waits says: the best found so far will do
    trouble = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = author()

    about = ("made_by__person",)
    personal = {"made_by": WORK_RECORD}

    class Meta:
        verbose_name = _("布点方案")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="scenario_has_a_title"),
            models.CheckConstraint(
                condition=Q(outcome=None) | Q(trouble=""), name="scenario_has_an_outcome_or_a_trouble"
            ),
        ]

    @property
    def state(self) -> str:
        """waiting, failed or done."""
        return "failed" if self.trouble else ("waiting" if self.outcome is None else "done")

    @property
    def keys(self) -> list[str]:
        """Every function the sites serve."""
        return self.functions or [self.function]

    def __str__(self) -> str:
        return self.title
