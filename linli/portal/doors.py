"""The four doors of the home page. A door whose app is not installed says honestly what can be done today."""

from dataclasses import dataclass, replace

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Door:
    """One of the four; `routes` are tried in order, `today` is what helps while none of them is there."""

    name: str
    title: str
    text: str
    icon: str
    routes: tuple[str, ...]
    today: tuple[str, ...]
    url: str = ""
    online: tuple[
        tuple[str, str], ...
    ] = ()  # (route, words) that help from here while no app stands behind it

    @property
    def ways(self) -> list[dict]:
        """What of `online` is installed, with its address."""
        found = ((route_or_none(route), words) for route, words in self.online)
        return [{"url": url, "title": words} for url, words in found if url]


DOORS = (
    Door(
        "services",
        _("办事"),
        _("开证明、申请补贴、查进度"),
        icon="file-earmark-text",
        routes=("service-list",),
        today=(
            _("到社区服务站或街道办事大厅的窗口，带身份证就能办。"),
            _("先打电话问清楚要带什么材料，少跑一趟。"),
            _("行动不便的，请社区工作者上门代办。"),
        ),
        online=(
            ("request-start", _("网上问清楚：要带什么材料、怎么办，到期一定有答复")),
            ("facility-nearby", _("找最近的社区服务站和窗口，看几点开门")),
            ("help-ask", _("请邻居和志愿者帮忙跑腿、代办")),
            ("request-look-up", _("凭编号查办到哪一步了")),
        ),
    ),
    Door(
        "requests",
        _("反映问题"),
        _("东西坏了、吵了、脏了，告诉我们"),
        icon="chat-square-text",
        routes=("request-start", "request-list"),
        today=(
            _("打社区电话，说明时间、地点和经过，工作人员会登记并给您编号。"),
            _("到社区服务站当面说，也可以写在意见簿上。"),
            _("有人受伤、着火、燃气泄漏，请先拨打 110、119、120。"),
        ),
    ),
    Door(
        "facilities",
        _("找服务"),
        _("助餐、家政、维修、就近网点"),
        icon="geo-alt",
        routes=("reach-near", "facility-nearby"),
        today=(
            _("打社区电话问最近的助餐点、卫生站、维修点和开放时间。"),
            _("在“社区”里按名称找到您的社区，看单位和电话。"),
        ),
    ),
    Door(
        "participation",
        _("参与"),
        _("活动、志愿服务、邻里议事"),
        icon="people",
        routes=("volunteering-near", "topic-list"),
        today=(
            _("打社区电话报名活动或志愿服务，告诉我们您哪天有空。"),
            _("楼门口和服务站的公告栏贴着本周的活动和议事安排。"),
        ),
    ),
)


def doors() -> list[Door]:
    """The doors with their addresses: the app behind it, else the page that says what can be done today."""
    return [
        replace(door, url=_first_route(door.routes) or reverse("door", args=[door.name])) for door in DOORS
    ]


def door_called(name: str) -> Door | None:
    """The door of that name; None when there is none."""
    return next((door for door in DOORS if door.name == name), None)


def _first_route(names) -> str:
    for name in names:
        if url := route_or_none(name):
            return url
    return ""


def route_or_none(name: str, *args) -> str | None:
    """The address of a route, None while its app is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None
