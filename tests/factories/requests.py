"""A town that takes requests in, and requests brought to a state by their real steps."""

from pathlib import Path

from linli.cases.actions import take_step
from linli.packs.reading import read_pack
from linli.requests.actions.installing import install
from linli.requests.actions.taking_in import Draft, submit_request
from linli.requests.models import Category, Competence

from .people import make_post, make_unit, make_user
from .places import make_community

PACK = Path(__file__).parents[2] / "packs" / "requests" / "99.yaml"
UNIT_ROLE = (
    "request.view",
    "request.hear",
    "whistle.view",
    "whistle.hear",
    "rectification.view",
    "rectification.hear",
)


class Town:
    """A community below a street office with the rules of requests, its units and those who work there."""

    def __init__(self):
        pack, problems = read_pack(PACK)
        assert problems == []
        install(pack)
        self.place = make_community(1)
        street, county = self.place.parent, self.place.parent.parent
        self.desk = make_unit(street, "桥头街道办事处", kind="street_office")
        self.committee = make_unit(self.place, "第1社区居委会", kind="committee")
        self.city_management, self.housing, self.power = (
            make_unit(county, name) for name in ("城市管理局", "住房和建设局", "供电公司")
        )
        for duty, unit in (
            ("city-management", self.city_management),
            ("housing", self.housing),
            ("power", self.power),
        ):
            Competence.objects.create(duty=duty, unit=unit)
        self.dispatcher = self._staff("冯派单", street, self.desk, "requests.dispatch", "requests.work")
        self.worker = self._staff("陈城管", county, self.city_management, "requests.work")
        self.mate = self._staff("褚城管", county, self.city_management, "requests.work")
        self.helper = self._staff("卫住建", county, self.housing, "requests.work")
        self.power_worker = self._staff("沈供电", county, self.power, "requests.work")
        self.leader = self._leader("蒋领导", street, "requests.approve", "requests.supervise")
        self.county_leader = self._leader("韩区长", county, "requests.supervise")
        self.caller = self._leader(
            "杨回访", street, "requests.call_back", "requests.act_for", "requests.see_reporter"
        )
        self.clerk = self._leader("朱登记", self.place, "requests.enter", "requests.act_for")
        self.resident = make_user("钱居民", username="qian")
        self.stranger = make_user("孙路人")

    def _staff(self, name, place, unit, *granted):
        user = make_user(name)
        make_post(user, place, *UNIT_ROLE, *granted, role=f"staff-{user.username}", unit=unit)
        return user

    def _leader(self, name, place, *granted):
        user = make_user(name)
        make_post(user, place, "request.view", "rectification.view", *granted, role=f"leader-{user.username}")
        return user

    def draft(self, text="幸福路 3 号楼前的路灯不亮，晚上太黑", **fields):
        return Draft(text=text, place=fields.pop("place", self.place), **fields)

    def submit(self, text="幸福路 3 号楼前的路灯不亮，晚上太黑", *, reporter="resident", **fields):
        """A submitted case; `reporter` may be None or a Person."""
        person = self.resident.person if reporter == "resident" else reporter
        sent = {name: fields.pop(name) for name in ("key", "by", "channel") if name in fields}
        sent.setdefault("by", self.resident if reporter == "resident" else None)
        return submit_request(self.draft(text, **fields), reporter=person, **sent)

    def request(self, at="submitted", **fields):
        """A case walked to `at` by the real steps."""
        case = self.submit(**fields).request.case
        walk = {
            "submitted": (),
            "dispatched": ("dispatch",),
            "working": ("dispatch", "sign"),
            "waiting": ("dispatch", "sign", "wait"),
            "resolved": ("dispatch", "sign", "resolve"),
            "closed": ("dispatch", "sign", "resolve", "rate"),
            "rejected": ("reject",),
            "withdrawn": ("withdraw",),
        }[at]
        for name in walk:
            case = self.step(case, name)
        return case

    def step(self, case, name, *, by=None, **fields):
        """Take a step with what it usually needs."""
        usual = {
            "dispatch": (self.dispatcher, {"unit": self.city_management}),
            "sign": (self.worker, {}),
            "wait": (self.worker, {"note": "请补充具体位置"}),
            "resolve": (self.worker, {"outcome": "已更换灯泡。", "result": "solved"}),
            "rate": (self.resident, {"stars": 5}),
            "reject": (self.dispatcher, {"reason": "no-new-facts"}),
            "withdraw": (self.resident, {}),
            "give_back": (self.worker, {"note": "不是本单位职责"}),
        }.get(name, (None, {}))
        return take_step(case, name, by=by or usual[0], **{**usual[1], **fields})


def category(code: str) -> Category:
    return Category.objects.get(code=code)
