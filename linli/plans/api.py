"""Plans for other systems: which there are, and their published values."""

from datetime import date

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from linli.api.doors import public
from linli.api.schemas import Given, Shown
from linli.api.scopes import declare_scope

from .models import Plan
from .queries.opening import open_rows
from .queries.scorecards import period_for, place_for

router = Router(tags=["规划"])
READ = declare_scope("plans:read", "查询规划和公开的指标值")


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
    unit: str
    decimals: int
    target: str | None
    target_by: str | None
    met: bool | None
    reported: int | None
    expected: int | None


@router.get("/plans", response=list[PlanShown], auth=public(READ))
def list_plans(request: HttpRequest):
    """Every plan that stands."""
    return Plan.objects.standing()


@router.get("/plans/{code}/values", response=list[ValueShown], auth=public(READ))
def list_values(request: HttpRequest, code: str, query: Query[ValuesQuery]):
    """The published values of a plan at a place and right below it; small counts of people are withheld."""
    plan = get_object_or_404(Plan.objects.standing(), code=code)
    return open_rows(plan, place_for(plan, query.place), period_for(query.period))
