"""Plans for other systems: which there are, and their published values."""

import json
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from linli.api.doors import JSON, public
from linli.api.problems import Problem
from linli.api.schemas import Given, Shown
from linli.api.scopes import declare_scope
from linli.measures import Period
from linli.ui.costs import LIVE

from .models import Plan
from .nation.asking import Places
from .nation.layout import SnapshotRefused
from .queries.analytics import analytics, newest_snapshot
from .queries.opening import open_rows
from .queries.scorecards import period_for, place_for

router = Router(tags=["规划"])
READ = declare_scope("plans:read", "查询规划和公开的指标值")
ENTRY = "feed-open-data"  # of the register of exchange


class PlanShown(Shown):
    code: str
    title: str
    source: str
    area: str
    level: str
    valid_from: date
    valid_to: date


class ValuesQuery(Given):
    place: str = Field("", pattern=r"^([0-9]{12})?$", description="区划代码；不填为规划的区域")
    period: str = Field("", max_length=10, description="2025、2025H1、2025Q3 或 2025-07；不填为今年")


class ValueShown(Shown):
    area: str
    area_name: str
    indicator: str
    indicator_name: str
    period: str
    value: str | None
    status: str
    preliminary: bool = Field(description="初步数：报送的还不够规划要求的百分比")
    unit: str
    decimals: int
    target: str | None
    target_by: str | None
    met: bool | None
    reported: int | None
    expected: int | None


@router.get("/plans", response=list[PlanShown], auth=public(READ, entry=ENTRY))
def list_plans(request: HttpRequest):
    """Every plan that stands."""
    return Plan.objects.standing()


@router.get("/plans/{code}/values", response=list[ValueShown], auth=public(READ, cost=LIVE, entry=ENTRY))
def list_values(request: HttpRequest, code: str, query: Query[ValuesQuery]):
    """The published values of a plan at a place and right below it; small counts of people are withheld."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    return open_rows(plan, place_for(plan, query.place), period_for(query.period))


AREA = r"[0-9]{12}"


class AnalyticsQuery(Given):
    indicators: str = Field(
        "", max_length=1000, pattern=r"^([a-z0-9-]+(,[a-z0-9-]+)*)?$", description="不填为全部"
    )
    periods: str = Field(max_length=600, description="逗号分隔：2025,2025Q3,2025-07")
    places: str = Field(
        "", pattern=rf"^({AREA}(,{AREA})*)?$", max_length=4000, description="区划代码，逗号分隔"
    )
    within: str = Field("", pattern=rf"^({AREA})?$", description="这个区划里 level 一级的全部")
    level: str = Field("", pattern=r"^(province|city|county|street|community)?$")


class SeriesShown(Shown):
    """一项指标一个时期的数，按 areas 的次序排列；没有数的是 null，原因写在 statuses 里"""

    indicator: str
    period: str
    values: list[float | None]
    statuses: dict[int, str]
    numerators: list[int | None]
    denominators: list[int | None]
    reported: list[int | None]
    expected: list[int | None]


class AnalyticsShown(Shown):
    areas: list[str]
    names: list[str]
    series: list[SeriesShown]


@router.get("/plans/{code}/analytics", response=AnalyticsShown, auth=public(READ, cost=LIVE, entry=ENTRY))
def list_analytics(request: HttpRequest, code: str, query: Query[AnalyticsQuery]):
    """Indicators × periods × places from the newest snapshot; a sentence when it cannot answer."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    if not query.places and not (query.within and query.level):
        raise Problem(422, "请给出 places，或 within 和 level。")
    listed = tuple(query.places.split(",")) if query.places else ()
    try:
        periods = [Period.parse(text) for text in query.periods.split(",")]
        codes = query.indicators.split(",") if query.indicators else []
        told = analytics(plan, codes, periods, Places(listed, query.within, query.level), newest_snapshot())
    except (ValueError, SnapshotRefused) as refused:
        raise Problem(422, str(refused)) from None
    # Written here: to hold a quarter of a million numbers against the shape one by one would take a second.
    return HttpResponse(json.dumps(told, separators=(",", ":")), content_type=JSON)
