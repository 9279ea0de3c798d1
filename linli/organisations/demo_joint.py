"""What the demonstration city's communities and organisations do together: some done, some late, some refused."""

from datetime import timedelta

from linli.kernel.demo import DemoWorld, demo_step
from linli.places.models import Place
from linli.registers.demo import load, speaking

from .demo_asked import make_asked
from .demo_growing import make_growing
from .demo_parts import YEAR, day_before, month_before, own_names
from .demo_property import make_governing
from .demo_together import make_together
from .models import Designation, PropertyFirm
from .models.standing import Programme, points_of


@demo_step("organisations-joint", "小区共治、联动、培育和创建", after=("organisations",))
def make_joint(world: DemoWorld) -> None:
    """The compounds' boards and firms, the boards of partners, incubation, incentives, recognitions."""
    codes = sorted(community.code for community in speaking(world))
    make_governing(world)
    make_growing(world, codes)
    _linking(world, codes)
    _pairing(world, codes)
    _standing(world, codes)
    make_asked(world)
    make_together(world)


def _linking(world: DemoWorld, codes: list[str]) -> None:
    """Needs on the board of the five partners, offers of the mass organisations, one campaign."""
    county, some = f"{codes[0][:6]}000000", codes[::2]
    posted = [
        {
            "place": code,
            "title": f"独居老人换季被褥清洗（{code}）",
            "theme": "elder",
            "people_count": 18 + n,
            "posted_on": day_before(world, 100),
            "due_on": day_before(world, 40),
        }
        for n, code in enumerate(some)
    ]
    load(world, "linkage-needs", posted)
    parts = [
        {
            "need": row["title"],
            "party": party,
            "name": name,
            "offered_on": day_before(world, 95),
            "offers": offers,
            "agreed_on": day_before(world, 90) if n % 3 else None,
            "hours": hours if n % 3 else None,
            "amount_yuan": yuan if n % 3 else None,
            "brought": offers if n % 3 else "",
        }
        for n, row in enumerate(posted)
        for party, name, offers, hours, yuan in (
            ("volunteer", "邻里志愿队", "上门收送 6 人", 24, None),
            ("charity", "社区慈善基金", "洗衣费 2000 元", None, 2000),
        )
    ]
    load(world, "linkage-parts", parts)
    formed = [
        row
        | {
            "formed_on": day_before(world, 88),
            "done_on": day_before(world, 60) if n % 2 else None,
            "outcome": "清洗 20 户" if n % 2 else "",
        }
        for n, row in enumerate(posted)
        if n % 3
    ]
    load(world, "linkage-needs", formed)
    _offers(world, codes, county)


def _offers(world: DemoWorld, codes: list[str], county: str) -> None:
    """What mass organisations offer and delivered; a campaign of many organisations."""
    offers = [
        (body, title)
        for body, title in (("women", "家庭教育讲座"), ("youth", "青年志愿课堂"), ("union", "职工法律咨询"))
    ]
    load(
        world,
        "mass-offers",
        [
            {"place": county, "body": body, "title": title, "capacity": 6, "since": day_before(world, YEAR)}
            for body, title in offers
        ],
    )
    near = [code for code in codes if code.startswith(county[:6])][:4]
    load(
        world,
        "mass-deliveries",
        [
            {
                "offer": "家庭教育讲座",
                "served": code,
                "asked_on": day_before(world, 70),
                "delivered_on": day_before(world, 50) if n else None,
                "people_count": 30 + n if n else None,
                "outcome": "讲座两小时" if n else "",
            }
            for n, code in enumerate(near)
        ],
    )
    _campaign(world, county, near)


def _campaign(world: DemoWorld, county: str, near: list[str]) -> None:
    """Two campaigns; several organisations acted under the first."""
    load(
        world,
        "campaigns",
        [
            {
                "place": county,
                "series": "neighbours",
                "title": "邻里守望暖冬行动",
                "since": day_before(world, 120),
                "until": day_before(world, 30),
                "aim": "走访独居老人",
            },
            {
                "place": county,
                "series": "culture",
                "title": "社区文化节",
                "since": day_before(world, 60),
                "aim": "居民自己的舞台",
            },
        ],
    )
    load(
        world,
        "campaign-activities",
        [
            {
                "campaign": "邻里守望暖冬行动",
                "organisation": name,
                "title": "包饺子送上门",
                "held_on": day_before(world, 80),
                "served": code,
                "people_count": 25 + n,
            }
            for n, (name, code) in enumerate(zip(own_names(), near, strict=False))
        ],
    )


