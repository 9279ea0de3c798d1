"""The plans in the demonstration city: figures counted and reported, tasks, a round of supervision, an edition."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
from django.conf import settings
from django.core.exceptions import ValidationError
from psycopg.types.range import DateRange

from linli.cases.actions import take_step
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.measures import Period
from linli.packs.reading import read_packs
from linli.people.models import Person, Post, Role, Unit, User
from linli.places.models import Place

from . import actions
from .actions.installing import install_measures, install_plan
from .actions.rolling import counted_measures
from .demo_evaluated import evaluate, hear_of, photograph
from .demo_outside import hand_in_report
from .jobs import periods_around
from .models import CheckTerm, Edition, MeasureTerm, Plan, ScopeTerm
from .queries.drafts import document_of
from .queries.reporting import last_month, reported_measures, scopes_at
from .queries.scorecards import place_for

IN_OFFICE_SINCE = date(2021, 3, 1)
SILENT, RETURNED, WAITING = 9, 7, 5  # every so many-th place has not reported, is sent back, still waits
TASKS, FINDINGS = 6, ("活动室双休日不开放，居民反映去了两次都锁着。", "服务公示栏的内容还是去年的。")
USUAL = {"户": 900, "个": 3, "项": 30, "次": 6, "份": 120, "种": 12, "㎡": 4200, "件": 14, "人": 60}
PART_WITHIN = re.compile(r"sum\((\w+)\) <= sum\((\w+)\)")
REPORTERS = {"community": "street-officer", "street": "street-officer", "county": "department-officer"}


@demo_step("plan-packs", "规划和计数项", after=("people",))
def install_plans(world: DemoWorld) -> None:
    """The packs of plans and measures, when nobody has installed them yet."""
    if Plan.objects.standing().exists():
        return
    for folder, install in (("measures", install_measures), ("plans", install_plan)):
        packs, problems = read_packs(settings.PACKS_DIR / folder)
        if problems:
            raise LookupError("; ".join(map(str, problems)))
        for pack in packs:
            install(pack)


@demo_step(
    "plans-lately", "上个月的规划指标、任务和督导",
    after=(
        "plan-packs", "care-rules", "facilities-inside", "facility-projects", "forms", "grid-rules", "needs",
        "organisations-joint", "pairs-lately", "place-services", "population", "requests-lately",
        "volunteering-lately", "workforce",
    ),
)  # fmt: skip
def make_plans(world: DemoWorld) -> None:
    """What a planner finds on the first day: last month's figures, a task ledger, a round of supervision."""
    Year(world).live()


@demo_step(
    "plans", "规划指标重新计数、定稿",
    after=("plans-lately", "care-history", "grid-events", "providers", "reach", "request-topics", "volunteering"),
    behind=True,
)  # fmt: skip
def count_again(world: DemoWorld) -> None:
    """The same figures once the whole history is there, the edition of each plan, and who is evaluated by them."""
    Year(world).close()


