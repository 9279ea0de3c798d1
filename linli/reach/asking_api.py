"""Studies and siting for other systems: asked for as jobs (202), looked at until they are done."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field, StringConstraints

from linli.api.doors import needs
from linli.api.idempotency import idempotent
from linli.api.problems import Problem
from linli.api.schemas import Given, Identity, Shown, Text, Whole, choice
from linli.api.scopes import declare_scope
from linli.places.api import PlaceCode
from linli.places.models import Place
from linli.ui.costs import STUDY, WHOLE_CITY

from . import rules
from .actions.planning import ask_siting
from .actions.running import start_run
from .api import ENTRY, Key
from .forms import RunForm
from .models import Run, Scenario
from .queries.circles import profiles_known
from .queries.gaps import GROUP_WORDS
from .queries.scenarios import Compared, compared
from .siting_forms import NUMBER_OF, SitingForm

router = Router(tags=["生活圈"])
RUN = declare_scope("reach:plan", "启动生活圈研究和选址求解，查看结果")
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


class RunGiven(Given):
    """A study of an area; with a weekday and an hour only what is open then counts."""

    place: PlaceCode
    on: date | None = Field(None, description="网点截至哪一天；不填就是今天")
    profile: Slug | None = Field(None, description="谁来走；不填就是规划指标所用的人群")
    weekday: Annotated[Whole, Field(ge=1, le=7)] | None = Field(None, description="1 周一 … 7 周日")
    hour: Annotated[Whole, Field(ge=0, le=23)] | None = None


class FunctionMet(Shown):
    function: str
    title: str
    outlets: int
    judged: int | None = Field(description="能判断的社区；null：无数据")
    walking: int | None = Field(description="步行达标的社区")
    paper_only: int | None = Field(description="圆内有、走不到的社区")


class RunShown(Shown):
    id: int
    place: str
    on: date
    profile: str
    moment: str = Field(description="只算那时开着的网点；空：都算")
    state: str = Field(description="waiting、done、failed")
    trouble: str
    digest: str
    result_digest: str
    functions: list[FunctionMet] = Field(description="算完以后才有")


def _run(run: Run) -> RunShown:
    done = run.state == Run.State.DONE
    functions = [
        FunctionMet(
            function=row["key"], title=row["title"], outlets=told["outlets"], judged=told.get("judged"),
            walking=told.get("walking"), paper_only=told.get("paper_only"),
        )
        for row in (run.functions if done else [])
        for told in [run.summary["functions"][row["key"]]]
    ]  # fmt: skip
    return RunShown(
        id=run.pk, place=run.place.code, on=run.on, profile=run.profile,
        moment=str(run.moment or ""), state=run.state, trouble=run.trouble, digest=run.digest,
        result_digest=run.result_digest, functions=functions,
    )  # fmt: skip


def _checked(form) -> None:
    """A Problem that names what the form refuses."""
    if not form.is_valid():
        errors = [
            {"where": f"body.{field}", "reason": reason}
            for field, reasons in form.errors.items()
            for reason in reasons
        ]
        raise Problem(422, "内容不符合要求。", errors=errors)


@router.post(
    "/reach/runs", response={202: RunShown}, auth=needs(rules.PLAN, RUN, cost=WHOLE_CITY, entry=ENTRY)
)
@idempotent
def start_reach_run(request: HttpRequest, given: RunGiven):
    """Start a study as a job: ask again by its id until it is done. The same key starts it once."""
    mine = Place.objects.current().divisions().filter(request.user.scope(rules.PLAN))
    place = get_object_or_404(mine, code=given.place)
    form = RunForm(given.model_dump(exclude_none=True), places=mine, profiles=profiles_known(place))
    _checked(form)
    return Status(202, _run(start_run(by=request.user, **form.asked())))


@router.get("/reach/runs/{pk}", response=RunShown, auth=needs(rules.PLAN, RUN, entry=ENTRY))
def show_reach_run(request: HttpRequest, pk: Identity):
    """How far a study is, and of each function how many communities have it."""
    mine = Run.objects.filter(request.user.scope(rules.PLAN, "place")).select_related("place")
    return _run(get_object_or_404(mine.defer("inputs", "street_map__content"), pk=pk))


class SitingGiven(Given):
    """What is wished of new sites; `number` is sites, 10,000 yuan or per cent, as the method has it."""

    run: Annotated[Whole, Field(ge=1, le=2**63 - 1)]
    title: Annotated[Text, StringConstraints(min_length=1, max_length=80)]
    functions: Annotated[list[Key], Field(min_length=1, max_length=20)]
    group: Annotated[str, Field(json_schema_extra={"enum": list(GROUP_WORDS)}, max_length=20)] = "all"
    method: Annotated[Scenario.Method, choice(Scenario.Method)]
    number: Annotated[float, Field(gt=0, le=10**9)]
    floor: Annotated[Whole, Field(ge=1, le=100)] | None = None
    sources: Annotated[list[Key], Field(min_length=1, max_length=3)]
    house: bool = False
    by_places: bool = False
    seconds: Annotated[Whole, Field(ge=5, le=600)] = 30


class SiteShown(Shown):
    lon: float
    lat: float
    name: str


class ScenarioShown(Shown):
    id: int
    run: int
    title: str
    state: str = Field(description="waiting、done、failed")
    trouble: str
    progress: str
    sites: list[SiteShown]
    before: int | None = Field(description="十人取整；null：还没有算完，或人数太少不公开")
    after: int | None
    gap: float | None = Field(description="任何方案最多还能好的比例；0：已证明最优")


def _scenario(one: Compared) -> ScenarioShown:
    scenario = one.scenario
    outcome = scenario.outcome or {}
    names = [chosen["name"] for chosen in outcome.get("chosen", [])] or [""] * len(scenario.sites)
    sites = [
        SiteShown(lon=lon, lat=lat, name=name) for (lon, lat), name in zip(scenario.sites, names, strict=True)
    ]
    return ScenarioShown(
        id=scenario.pk, run=scenario.run_id, title=scenario.title, state=scenario.state,
        trouble=scenario.trouble, progress=one.progress_words, sites=sites,
        before=one.before if outcome else None, after=one.after if outcome else None,
        gap=outcome.get("gap"),
    )  # fmt: skip


@router.post(
    "/reach/scenarios", response={202: ScenarioShown}, auth=needs(rules.PLAN, RUN, cost=STUDY, entry=ENTRY)
)
@idempotent
def ask_reach_siting(request: HttpRequest, given: SitingGiven):
    """Look for sites in a study that is done, as a job; several functions mean a house of several."""
    mine = Run.objects.done().filter(request.user.scope(rules.PLAN, "place")).select_related("place")
    run = get_object_or_404(mine.defer("inputs", "street_map__content"), pk=given.run)
    told = given.model_dump(exclude={"run", "number"}, exclude_none=True)
    form = SitingForm(told | {NUMBER_OF.get(given.method, "count"): given.number}, run=run)
    _checked(form)
    made = ask_siting(run, by=request.user, title=form.cleaned_data["title"], wish=form.wish())
    return Status(202, _scenario(compared(made)))


@router.get("/reach/scenarios/{pk}", response=ScenarioShown, auth=needs(rules.PLAN, RUN, entry=ENTRY))
def show_reach_scenario(request: HttpRequest, pk: Identity):
    """How far a siting run is; its sites with what nothing can beat once it is done."""
    mine = Scenario.objects.filter(request.user.scope(rules.PLAN, "run__place"))
    row = get_object_or_404(mine.select_related("run__place").defer("run__inputs"), pk=pk)
    return _scenario(compared(row))
