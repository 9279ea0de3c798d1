"""A community that visits: its rules, who works there, people on the care list, visits brought to a state."""

from datetime import date
from pathlib import Path

from linli.care.actions.installing import install
from linli.care.actions.listing import add_contact, enrol, give_visitor
from linli.care.actions.planning import open_due, start_plan
from linli.cases.actions import take_step
from linli.cases.actors import TIMER
from linli.kernel import clock
from linli.packs.reading import read_pack

from .people import make_person, make_post, make_unit, make_user
from .places import make_community

PACK = Path(__file__).parents[2] / "packs" / "care" / "99.yaml"
SEEN = {"living": "ok", "health": "ok", "safety": "ok", "mood": "ok", "support": "ok"}


class Village:
    """A community with a committee, a visitor, his mate, a head, and officers of street and county."""

    def __init__(self):
        pack, problems = read_pack(PACK)
        assert problems == []
        install(pack)
        self.place = make_community(1)
        self.street, self.county = self.place.parent, self.place.parent.parent
        self.committee = make_unit(self.place, "第1社区居委会", kind="committee")
        self.office = make_unit(self.street, "桥头街道办事处", kind="street_office")
        self.civil = make_unit(self.county, "东岸区民政局")
        worker = (
            "people.view",
            "care.view",
            "care.enrol",
            "care.visit",
            "care.report_harm",
            "visit.view",
            "visit.hear",
        )
        self.visitor = self._staff("王社工", self.place, self.committee, *worker)
        self.mate = self._staff("李社工", self.place, self.committee, *worker)
        self.head = self._staff(
            "赵主任",
            self.place,
            self.committee,
            *(
                "care.view",
                "care.enrol",
                "care.plan",
                "care.approve",
                "care.duty",
                "visit.view",
                "visit.hear",
            ),
        )
        self.street_officer = self._staff(
            "钱街道", self.street, self.office, "care.view", "care.duty", "visit.view"
        )
        self.county_officer = self._staff(
            "孙区县",
            self.county,
            self.civil,
            "care.duty",
            "care.view",
            "harm.view",
            "harm.hear",
            "care.file_harm",
        )
        self.stranger = make_user("周路人")

    def _staff(self, name, place, unit, *granted):
        user = make_user(name)
        make_post(user, place, *granted, role=f"care-{user.username}", unit=unit)
        return user

    def elder(
        self,
        name="郑桂英",
        *,
        category="lives-alone",
        risk="key",
        born=date(1940, 5, 1),
        since=None,
        **fields,
    ):
        """Somebody on the care list, visited by the visitor."""
        person = make_person(name, home=self.place, birth_on=born, **fields)
        cared = enrol(
            person,
            by=self.visitor,
            category=category,
            basis="走访发现",
            source="民政局",
            risk=risk,
            reason="一个人住",
            since=since,
        )
        if not cared.is_child():
            give_visitor(cared, by=self.head, visitor=self.visitor)
        return cared

    def visit(self, at="due", *, cared=None, **fields):
        """An open or finished visit, walked to `at` by the real steps."""
        cared = cared or self.elder(**fields)
        if not cared.dues.exists():
            start_plan(self.place, by=self.head)
        open_due(clock.today())
        case = cared.visits.get(case__closed_at=None).case
        for name in WALKS[at]:
            case = self.step(case, name)
        return case

    def step(self, case, name, *, by=None, **fields):
        """Take a step with what it usually needs."""
        usual = {
            "record": (
                self.visitor,
                {"way": "door", "checks": SEEN, "words": "挺好的", "promised": "带老花镜"},
            ),
            "record_otherwise": (self.visitor, {"way": "phone", "checks": SEEN}),
            "approve": (self.head, {}),
            "rate": (self.head, {"stars": 5}),
            "ask_exclusion": (self.visitor, {"reason": "封路三天"}),
            "approve_exclusion": (self.head, {}),
            "refuse_exclusion": (self.head, {}),
            "send_back": (self.head, {"note": "请上门"}),
            "assign": (self.head, {"assignee": self.mate}),
            "take_over": (self.head, {}),
            "try_next": (self.visitor, {"note": "电话没人接"}),
            "confirm_safe": (self.visitor, {"note": "女儿说在她家"}),
            "climb": (TIMER, {}),
            "escalate_higher": (TIMER, {}),
            "lapse": (TIMER, {}),
            "cancel": (TIMER, {}),
        }.get(name, (self.visitor, {}))
        return take_step(case, name, by=by or usual[0], **{**usual[1], **fields})

    def contact(self, cared, kind="family", name="郑小妹"):
        return add_contact(cared, by=self.visitor, kind=kind, relation="女儿", name=name, phone="13800000001")


WALKS = {
    "due": (),
    "unanswered": ("no_answer",),
    "escalated": ("no_answer", "escalate"),
    "review": ("record_otherwise",),
    "done": ("record",),
    "safe": ("no_answer", "confirm_safe"),
    "declined": ("decline",),
    "missed": ("lapse",),
    "cancelled": ("cancel",),
}