class Year:
    """The acts of the last month, in the order in which an office does them."""

    def __init__(self, world: DemoWorld):
        self.world, self.rng = world, np.random.default_rng([world.city.seed, 6])
        self.end = datetime.combine(world.last_day, time(17, 30), tzinfo=CHINA)
        self.planner = world.users["planner"]
        self.city = Place.objects.get(posts__person=self.planner.person)
        self.staff: dict[tuple[str, int], User] = {}
        with clock.at(self.end - timedelta(days=3)):
            self.period = last_month()

    def live(self) -> None:
        with clock.at(self.end - timedelta(days=3)):
            actions.roll_up(counted_measures(), self.period)
        with clock.at(min(self.end - timedelta(days=3), self._in_time())):
            self.report_all(self.period)
        with clock.at(self.end - timedelta(days=2)):
            plan = self._plan()
            self.give_tasks(plan)
            self.supervise(plan)
        with clock.at(self.end - timedelta(days=1)):
            self._recompute(self.period)
            Beyond(self.planner, self.city).live(plan)

    def _in_time(self) -> datetime:
        """The fourth day after the month: no measure is due earlier."""
        return datetime.combine(self.period.last_day + timedelta(days=4), time(10, 0), tzinfo=CHINA)

    def close(self) -> None:
        with clock.at(self.end):
            for month in (
                self.period,
                periods_around(clock.today())[0],
            ):  # as every night has done until today
                actions.roll_up(counted_measures(), month)
                self._recompute(month)
            for plan in Plan.objects.standing():
                actions.freeze(plan, place_for(plan, self.city.code), self.period, by=self.planner)
            self._freeze_below()
            evaluate(self.city, "provider-credit", by=self.planner, officer=self._who_answers)
            if county := self.world.users.get("county-officer"):
                place = Place.objects.get(posts__person=county.person)
                evaluate(place, "service-quality", by=county, officer=self._who_answers)
            photograph(self.planner)
            hear_of(self._plan(), self.city, by=self.planner)
            Beyond(self.planner, self.city).be_asked()
            hand_in_report(self.planner)

    def _freeze_below(self) -> None:
        """The city's plan as it stands in each county, so that an office finds its own edition."""
        for county in Place.objects.divisions().filter(level="county", path__startswith=self.city.path):
            actions.freeze(self._plan(), place_for(self._plan(), county.code), self.period, by=self.planner)

    def _plan(self) -> Plan:
        """The city's plan: the first of its level."""
        return Plan.objects.standing().filter(level="市").order_by("code").first() or Plan.objects.first()

    def _recompute(self, period: Period) -> None:
        for name in (str(period), str(period.start.year)):
            actions.recompute(Period.parse(name))

    # --- Figures ----------------------------------------------------------------------------------

    def report_all(self, period: Period) -> None:
        """Every place reports what no app counts; some are late, some sent back, some still wait."""
        scopes = list(ScopeTerm.objects.filter(retired_on=None))
        wanted = reported_measures()
        for number, place in enumerate(self._reporters({scope.level for scope in scopes}), 1):
            version = place.versions.filter(during__contains=clock.today()).first()
            mine = scopes_at(version, scopes) if version else set()
            asked = [term for term in wanted if term.scope in mine]
            if asked and number % SILENT:
                self._report(place, period, asked, number)

    def _reporters(self, levels):
        inside = Place.objects.divisions().filter(valid_to=None, path__startswith=self.city.path)
        return inside.filter(level__in=levels).order_by("path")

    def _report(self, place, period, asked, number) -> None:
        by = self.officer(place, REPORTERS.get(place.level, "city-officer"))
        amounts = self._parts_within({term.title: self._amount(term) for term in asked})
        entries = [(term, amounts[term.title], "") for term in asked]
        try:
            made = actions.report_sheet(entries, by=by, place=place, period=period)
        except ValidationError as refused:  # the sheet names what is wrong; the rest goes in
            right = [entry for entry in entries if entry[0].code not in refused.message_dict]
            made = actions.report_sheet(right, by=by, place=place, period=period)
        if made and number % RETURNED == 0:
            actions.return_figure(made.pop(), by=self.planner, reason="与上月相差很大，请核对后重报。")
        for report in made if number % WAITING else made[:-1]:
            actions.approve_figure(report, by=self.planner)

    def _amount(self, term: MeasureTerm):
        """A believable figure, whole in the measure's smallest unit."""
        if term.title.endswith("清单数"):
            return term_value(1, term.decimals)  # a place keeps one list, not a hundred and thirty
        usual = USUAL.get(term.unit, 10)
        return term_value(usual * self.rng.uniform(0.4, 1.2), term.decimals)

    def _parts_within(self, amounts: dict) -> dict:
        """The same with no part above its whole, as the conditions of the packs ask."""
        for check in CheckTerm.objects.filter(retired_on=None):
            found = PART_WITHIN.fullmatch(check.rule)
            if found and {found[1], found[2]} <= amounts.keys():
                amounts[found[1]] = min(amounts[found[1]], amounts[found[2]])
        return amounts

    # --- Tasks and supervision --------------------------------------------------------------------

    def give_tasks(self, plan: Plan) -> None:
        """The first tasks go to two street offices each; how far they are differs."""
        streets = list(Unit.objects.filter(kind="street_office", place__path__startswith=self.city.path)[:2])
        for position, task in enumerate(plan.tasks.filter(retired_on=None, part_of=None)[:TASKS]):
            due = max(task.due_on, clock.today() + timedelta(days=60))
            shares = actions.share_task(task, by=self.planner, units=streets, part=task.quote, due_on=due)
            for share, unit in zip(shares, streets, strict=True):
                self._carry_out(share.case, unit, position)

    def _carry_out(self, case, unit, position: int) -> None:
        by = self.officer(unit.place, "street-officer", unit)
        if position == 0:
            return
        take_step(case, "take_up", by=by)
        percent = min(100, 20 * position)
        take_step(case, "tell", by=by, percent=percent, told="已落实场地和人员，按月推进。")
        if percent == 100:
            take_step(case, "hand_in", by=by)
            take_step(case, "accept", by=self.planner)

    def supervise(self, plan: Plan) -> None:
        """One round: a finding put right and checked, one that is still open."""
        held = actions.open_round(plan, by=self.planner, place=self.city, title="年中规划执行督导")
        unit = Unit.objects.filter(kind="street_office", place__path__startswith=self.city.path).first()
        due = clock.today() + timedelta(days=20)
        first, _second = (
            actions.note_finding(held, by=self.planner, unit=unit, words=words, due_on=due) for words in FINDINGS
        )  # fmt: skip
        by = self.officer(unit.place, "street-officer", unit)
        take_step(first.case, "put_right", by=by, remedy="双休日安排志愿者值班，门口贴了开放时间。")
        take_step(first.case, "confirm", by=self.planner)

    # --- Who --------------------------------------------------------------------------------------

    def officer(self, place, role: str, unit=None) -> User:
        """An account that holds the role over a place: one of the city's own, else one appointed for it."""
        at = _above(place, {"street-officer": "street", "department-officer": "county"}.get(role, "city"))
        if (role, at.pk) not in self.staff:
            unit = unit or Unit.objects.filter(place=at).order_by("pk").first()
            self.staff[role, at.pk] = self._appoint(role, at, unit)
        return self.staff[role, at.pk]

    def _who_answers(self, unit: Unit) -> User:
        """An account that works in the unit: there is one, or one is appointed."""
        role = REPORTERS.get(unit.place.level, "city-officer")
        held = {"person__posts__unit": unit, "person__posts__role__code": role}
        return User.objects.filter(**held).order_by("pk").first() or self._appoint(role, unit.place, unit)

    def _appoint(self, role: str, place, unit) -> User:
        chosen = Role.objects.get(code=role)
        person = Person.objects.create(name=f"{place.name[:2]}统计员")
        user = User(username=f"plan-{role}-{place.code}", email="", person=person)
        user.set_unusable_password()
        user.save()
        Post.objects.create(
            person=person, role=chosen, place=place, unit=unit, during=DateRange(IN_OFFICE_SINCE, None),
            apart_from=chosen.apart_from, reason="示范城市规划填报岗位",
        )  # fmt: skip
        return user


