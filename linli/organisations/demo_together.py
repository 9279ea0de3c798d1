"""What units, stations and compounds of the demonstration city did together: some done, some open, some late."""

from datetime import timedelta

from linli.kernel.demo import DemoWorld
from linli.registers.demo import load

from .demo_parts import YEAR, day_before
from .models import CompoundProfile, ResidentUnit, SocialWorkStation, Steward


def make_together(world: DemoWorld) -> None:
    """Joint meetings with promises, visits, tasks of units that checked in, yearly words of thanks, cases."""
    units = list(ResidentUnit.objects.standing().select_related("place").order_by("place__path", "pk")[:60])
    _meetings(world, units)
    _visits(world, units)
    _tasks(world)
    _compounds(world)
    _social_work(world)


def _meetings(world: DemoWorld, units: list[ResidentUnit]) -> None:
    """A meeting of each street that has units; what was promised there, kept by every second unit."""
    held = day_before(world, 75)
    streets = sorted({f"{unit.place.code[:9]}000" for unit in units})
    load(
        world, "joint-meetings",
        [{"place": code, "number": f"{held:%Y}-{code[4:9]}-1", "held_on": held, "convener": "街道党工委",
          "agenda": "停车场错时共享；暑期青少年活动场地", "units_called": 8, "units_came": 6,
          "minutes": "议定两家单位开放车位，一所学校开放操场"} for code in streets],
    )  # fmt: skip
    load(
        world, "commitments",
        [{"unit": f"#{unit.pk}", "kind": "project", "title": "夜间开放车位", "promised_on": held,
          "due_on": held + timedelta(days=45), "done_on": held + timedelta(days=30) if turn % 2 else None,
          "outcome": "开放 20 个车位" if turn % 2 else "", "meeting": f"{held:%Y}-{unit.place.code[4:9]}-1"}
         for turn, unit in enumerate(units[::4])],
    )  # fmt: skip


def _visits(world: DemoWorld, units: list[ResidentUnit]) -> None:
    """Firms and shops visited once, some again, some long due."""
    rows = [
        {
            "unit": f"#{unit.pk}", "visited_on": day_before(world, ago), "business": "经营正常",
            "three_members": turn % 3 == 0, "needs": "招工信息" if turn % 2 else "",
            "could_open": "会议室可借用" if turn % 4 == 0 else "", "next_on": day_before(world, ago - 90),
        }
        for turn, unit in enumerate(units[::3])
        for ago in ((200, 100) if turn % 2 else (200,))
    ]  # fmt: skip
    load(world, "unit-visits", rows)


def _tasks(world: DemoWorld) -> None:
    """What units that checked in took on, and the thanks at the end of the year."""
    came = ResidentUnit.objects.standing().filter(
        checked_in_on__isnull=False, checked_in_on__lte=day_before(world, 60)
    )
    took = list(came.order_by("pk")[:20])
    rows = [
        {
            "unit": f"#{unit.pk}", "title": "陪独居老人就医", "taken_on": day_before(world, 50),
            **({"people_count": 3, "hours": 6, "done_on": day_before(world, 40), "outcome": "陪诊 3 次",
                "told_on": day_before(world, 30)} if turn % 3 else {}),
        }
        for turn, unit in enumerate(took)
    ]  # fmt: skip
    load(world, "unit-tasks", rows)
    year = world.last_day.year - 1
    load(
        world, "unit-years",
        [{"unit": f"#{unit.pk}", "year": year, "summary": "共建项目按期完成，居民满意",
          "thanked_on": day_before(world, 20)} for unit in took[::2]],
    )  # fmt: skip


def _compounds(world: DemoWorld) -> None:
    """What Party groups of compounds did for residents, and what stewards were asked and reported."""
    led = (
        CompoundProfile.objects.standing()
        .exclude(party__in=["", "none"])
        .select_related("place")
        .order_by("pk")
    )
    load(
        world, "group-activities",
        [{"place": one.place.code, "held_on": day_before(world, ago), "title": title, "people_count": 12 + turn,
          "served_count": 30, "outcome": "清理楼道杂物"}
         for turn, one in enumerate(led[:30])
         for ago, title in ((25, "楼道清洁日"), (90, "为独居老人检修水电"))],
    )  # fmt: skip
    since = day_before(world, 45)
    stewards = Steward.objects.standing().filter(until=None, since__lte=since).order_by("pk")[:40]
    load(
        world, "steward-tasks",
        [{"steward": f"#{one.pk}", "duty": duty, "subject": subject, "given_on": since,
          "due_on": since + timedelta(days=days), "passed_to": passed,
          "done_on": since + timedelta(days=5) if turn % 3 else None, "outcome": "已完成" if turn % 3 else ""}
         for turn, one in enumerate(stewards)
         for duty, subject, days, passed in (
             ("policy", "医保缴费政策入户宣传", 20, ""), ("report", "三单元路灯不亮", 10, "物业企业"))],
    )  # fmt: skip


def _social_work(world: DemoWorld) -> None:
    """Cases, groups and community work of the stations: closed, running, waiting for supervision."""
    kinds = (
        ("case", "独居老人情绪支持", 1), ("group", "失独家庭互助小组", 9), ("community", "楼道议事能力培养", 30),
    )  # fmt: skip
    stations = SocialWorkStation.objects.standing().filter(closed_on=None).order_by("pk")
    load(
        world, "social-work-services",
        [{"station": f"#{one.pk}", "number": f"SG-{one.pk}-{number}", "kind": kind, "subject": subject,
          "plan": "评估、介入六次、结案回访", "opened_on": day_before(world, YEAR // 2), "sessions": 2 + number,
          "people_count": people,
          "supervision_asked_on": day_before(world, 20) if number == 2 else None,
          "supervision_question": "组员冲突怎么处理" if number == 2 else "",
          "closed_on": day_before(world, 15) if number == 1 else None,
          "outcome": "目标达到，转日常探访" if number == 1 else ""}
         for one in stations for number, (kind, subject, people) in enumerate(kinds, 1)],
    )  # fmt: skip
