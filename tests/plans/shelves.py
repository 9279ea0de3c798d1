"""Made-up packs of region 99 for tests: one small measures pack, one small plan."""

from copy import deepcopy
from datetime import date

from linli.plans.actions.installing import install_measures, install_plan
from linli.plans.lint import lint_plan
from linli.plans.lint.checks import Context
from linli.plans.naming import catalogue, constants_of
from linli.plans.schema import MeasuresPack, PlanPack

HEAD = {"source": "测试", "valid_from": date(2021, 1, 1), "valid_to": date(2025, 12, 31)}
MEASURES = {
    "pack": "measures",
    "code": "small",
    "title": "测试计数项",
    "area": "000000000000",
    **HEAD,
    "valid_to": None,
    "small_count": 10,
    "people_units": ("人", "户", "人次"),
    "settle_workdays": 5,
    "scopes": [
        {"code": "communities", "title": "社区", "level": "community"},
        {
            "code": "urban",
            "title": "城市社区",
            "level": "community",
            "within": "communities",
            "urban_rural": "1",
        },
        {
            "code": "rural",
            "title": "农村社区",
            "level": "community",
            "within": "communities",
            "urban_rural": "2",
        },
        {"code": "streets", "title": "街镇", "level": "street"},
    ],
    "measures": [
        {
            "code": "t.area",
            "title": "设施面积",
            "unit": "㎡",
            "kind": "stock",
            "scope": "communities",
            "decimals": 2,
            "good_for_months": 12,
            "counted_by": "facilities",
            "definition": "在用设施的建筑面积",
        },
        {
            "code": "t.households",
            "title": "户数",
            "unit": "户",
            "kind": "stock",
            "scope": "communities",
            "good_for_months": 12,
            "counted_by": "places",
            "definition": "常住的户数之和",
        },
        {
            "code": "t.closed",
            "title": "办结数",
            "unit": "件",
            "kind": "flow",
            "scope": "communities",
            "counted_by": "requests",
            "definition": "当月办结的诉求数量",
        },
    ],
}
INDICATOR = {
    "code": "facility-30",
    "ref": "I-TS-01",
    "number": 1,
    "name": "设施达标率",
    "quote": "设施达标率",
    "section": "二(三)",
    "unit": "%",
    "decimals": 1,
    "direction": "at_least",
    "nature": "binding",
    "level": ("市",),
    "scope": "社区",
    "baseline": {"year": 2020, "section": "一(一)", "quote": "达标率40%", "value": "40"},
    "targets": ({"by": date(2025, 12, 31), "value": "60"},),
    "formula": "share(设施面积 / 户数 * 100 >= 30) * 100",
    "figures": "both",
    "readings": ({"name": "每百户面积", "formula": "sum(设施面积) / sum(户数) * 100"},),
    "lead": ("民政局",),
    "support": ("住建局",),
    "responsible_by": "四(一)",
}
TASK = {
    "code": "t3-1",
    "clause": "三(一)",
    "kind": "task",
    "title": "建设设施",
    "quote": "加快建设社区设施",
    "lead": ("民政局",),
    "support": ("住建局",),
    "responsible_by": "四(一)",
    "due": date(2025, 12, 31),
    "serves": ("facility-30",),
}
PLAN = {
    "pack": "plan",
    "code": "ts-2025",
    "title": "测试规划",
    "area": "990100000000",
    "level": "市",
    **HEAD,
    "responsible": {"lead": ("民政局",), "support": ("住建局",), "section": "四(一)", "quote": "民政局牵头"},
    "indicators": (INDICATOR,),
    "tasks": (TASK,),
}


def measures_pack(**changes) -> MeasuresPack:
    return MeasuresPack.model_validate({**deepcopy(MEASURES), **changes})


def plan_pack(*, indicator=None, task=None, also=(), more_tasks=(), **changes) -> PlanPack:
    """The small plan with changes to itself, to its indicator and to its task, and further ones."""
    return PlanPack.model_validate(
        {
            **deepcopy(PLAN),
            "indicators": ({**INDICATOR, **(indicator or {})}, *({**INDICATOR, **one} for one in also)),
            "tasks": ({**TASK, **(task or {})}, *({**TASK, **one} for one in more_tasks)),
            **changes,
        }
    )


def names_for(pack):
    shelf = measures_pack()
    return catalogue(shelf.scopes, shelf.measures, constants_of(pack))


def findings(pack, *, above=()) -> list[tuple[tuple, str]]:
    """(location, name of the check) of everything the linter finds."""
    found = lint_plan(Context(pack, names_for(pack), above))
    return [(where, message.rpartition("[")[2].rstrip("]")) for where, message in found]


def install_small(monkeypatch, *, plan=None, measures=None):
    """Install the small packs, with the small measures as the names on the shelf."""
    shelf = measures or measures_pack()
    monkeypatch.setattr("linli.plans.naming.measure_packs", lambda root=None: [shelf])
    install_measures(shelf)
    return install_plan(plan or plan_pack())
