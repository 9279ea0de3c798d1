"""Hubs, incubation, incentives and yearly reports of the demonstration city."""

from linli.kernel.demo import DemoWorld
from linli.registers.demo import load

from .demo_parts import YEAR, day_before, own_names
from .models import EnterpriseEntry, Incubation


def make_growing(world: DemoWorld, codes: list[str]) -> None:
    """A hub with its seats, three in incubation: one graduated, one under way, one gone; incentives and grants."""
    street, county = f"{codes[0][:9]}000", f"{codes[0][:6]}000000"
    load(
        world,
        "support-hubs",
        [
            {
                "place": county,
                "name": "东岸社会组织孵化基地",
                "kind": "base",
                "seats": 3,
                "templates": "章程、财务制度、项目书",
                "opened_on": day_before(world, 900),
            },
            {
                "place": street,
                "name": "街道社会组织服务中心",
                "kind": "centre",
                "opened_on": day_before(world, 700),
            },
        ],
    )
    names = own_names()[:3]
    hub = "东岸社会组织孵化基地"
    load(
        world,
        "hub-memberships",
        [
            {"hub": hub, "organisation": name, "seated": n < 2, "since": day_before(world, YEAR)}
            for n, name in enumerate(names)
        ],
    )
    load(
        world,
        "coachings",
        [
            {
                "organisation": name,
                "hub": hub,
                "coached_on": day_before(world, 90 + n),
                "subject": "项目申报和财务规范",
                "given_by": hub,
                "hours": 3,
            }
            for n, name in enumerate(names)
        ],
    )
    _incubate(world, names, hub)
    _incentives(world, county)


def _incubate(world: DemoWorld, names: list[str], hub: str) -> None:
    """Three in incubation: one graduated, one under way, one gone."""
    begun = [
        {
            "organisation": name,
            "hub": hub,
            "cohort": f"第{n + 1}期",
            "theme": theme,
            "applied_on": day_before(world, YEAR),
            "diagnosed_on": day_before(world, 340),
            "diagnosis": "缺专职人员和稳定项目",
            "mentor_unit": "市社会组织促进会",
        }
        for n, (name, theme) in enumerate(zip(names, ("minor", "convenience", "elder"), strict=False))
    ]
    load(world, "incubations", begun)
    steps = [
        {
            "incubation": f"#{one.pk}",
            "goal": goal,
            "due_on": day_before(world, 100),
            "reached_on": day_before(world, 110) if n == 0 else None,
            "shown_by": "登记证书、项目合同" if n == 0 else "",
        }
        for n, one in enumerate(Incubation.objects.order_by("pk"))
        for goal in ("完成登记备案", "独立承接一个项目")
    ]
    load(world, "incubation-steps", steps)
    load(
        world,
        "incubations",
        [
            begun[0] | {"graduated_on": day_before(world, 80), "outcome": "已登记，承接未成年人保护项目一个"},
            begun[-1] | {"left_on": day_before(world, 70), "outcome": "负责人离开，停止活动"},
        ][: 1 if len(begun) == 1 else 2],
    )


def _incentives(world: DemoWorld, county: str) -> None:
    """What the library's enterprises reported, and three applications: granted, refused, waiting."""
    _reports(world)
    load(
        world,
        "incentives",
        [
            {
                "place": county,
                "title": title,
                "kind": kind,
                "basis": "区县激励社会力量参与社区服务办法（示范）",
                "standard": standard,
                "since": day_before(world, 500),
            }
            for title, kind, standard in INCENTIVES
        ],
    )
    load(
        world,
        "incentive-grants",
        [
            {
                "incentive": INCENTIVES[0][0],
                "applicant": "邻里托育服务社",
                "applied_on": day_before(world, 200),
                "checked_on": day_before(world, 180),
                "granted": True,
                "amount_yuan": 60_000,
                "granted_on": day_before(world, 150),
                "result": "新增普惠托位 20 个",
            },
            {
                "incentive": INCENTIVES[2][0],
                "applicant": "某餐饮公司",
                "applied_on": day_before(world, 120),
                "checked_on": day_before(world, 100),
                "granted": False,
                "reason": "没有提供社区服务",
            },
            {
                "incentive": INCENTIVES[3][0],
                "applicant": "社区养老服务站",
                "applied_on": day_before(world, 20),
            },
        ],
    )


INCENTIVES = (
    ("普惠服务建设补贴", "building", "每个托位、床位一次性 3000 元"),
    ("社区服务运营补贴", "running", "按服务量每人次 2 元"),
    ("公益用房租金减免", "rent", "前三年免租"),
    ("居民类水电气价格", "utilities", "按居民价格执行"),
)


def _reports(world: DemoWorld) -> None:
    """One enterprise put back what it promised; the other did not, and the check said so."""

    year = world.last_day.year - 1
    rows = [
        {
            "enterprise": f"#{one.pk}",
            "year": year,
            "revenue_yuan": 400_000,
            "surplus_yuan": 50_000,
            "reinvested_yuan": 10_000 if n else 30_000,
            "served_count": 5200,
            "tax_relief_yuan": 3000,
            "performance": "服务无物业小区 3 个",
            "checked_on": day_before(world, 40),
            "passed": not n,
            "remark": "再投入低于承诺" if n else "",
        }
        for n, one in enumerate(EnterpriseEntry.objects.order_by("pk"))
    ]
    load(world, "enterprise-reports", rows)
