"""Forms of the demonstration city: one approved, one under way, and two that need not be filled."""

from datetime import date, datetime, time, timedelta

from linli.cases.actions import take_step
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.demo import DemoWorld, demo_step
from linli.people.demo import show_community
from linli.places.models import Place
from linli.registers.demo import install_folder, load

from .actions.filling import answer, open_filling
from .models import FormDefinition


@demo_step("forms", "一表通报表", after=("workforce",))
def make_forms(world: DemoWorld) -> None:
    """The shown community filled last year's report and has opened this half-year's form."""
    install_folder("forms")
    place = Place.objects.get(code=show_community(world).code)
    worker = world.users["community-worker"]
    year = world.last_day.year
    with clock.at(_morning(world, 25)):
        yearly = FormDefinition.objects.get(code="workforce-yearly")
        filling = open_filling(yearly, place=place, period=str(year - 1), by=worker)
        gaps = {cell.pk: "6" for cell in filling.cells.filter(asked=True)}
        answer(filling, by=worker, values=gaps)
        case = take_step(filling.case, "submit", by=worker)
    with clock.at(_morning(world, 22)):
        take_step(case, "pass_on", by=world.users["street-officer"])
    with clock.at(_morning(world, 3)):
        half = FormDefinition.objects.get(code="organisations-half-yearly")
        period = f"{world.last_day.year}H{1 if world.last_day.month < 7 else 2}"
        if not half.refused:
            open_filling(half, place=place, period=period, by=worker)


@demo_step("admission", "社区工作事项准入", after=("forms",))
def make_admission(world: DemoWorld) -> None:
    """The city's lists of last year and of this, and four requests: admitted, refused twice, and waiting."""
    city = show_community(world).code[:4] + "00000000"
    for year in (world.last_day.year - 1, world.last_day.year):
        published = min(date(year, 1, 10), world.last_day)
        rows = [
            {
                "place": city, "code": f"{year}-{number:02}", "published_on": published, "list": kind,
                "title": title, "department": department, "basis": basis, "funds": funds,
                "template": TEMPLATES.get(title, ""),
            }
            for number, (kind, title, department, basis, funds) in enumerate(LISTED, 1)
        ]  # fmt: skip
        load(world, "admission-items", rows, days_ago=30)
    talks = {
        "place": show_community(world).code[:6] + "000000", "code": "YS-01", "list": "talks",
        "published_on": world.last_day - timedelta(days=200), "title": "村庄规划、公共设施、环境整治",
        "department": "民政部门", "basis": "村民委员会组织法",
    }  # fmt: skip
    load(world, "admission-items", [talks], days_ago=30)
    asked = world.last_day - timedelta(days=60)
    rows = [
        {
            "place": city, "code": f"SQ-{number}", "asked_on": asked, "basis": "相关法律法规",
            "answered_on": asked + timedelta(days=10) if answer else None, "answer": answer, **told,
        }
        for number, (answer, told) in enumerate(REQUESTED, 1)
    ]  # fmt: skip
    load(world, "admission-requests", rows, days_ago=20)
    load(world, "signs", [{"place": show_community(world).code} | sign for sign in SIGNS], days_ago=20)
    _desk(world, city)