def _pairing(world: DemoWorld, codes: list[str]) -> None:
    """A village that a town hospital stands by; wishes for investors; posts of service."""
    rural = Place.objects.current().communities().filter(code__in=codes, urban_rural__startswith="2")
    weak = [place.code for place in rural.order_by("path")[:2]] or codes[:1]
    load(
        world,
        "pairings",
        [
            {
                "place": code,
                "partner": f"城区养老服务中心（支援{n + 1}）",
                "kind": "support" if n else "trust",
                "theme": "elder",
                "agreement": "每月派人指导，互派人员",
                "since": day_before(world, 400),
                "until": world.last_day + timedelta(days=330),
            }
            for n, code in enumerate(weak)
        ],
    )
    load(
        world,
        "pairing-visits",
        [
            {
                "pairing": f"城区养老服务中心（支援{n + 1}）",
                "kind": kind,
                "began_on": day_before(world, ago),
                "days": 2,
                "people_count": 3,
                "outcome": "教会助浴操作",
            }
            for n in range(len(weak))
            for kind, ago in (("visit", 200), ("staff", 90))
        ],
    )
    _investors(world, codes)


def _investors(world: DemoWorld, codes: list[str]) -> None:
    """Two wishes; one investor agreed to the price, one did not."""
    load(
        world,
        "investment-wishes",
        [
            {
                "place": code,
                "field": field,
                "title": f"{title}（{code}）",
                "scale": scale,
                "offers": "提供社区用房，前三年免租",
                "published_on": day_before(world, 150),
            }
            for code, (field, title, scale) in zip(
                codes,
                (("childcare", "普惠托育点", "托位 30 个"), ("elder", "日间照料中心", "床位 20 张")),
                strict=False,
            )
        ],
    )
    load(
        world,
        "investment-interests",
        [
            {
                "wish": f"普惠托育点（{codes[0]}）",
                "investor": "市国资幼教集团",
                "said_on": day_before(world, 120),
                "state": "agreed",
                "agreed_on": day_before(world, 60),
                "price_promise": "每月不超过 1800 元",
            },
            {
                "wish": f"普惠托育点（{codes[0]}）",
                "investor": "某连锁品牌",
                "said_on": day_before(world, 110),
                "state": "dropped",
                "remark": "不接受普惠价格",
            },
        ],
    )
    _posts(world, codes)


def _posts(world: DemoWorld, codes: list[str]) -> None:
    """Posts of service with two months of service each."""
    posts = [
        {
            "place": code,
            "title": title,
            "duty": duty,
            "wanted": 6,
            "taken": 2 + n % 5,
            "since": day_before(world, YEAR),
        }
        for n, code in enumerate(codes[::3])
        for title, duty in (
            (f"纠纷劝导岗（{code}）", "劝导邻里纠纷"),
            (f"环境清洁岗（{code}）", "每周清扫楼道"),
        )
    ]
    load(world, "service-posts", posts)
    load(
        world,
        "service-post-months",
        [
            {"post": post["title"], "month_on": month_before(world, ago), "times": 3 + ago, "hours": 6 + ago}
            for post in posts
            for ago in (1, 2)
        ],
    )


def _standing(world: DemoWorld, codes: list[str]) -> None:
    """One elder-friendly community awarded, one child-friendly with points to mend, one firm; committees for minors."""
    firm = PropertyFirm.objects.filter(archived_on=None).select_related("place").order_by("pk").first()
    begun = [
        {"place": codes[0], "programme": "elder-friendly"},
        {"place": codes[1 % len(codes)], "programme": "child-friendly"},
        {"place": codes[0], "programme": "childcare-friendly"},
    ]
    if firm is not None:
        begun.append({"place": firm.place.code, "programme": "red-property", "firm": firm.credit_code})
    days = {
        "applied_on": day_before(world, 300),
        "self_assessed_on": day_before(world, 280),
        "assessed_on": day_before(world, 200),
        "assessed_by": "区县民政部门",
    }
    load(world, "designations", [row | days for row in begun], days_ago=290)
    _points(world)
    load(world, "designations", [begun[0] | days | {"awarded_on": day_before(world, 150)}])
    kept = codes[::2]
    names = dict(Place.objects.filter(code__in=kept).values_list("code", "name"))
    load(
        world,
        "sub-committees",
        [
            {
                "place": code,
                "kind": "minor",
                "name": f"{names[code]}未成年人保护委员会（{code}）",
                "member_count": 7,
                "duties": "排查、报告、帮扶",
                "since": day_before(world, 500),
            }
            for code in kept
        ],
    )
    load(
        world,
        "sub-committee-meetings",
        [
            {
                "committee": f"{names[code]}未成年人保护委员会（{code}）",
                "held_on": day_before(world, 45),
                "subject": "暑期安全",
                "attended": 6,
                "outcome": "水域值守排班",
            }
            for code in kept[::2]
        ],
    )


def _points(world: DemoWorld) -> None:

    rows = []
    for one in Designation.objects.select_related("place"):
        wanted = points_of(one.programme, one.place, one.applied_on)
        for n, point in enumerate(wanted):
            met = one.programme == Programme.ELDER or n > 0
            rows.append(
                {
                    "designation": f"#{one.pk}",
                    "point": point,
                    "met": met,
                    "to_mend": "" if met else "补上并公布",
                    "due_on": None if met else world.last_day + timedelta(days=60),
                }
            )
    load(world, "designation-points", rows)
