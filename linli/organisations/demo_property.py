"""How compounds of the demonstration city are governed, and what becomes of firms that do not mend."""

from datetime import timedelta
from decimal import Decimal

from linli.kernel.demo import DemoWorld
from linli.registers.demo import load

from .demo_parts import HALF, YEAR, day_before
from .models import CompoundProfile, OwnersCommittee


def make_governing(world: DemoWorld) -> None:
    """A meeting in each compound of a firm; one firm in seven is ordered to mend, and leaves when it did not."""
    served = CompoundProfile.objects.filter(mode="market", archived_on=None).select_related("place", "firm")
    rows = [(one.place.code, one.firm.credit_code) for one in served.order_by("place__path")]
    day = day_before(world, 50)
    meetings = [
        {
            "place": place,
            "held_on": day,
            "subject": f"电梯和停车（{place}）",
            "committee_came": True,
            "owners_came": n % 3 > 0,
            "firm_came": True,
            "minutes": "商定维修和停车办法，公示七天。",
        }
        for n, (place, _firm) in enumerate(rows)
    ]
    meetings = list({row["subject"]: row for row in meetings}.values())
    load(world, "tripartite-meetings", meetings)
    actions = [
        {
            "meeting": row["subject"],
            "issue": "三号楼电梯停运",
            "agreed": "更换控制柜",
            "owner": "firm",
            "due_on": day + timedelta(days=20),
            "done_on": day + timedelta(days=15) if n % 3 else None,
            "outcome": "已更换并通过检验" if n % 3 else "",
            "published": bool(n % 4),
        }
        for n, row in enumerate(meetings)
    ]
    load(world, "tripartite-actions", actions)
    firms = sorted({firm for _place, firm in rows})
    services = [
        {
            "firm": firm,
            "name": name,
            "price_yuan": price,
            "unit": "次",
            "hours": "8:00—20:00",
            "since": day_before(world, YEAR),
        }
        for firm in firms
        for name, price in (("上门水电维修", 30), ("代收代送", 5))
    ]
    load(world, "firm-services", services)
    _watch(world, rows)


def _watch(world: DemoWorld, rows: list[tuple[str, str]]) -> None:
    """Scores, prices and talks about prices."""
    day = day_before(world, 50)
    shared = [{"place": place, "firm": firm} for place, firm in rows]
    scores = [
        row
        | {
            "assessed_on": day,
            "assessor": who,
            "score": 62 + (n * 7) % 36,
            "answer_count": 40 + n if who == "residents" else None,
            "remark": "保洁不及时" if n % 5 == 0 else "",
        }
        for n, row in enumerate(shared)
        for who in ("residents", "community")
    ]
    load(world, "firm-assessments", scores)
    prices = [
        row
        | {
            "item": "物业服务费",
            "price_yuan": Decimal("1.8"),
            "unit": "平方米·月",
            "since": day_before(world, YEAR),
            "basis": "物业服务合同",
        }
        for row in shared
    ]
    load(world, "price-lines", prices)
    talks = [
        row
        | {
            "held_on": day,
            "asked_yuan": Decimal("2.2"),
            "agreed_yuan": Decimal("1.9"),
            "owner_count": 300,
            "agreeing_count": 210,
            "outcome": "按 1.9 元执行一年",
        }
        for row in shared[::4]
    ]
    load(world, "price-talks", talks)
    _measures(world, shared)


def _measures(world: DemoWorld, shared: list[dict]) -> None:
    """Orders to mend, one exit, and what committees of owners published."""
    ordered = [
        row
        | {
            "kind": "order",
            "cause": "居民评价连续偏低",
            "issued_on": day_before(world, HALF),
            "due_on": day_before(world, 120),
        }
        for row in shared[::7]
    ]
    load(world, "firm-measures", ordered)
    leaving = [
        row
        | {
            "kind": "exit",
            "cause": "到期没有整改",
            "issued_on": day_before(world, 60),
            "due_on": world.last_day + timedelta(days=30),
        }
        for row in shared[:1]
    ]
    load(world, "firm-measures", leaving)
    owners = _committees()
    papers = [
        {
            "committee": name,
            "kind": kind,
            "title": title,
            "published_on": day_before(world, 40),
            "where_seen": "小区公示栏",
        }
        for name in owners
        for kind, title in (("accounts", "公共收益收支"), ("minutes", "业主大会决定"))
    ]
    load(world, "owners-publications", papers)


def _committees() -> list[str]:
    """Committees whose name no other has, every second of them: the rest have published nothing."""

    names = list(OwnersCommittee.objects.filter(state="filed").values_list("name", flat=True))
    return sorted(name for name in set(names) if names.count(name) == 1)[::2]