def _desk(world: DemoWorld, city: str) -> None:
    """What the shown community issued and refused, and how it rates what its street owes it."""
    place, ago = show_community(world).code, world.last_day
    proof = f"{ago.year - 1}-06"
    days = (world.last_day - min(date(ago.year - 1, 1, 10), ago)).days
    issued = [
        {
            "place": place, "number": f"证-{number:03}", "item": proof, "holder": holder, "purpose": purpose,
            "handed_to": unit, "issued_on": ago - timedelta(days=min(days, 10 * number)), "signed_by": "王淑英",
        }
        for number, (holder, purpose, unit) in enumerate(
            (("张三", "办理居住证", "派出所"), ("李四", "子女入学", "清江路小学")), 1
        )
    ]  # fmt: skip
    load(world, "proofs-issued", issued, days_ago=2)
    refused = {
        "place": place, "number": "拒-001", "asked_by": "某保险公司", "title": "无犯罪记录证明",
        "asked_on": ago - timedelta(days=12), "refused_on": ago - timedelta(days=11),
        "told_on": ago - timedelta(days=9), "outcome": "区减证办已约谈",
    }  # fmt: skip
    load(world, "proofs-refused", [refused], days_ago=2)
    owed = [
        {
            "place": city, "code": f"JF-{number:02}", "published_on": ago - timedelta(days=300), "list": "street",
            "title": title, "department": "街道办事处", "basis": "街道服务社区事项清单（示范）", "term_workdays": term,
        }
        for number, (title, term) in enumerate((("拨付社区工作经费", 10), ("修缮社区用房", 20)), 1)
    ]  # fmt: skip
    load(world, "admission-items", owed, days_ago=30)
    rated = [
        {
            "place": place, "item": row["code"], "rated_on": ago - timedelta(days=15), "in_time": number == 0,
            "score": 5 - 3 * number, "remark": "修了两个月才好" if number else "",
        }
        for number, row in enumerate(owed)
    ]  # fmt: skip
    load(world, "street-service-ratings", rated, days_ago=10)


LISTED = (
    ("duty", "召集居民会议，办理公共事务", "民政部门", "居民委员会组织法", ""),
    ("duty", "居务公开", "民政部门", "居民委员会组织法", ""),
    ("assist", "困难群众走访和救助申请协助", "民政部门", "社会救助法", "按户补助工作经费，提供核对数据"),
    ("assist", "老年人健康体检组织", "卫生健康部门", "基本医疗卫生与健康促进法", "体检经费由部门承担"),
    ("own", "调解民间纠纷，组织居民自治", "", "村民委员会组织法、居民委员会组织法", ""),
    ("proof", "居住情况说明", "", "居住证暂行条例", ""),  # its words are in TEMPLATES
    ("basic", "社区老年助餐", "民政部门", "社区基本公共服务清单（示范）", ""),
    ("barred", "行政执法、拆迁拆违", "", "居民委员会组织法", ""),
    ("barred", "招商引资、协税护税", "", "居民委员会组织法", ""),
)
TEMPLATES = {"居住情况说明": "兹证明{姓名}现居住在{社区}辖区内，用于{用途}。"}
SIGNS = (
    {"title": "居民委员会", "kind": "sign", "allowed": True, "basis": "居民委员会组织法"},
    {"title": "党群服务中心", "kind": "sign", "allowed": True, "basis": "规范村级组织机制牌子的意见"},
    {"title": "某某工作指导站", "kind": "sign", "asked_by": "某部门", "put_up_on": date(2023, 4, 1)},
    {"title": "某某专项行动领导小组", "kind": "mechanism", "asked_by": "某部门", "put_up_on": date(2023, 4, 1),
     "removed_on": date(2025, 12, 1)},
)  # fmt: skip
REQUESTED = (
    ("accepted", {"department": "卫生健康部门", "task": "秋季流感疫苗宣传", "matter": "other", "role": "assist",
                  "approval": "清减负办〔2026〕2号", "money_yuan": 60000, "expires_on": date(2026, 12, 31)}),
    ("refused", {"department": "市场监管部门", "task": "个体工商户经营数据上报", "matter": "other",
                 "role": "lead", "reason": "部门已有数据，不再由社区重复采集"}),
    ("refused", {"department": "应急管理部门", "task": "辖区企业安全生产检查", "matter": "safety",
                 "role": "lead", "reason": "安全生产检查不得以社区为责任主体"}),
    ("", {"department": "统计部门", "task": "人口变动抽样入户协助", "matter": "other", "role": "assist"}),
)  # fmt: skip


def _morning(world: DemoWorld, days_ago: int) -> datetime:
    return datetime.combine(world.last_day - timedelta(days=days_ago), time(9, 30), tzinfo=CHINA)
