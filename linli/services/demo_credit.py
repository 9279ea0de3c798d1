"""Providers of the demonstration city with the facts of their files: licences, checks, a complaint, a repair."""

from datetime import date, timedelta

from linli.kernel.demo import DemoWorld, demo_step
from linli.organisations.models import Organisation, PropertyFirm
from linli.registers.actions import change_record, enter_record

from .registers import ENTRIES, PROVIDERS

FIELDS = (("elder", "养老服务中心"), ("childcare", "托育园"), ("domestic", "家政服务部"))
EACH = 2  # of each field
BUREAU = "区民政局"


@demo_step("providers", "服务机构信用档案", after=("people", "organisations"), behind=True)
def open_files(world: DemoWorld) -> None:
    """Some bodies of the city as providers; one of them failed a check and was repaired."""
    bodies = Organisation.objects.filter(archived_on=None, place__level="community").exclude(credit_code="")
    firms = PropertyFirm.objects.filter(archived_on=None, place__level__in=PROVIDERS.levels).order_by("pk")
    named = iter(bodies.order_by("pk")[: EACH * len(FIELDS)])
    rows = [(field, body, f"{body.place.name}{title}") for field, title in FIELDS for body in _some(named)]
    rows += [("property", firm, firm.name) for firm in firms[:EACH]]
    for number, (field, body, name) in enumerate(rows):
        made = enter_record(
            PROVIDERS, by=None, place=body.place, name=name, field=field, credit_code=body.credit_code,
            since=date(2021, 6, 1),
        )  # fmt: skip
        _facts(made, number, last=world.last_day)


def _some(rows) -> list:
    return [row for _n, row in zip(range(EACH), rows, strict=False)]


def _facts(provider, number: int, *, last: date) -> None:
    def fact(kind, days, good, what, **more):
        return enter_record(
            ENTRIES, by=None, provider=provider, kind=kind, on=last - timedelta(days=days), good=good, what=what,
            source=BUREAU, **more,
        )  # fmt: skip

    fact("licence", 700, True, "依法登记并备案", until=last + timedelta(days=400))
    fact("inspection", 160, True, "年度检查合格")
    if number % 3 == 1:
        failed = fact("inspection", 100, False, "消防通道堆放杂物")
        fact("rectification", 80, True, "杂物已清走，张贴了提示")
        change_record(
            ENTRIES, failed, by=None, why="整改完成", repaired_on=last - timedelta(days=60),
            repaired_how="复查合格，准予修复",
        )  # fmt: skip
    if number % 4 == 2:
        fact("complaint", 50, False, "收费没有按公示的标准，已退还")