class Beyond:
    """What a planner does beside the plan: the next one as a draft, livelihood projects, a pilot and its method."""

    PROJECTS = (
        (
            "新建老年助餐点",
            "今年新建20个老年助餐点，每个街道至少2个",
            20,
            "个",
            14,
            "已开张14个，其余在装修。",
        ),
        ("改造社区室外健身场地", "改造12处室外健身场地，换掉坏的器材", 12, "处", 12, "全部完工，已经开放。"),
        (
            "为高龄独居老人装紧急呼叫",
            "为1000户高龄独居老人装一键呼叫",
            1000,
            "户",
            430,
            "已装430户，按街道推进。",
        ),
    )

    def __init__(self, planner: User, city: Place):
        self.by, self.city, self.today = planner, city, clock.today()

    def live(self, plan: Plan) -> None:
        self.draft(plan)
        year_end = date(self.today.year, 12, 31)
        for number, (title, promise, goal, unit, done, told) in enumerate(self.PROJECTS, 1):
            made = actions.enter_project(
                by=self.by, place=self.city, year=self.today.year, number=number, title=title, promise=promise,
                goal=goal, unit=unit, due_on=year_end,
            )  # fmt: skip
            actions.tell_project(made, by=self.by, done=done, told=told)
        self.try_out()

    def be_asked(self) -> None:
        """A university asks for the frozen data."""
        scholar = (
            User.objects.filter(person__isnull=False, is_active=True)
            .exclude(pk=self.by.pk)
            .order_by("pk")
            .first()
        )
        edition = Edition.objects.filter(place__path__startswith=self.city.path).defer("tables").first()
        if scholar is not None and edition is not None:
            actions.ask_for_data(
                edition, by=scholar, institution="省社会科学院社会治理研究所",
                purpose="比较各街道社区服务设施和人员配备，研究怎样补短板。",
                outcome="研究报告报送民政部门，论文注明数据来源",
            )  # fmt: skip

    def draft(self, plan: Plan) -> None:
        """The plan of the next five years, begun from the one that stands."""
        first = date(plan.valid_to.year + 1, 1, 1)
        span = {"valid_from": first, "valid_to": date(first.year + 4, 12, 31)}
        document = document_of(plan.code, place=self.city, **span)
        title = f"{self.city.name}城乡社区服务体系建设规划（{first.year}–{first.year + 4}，草稿）"
        code = f"city-{first.year + 4}"
        actions.start_draft(by=self.by, place=self.city, code=code, title=title, document=document, **span)

    def try_out(self) -> None:
        streets = list(
            Place.objects.filter(level="street", path__startswith=self.city.path).order_by("path")[:2]
        )
        pilot = actions.begin_pilot(
            by=self.by, place=streets[0], title="一栋一长微网格", begins_on=self.today - timedelta(days=180),
            hypothesis="每栋楼有一名楼栋长，居民的事会更早知道、更快办。", ends_on=self.today - timedelta(days=1),
            measures="居民推选楼栋长，社区培训，诉求由楼栋长先记一笔。",
        )  # fmt: skip
        actions.assess_pilot(pilot, by=self.by, result="worked", findings="试点楼栋的诉求平均早一天办结。")
        card = actions.publish_method(
            pilot, by=self.by, title="一栋一长", problem="楼里的小事没人先知道，拖成大事。",
            steps="居民推选楼栋长\n社区培训半天\n建群、排班、记一笔",
            needs="每栋一名愿意做事的居民，社区每月开一次会。",
        )  # fmt: skip
        for street in streets[1:]:
            actions.adopt_method(card, by=self.by, place=street, note="在两个老旧小区先做。")


def _above(place: Place, level: str) -> Place:
    """The place itself or the one above it on that level."""
    return Place.objects.get(code__in=[*place.ancestor_codes, place.code], level=level)


def term_value(amount: float, decimals: int):
    """The amount in whole smallest units, as the reporting form gives it."""
    return Decimal(round(amount * 10**decimals)).scaleb(-decimals)
