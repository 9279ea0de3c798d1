"""Recruitment to the last step, learning, elections and allowances of the demonstration city."""

from datetime import date, timedelta

from linli.kernel.demo import DemoWorld
from linli.registers.demo import load, speaking

from .models import Certificate

CASES = (
    (
        "property",
        "三方联动化解电梯更新分歧",
        "业主对费用分摊意见不一",
        "社区、业委会、物业三方六次协商",
        "先算账、再表决",
    ),
    (
        "consultation",
        "楼道堆物议事清单",
        "堆物反复清理反复出现",
        "楼栋长牵头议定楼道公约",
        "规则由居民自己定",
    ),
    ("emergency", "暴雨夜转移低洼住户", "积水四十厘米", "按名单逐户敲门，两小时转移完毕", "名单平时就要核准"),
)
NAMES = ("周文静", "何志远", "罗小兰", "彭建军", "袁明亮", "邓佳怡")


def make_whole(world: DemoWorld, staff: list) -> None:
    """A round with its candidates, two committee terms of each community, teachers, cases, examinations, allowances."""
    _round(world)
    _terms(world)
    _learning(world)
    _allowances(world)


def _round(world: DemoWorld) -> None:
    """A recruitment of each county that came to its publication; social work majors stand first."""
    counties = [one.code for one in world.city.ground.divisions if one.level == "county"]
    notice = world.last_day - timedelta(days=80)
    rounds = [
        {"place": code, "title": f"{notice.year}年社区工作者公开招聘（{code[:6]}）", "state": "notice",
         "notice_on": notice, "priority": "社会工作专业和持证人员同等条件下优先"} for code in counties
    ]  # fmt: skip
    load(world, "recruitment-rounds", rounds)
    for state in ("examined", "publicised"):
        load(
            world,
            "recruitment-rounds",
            [row | {"state": state, "applicant_count": 6} for row in rounds],
            days_ago=20,
        )
    steps = ("publicised", "publicised", "examined", "examined", "admitted", "declined")
    load(
        world, "candidates",
        [{"round": row["title"], "number": f"{row['place'][:6]}{n:03}", "name": name, "degree": "bachelor",
          "phone": f"1380000{n:04}", "major": "社会工作" if n % 2 else "行政管理", "social_work": bool(n % 2),
          "lives_near": n % 3 == 0, "state": steps[n - 1], "reason": "面试不合格" if steps[n - 1] == "declined" else ""}
         for row in rounds for n, name in enumerate(NAMES, 1)],
        days_ago=15,
    )  # fmt: skip


def _terms(world: DemoWorld) -> None:
    """Elected in 2021, some filed late; a few communities' terms end soon."""
    rows = []
    for turn, community in enumerate(speaking(world)):
        elected = date(2021, 5, 20)
        ends = world.last_day + timedelta(days=60) if turn % 9 == 0 else date(2026, 12, 31)
        for body, number in (("party", 4), ("committee", 11)):
            filed = elected + timedelta(days=10) if turn % 12 else None
            rows.append(
                {"place": community.code, "body": body, "number": number, "elected_on": elected, "member_count": 7,
                 "cross_posts": 4, "reviewed_on": elected - timedelta(days=20) if filed else None,
                 "review_passed": True if filed else None, "filed_on": filed, "ends_on": ends}
            )  # fmt: skip
    load(world, "committee-terms", rows)


def _learning(world: DemoWorld) -> None:
    """The city's pool of teachers, cases to learn from, and this year's examination."""
    city = next(one.code for one in world.city.ground.divisions if one.level == "city")
    teachers = (
        ("刘教授", "清江大学（示范）", "社会工作"),
        ("陈站长", "城东社工站", "社区协商"),
        ("马队长", "消防救援站", "应急管理"),
    )
    load(
        world, "teachers",
        [{"place": city, "name": name, "unit_name": unit, "field": field, "since": date(2024, 3, 1)}
         for name, unit, field in teachers],
    )  # fmt: skip
    load(
        world, "case-studies",
        [{"place": city, "title": title, "theme": theme, "written_by": "市民政局（示范）",
          "written_on": world.last_day - timedelta(days=100 + 30 * n), "situation": situation, "done": done,
          "lesson": lesson}
         for n, (theme, title, situation, done, lesson) in enumerate(CASES)],
    )  # fmt: skip
    opens = world.last_day - timedelta(days=5)
    load(
        world, "examinations",
        [{"place": city, "level": level, "sign_up_from": opens, "sign_up_until": opens + timedelta(days=25),
          "held_on": opens + timedelta(days=90), "source": "示范城市考试通知"}
         for level in ("assistant", "social_worker")],
    )  # fmt: skip


def _allowances(world: DemoWorld) -> None:
    """Who holds a good certificate claims for it; most are approved."""
    good = Certificate.objects.standing().filter(valid_until__gte=world.last_day).order_by("pk")
    since = world.last_day.replace(day=1)
    rows = [
        {"certificate": f"#{one.pk}", "since": max(since, one.issued_on),
         "state": "claimed" if turn % 5 == 0 else "approved", "basis": "证书登记有效"}
        for turn, one in enumerate(good)
        if turn % 3
    ]  # fmt: skip
    load(world, "certificate-allowances", rows)
