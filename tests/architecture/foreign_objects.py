"""For each route that names an object: an object of another community, street and county."""

import pytest

from linli.kernel import clock
from linli.people.models import Consent
from linli.people.privacy.models import Correction
from tests.factories.people import make_person, make_user
from tests.factories.places import make_community

FOREIGN_STREET = "990102001000"


def community():
    return make_community(9, street=FOREIGN_STREET)


def code(**more):
    return lambda: {"code": community().code, **more}


def person():
    return {"pk": make_person("外地居民", home=community()).pk}


def post():
    from tests.factories.people import make_post

    return {"pk": make_post(make_user(), community(), role="foreign").pk}


def member():
    from linli.people.models import Household, HouseholdMember

    home = Household.objects.get_or_create(number="外-1", defaults={"place": community()})[0]
    return {"pk": HouseholdMember.objects.create(household=home, person=make_person(), relation="本人").pk}


def proxy():
    from psycopg.types.range import DateRange

    from linli.kernel import clock
    from linli.people.models import Proxy

    made = Proxy.objects.create(
        principal=make_person(home=community()), proxy=make_person(), kind="family", basis="试验",
        during=DateRange(clock.today(), None),
    )  # fmt: skip
    return {"pk": made.pk}


def claim():
    from linli.people.actions import claim_residence

    return {"pk": claim_residence(make_person(), community=community()).pk}


def case():
    from linli.cases.models import Case
    from linli.kernel import clock
    from tests.factories.people import make_unit

    where = community()
    made = Case.objects.filter(number="RQ-2026-999999").first() or Case.objects.create(
        kind="request",
        number="RQ-2026-999999",
        title="外区的事",
        state="submitted",
        place=where,
        reporter=make_person(),
        unit=make_unit(where),
        opened_at=clock.now(),
    )
    return {"number": made.number}


def bulk_run():
    """One that somebody else ran: it belongs to who ran it, not to a place."""
    from linli.requests.models import BulkRun

    run = BulkRun.objects.create(by=make_user(), step="dispatch", note="", at=clock.now())
    return {"pk": run.pk}


def reach_run():
    from linli.reach.models import Scenario

    return {"pk": Scenario.objects.get(**scenario()).run_id}


def scenario():
    from linli.kernel import clock
    from linli.reach.models import Run, Scenario, StreetMap

    where = community()
    streets = StreetMap.objects.filter(place=where).first() or StreetMap.objects.create(
        place=where, source="试验", as_of=clock.today(), digest="0", content=b"", segments=1, length_km=1
    )
    run = Run.objects.create(place=where, street_map=streets, on=clock.today(), counts=False, parameters={})
    return {"pk": Scenario.objects.create(run=run, title="外区", function="x", group="all", outcome={}).pk}


def offer():
    from linli.commerce.models import Offer

    made = Offer.objects.create(
        place=community(), kind="repair", title="外区的修理", agreed_code="x", provider=make_user()
    )
    return {"pk": made.pk}


def order():
    from uuid import uuid4

    from linli.commerce.models import Order

    made = Order.objects.create(offer_id=offer()["pk"], customer=make_user(), key=uuid4())
    return {"pk": made.pk, "step": "cancel"}


def candidate():
    from linli.reach.models import Candidate

    made = Candidate.objects.create(
        place=community(), name="外区空房", kind="idle", lon=113, lat=30, area_m2=600
    )
    return {"pk": made.pk}


def step():
    return case() | {"step": "assign"}


def stored_file():
    from tests.factories.files import make_file

    return {"pk": make_file().pk}


def reported():
    """A report about a fact whose owner works in another county."""
    from linli.exchange.actions import report_error
    from linli.exchange.models import Entry
    from tests.factories.exchange import make_entry

    entry = Entry.objects.filter(code="foreign").first() or make_entry(
        code="foreign", owner_path=community().path
    )
    return report_error(entry, by=make_user(), subject="甲", field="电话", stated="1", proposed="2")


def waiting_list():
    one = reported()
    one.outcome, one.answered_at = "passed_on", clock.now()
    one.save()
    return {"code": one.entry.code}


# Public addresses with something in them that is nobody's.
OPEN = {
    "open311-discovery": {"form": "xml"},
    "open311-services": {"form": "json"},
    "open311-service": {"form": "json", "code": "street-lights"},
    "open311-requests": {"form": "json"},
    "open311-request": {"form": "json", "number": "RQ-2026-999999"},
    "open311-token": {"form": "xml", "number": "RQ-2026-999999"},
    "request-new": {"screen": "what"},
    "door": {"name": "services"},
    "gallery-page": {"page": "home"},
    "gallery-map": {"kind": "areas"},
    "api:show_tree_of_a_day": {"on": "2026-01-15"},
    "exchange-entry": {"code": "import-units"},
    "exchange-report": {"code": "import-units"},
    "activity-detail": {"number": "HD-2026-999999"},
    "team-detail": {"number": "ZD-2026-999999"},
    "volunteering-calendar": {"token": "nobody"},
    "reach-export": {"kind": "xlsx"},
}
# Doors whose object decides who enters; to strangers and foreign roles it does not exist.
GUARDED = {
    "commerce-offer-end",
    "commerce-order-step",
    "reach-rate",
    "care-person",
    "care-act",
    "import-new",
    "import-run",
    "import-apply",
    "case-detail",
    "case-step",
    "case-follow",
    "proxy-end",
    "file-content",
    "form-fill",
    "form-table",
    "register-list",
    "register-nothing",
    "register-export",
    "record-new",
    "record-detail",
    "record-edit",
    "record-confirm",
    "record-archive",
    "record-merge",
    "record-reveal",
    "record-wrong",
    "change-answer",
    "record-file",
    "record-letter",
    "row-file-remove",
    "ask-open",
    "ask-new",
    "ask-answer",
    "ask-refuse",
    "ask-withdraw",
    "consent-withdraw",
    "long-job",
    "notice-read",
    "award-round",
    "award-certificate",
    "metrics",
}
KEYED = {"open311-requests"}  # asks for an api_key of its own and answers 403, as Open311 says
# Guarded doors that one permission opens for everything behind them, each with the reason.
WIDE = {
    "long-job": "jobs.operate",
    "metrics": "jobs.operate",
}  # operators see how far all work of the machine is; titles name nobody


def correction():
    asked = Correction.objects.create(
        person=make_person(home=community()), field="name", proposed="甲", due_on=clock.today()
    )
    return {"pk": asked.pk}


def consent():
    somebody = make_person(home=community())
    given = Consent.objects.create(
        person=somebody, purpose="sms", text_version="1", given_at=clock.now(), given_by=somebody
    )
    return {"pk": given.pk}


def notice():
    from linli.notices.models import Notice

    to = make_person("外地居民", home=community())
    return {
        "pk": Notice.objects.create(to=to, kind="test", channel="sms", failed_at=clock.now(), trouble="-").pk
    }


def notice_read():
    from linli.notices.models import Notice

    to = make_person("外地居民", home=community())
    return {"pk": Notice.objects.create(to=to, kind="test", channel="inbox", sent_at=clock.now()).pk}


def long_job():
    from linli.jobs.models import LongJob

    return {"pk": LongJob.objects.create(kind="test", title="别人的任务", started_by=make_user()).pk}


def plan(**more):
    """A plan is public; what is foreign is the place it is looked at for, which the query names."""

    def make():
        from linli.plans.models import Plan
        from tests.factories.exchange import make_entry
        from tests.plans.shelves import install_small

        if not Plan.objects.exists():
            make_entry(code="feed-open-data", kind="feed")
            with pytest.MonkeyPatch.context() as patch:
                install_small(patch)
        return {"code": Plan.objects.get().code, "?": {"place": community().code}, **more}

    return make


def measure():
    return {**plan()(), "code": "t.households"}


def livelihood_project():
    from datetime import date

    from linli.plans.models import LivelihoodProject

    made = LivelihoodProject.objects.first() or LivelihoodProject.objects.create(
        place=community().parent.parent, year=2026, number=1, title="外区的实事", promise="新建", goal=1, unit="个",
        due_on=date(2026, 12, 31), entered_by=make_user(),
    )  # fmt: skip
    return {"pk": made.pk}


def pilot():
    from datetime import date

    from linli.plans.models import Pilot

    made = Pilot.objects.first() or Pilot.objects.create(
        place=community(), title="外区的试点", hypothesis="会更好", measures="试一试", begins_on=date(2026, 1, 1),
        ends_on=date(2026, 6, 30), entered_by=make_user(),
    )  # fmt: skip
    return {"pk": made.pk}


def plan_draft(**more):
    """The draft of another county's next plan."""

    def make():
        from linli.plans.models import PlanDraft

        where = community().parent.parent
        document = {"title": "外区的规划", "indicators": [{"code": "one"}], "tasks": []}
        made, _new = PlanDraft.objects.get_or_create(
            place=where, code="foreign-2030", defaults={"document": document, "changed_by": make_user()}
        )
        return {"pk": made.pk, **more}

    return make


def supervision():
    from linli.plans.models import Plan, SupervisionRound

    made = plan()()
    where = community().parent.parent
    held = SupervisionRound.objects.create(
        plan=Plan.objects.get(code=made["code"]), place=where, title="外区的督导", opened_by=make_user()
    )
    return {"pk": held.pk}


def evaluation_round():
    """A round in another county."""
    from linli.plans.models import EvaluationIndex, EvaluationRound

    index = EvaluationIndex.objects.first() or EvaluationIndex.objects.create(
        code="small", version=1, title="测试指标体系", source="测试", area="990100000000", scope="communities",
        self_check_days=1, comment_days=1, improve_days=1, rules={"gates": [], "items": [], "bands": []}, digest="0",
    )  # fmt: skip
    where = community().parent.parent
    held = EvaluationRound.objects.create(
        index=index, place=where, period="2025", title="外区的评价", opened_by=make_user()
    )
    return {"pk": held.pk}


def edition(**more):
    def make():
        from linli.plans.models import Edition, Plan

        made = plan()()
        frozen = Edition.objects.create(
            plan=Plan.objects.get(code=made["code"]), place=community().parent.parent, period="2025",
            number=Edition.objects.count() + 1, tables={}, digests={},
        )  # fmt: skip
        return {"pk": frozen.pk, **more}

    return make


def evaluator_report():
    """What an outside evaluator handed in about another county's edition, not published yet."""
    from linli.plans.models import EvaluatorReport
    from tests.factories.files import make_file

    made = EvaluatorReport.objects.create(
        edition_id=edition()()["pk"], title="外区的评估", evaluator="某评估中心", conclusion="达标", file=make_file(),
        handed_in_by=make_user(),
    )  # fmt: skip
    return {"pk": made.pk}


def data_request():
    """A request for another county's edition, by somebody else."""
    from linli.plans.models import DataRequest

    made = DataRequest.objects.create(
        edition_id=edition()()["pk"],
        institution="外区大学",
        purpose="研究",
        outcome="论文",
        asked_by=make_user(),
    )
    return {"pk": made.pk}


def survey():
    """A survey of another county."""
    from datetime import date

    from linli.services.models import Survey

    made = Survey.objects.first() or Survey.objects.create(
        place=community().parent.parent, title="外区的调查", way="sample", questions=["满意吗？"], least_valid=10,
        opens_on=date(2026, 1, 1), closes_on=date(2026, 1, 31), opened_by=make_user(),
    )  # fmt: skip
    return {"pk": made.pk}


def drawing():
    from linli.services.models import Drawing

    made, _new = Drawing.objects.get_or_create(
        survey_id=survey()["pk"],
        place=community(),
        defaults={"frame": 1, "drawn": 1, "drawn_by": make_user()},
    )
    return {"pk": made.pk}


def token():
    from tests.factories.api import make_token

    made, _key = make_token(make_user(), "people:me")
    return {"id": made.pk}


def unit():
    from tests.factories.people import make_unit

    return {"code": make_unit(community()).code}


def organisation(**more):
    """A row of a register that belongs to another community."""

    def make():
        from linli.organisations.models import Organisation
        from tests.factories.registers import make_organisation

        made = Organisation.objects.first() or make_organisation(community())
        return {"name": "organisations", "pk": made.pk, **more}

    return make


def import_run():
    """Somebody else's table; found again, for the walk asks twice."""
    from linli.exchange.models import ImportRun
    from tests.factories.files import make_file

    run = ImportRun.objects.filter(kind="units").first() or ImportRun.objects.create(
        kind="units", file=make_file(), row_count=1, problem_count=0, by=make_user()
    )
    return {"pk": run.pk}


def facility(**more):
    def make():
        from linli.facilities.models import Facility
        from tests.factories.facilities import make_facility

        found = Facility.objects.first() or make_facility(community(), kind="integrated")
        return {"code": found.code, **more}

    return make


def upgrade(**more):
    def make():
        from linli.facilities.models import UpgradeProject

        made, _new = UpgradeProject.objects.get_or_create(
            code="foreign",
            defaults={
                "place": community(), "state": "found", "standard": "urban-600", "standard_name": "600 ㎡",
                "clause": "-", "gap_m2": 1, "found_on": clock.today(),
            },
        )  # fmt: skip
        return {"code": made.code, **more}

    return make


def housing(**more):
    def make():
        from linli.facilities.models import HousingProject

        made, _new = HousingProject.objects.get_or_create(
            code="foreign",
            defaults={
                "place": community(), "name": "外区新居", "kind": "new", "households": 1, "floor_area_m2": 1,
                "required_m2": 1, "required_by": "-",
            },
        )  # fmt: skip
        return {"code": made.code, **more}

    return make


def change_request():
    from linli.facilities.actions.correcting import FACILITY
    from linli.facilities.models import Facility
    from linli.registers.correcting import ask_change

    found = Facility.objects.get(code=facility()()["code"])
    asked = ask_change(FACILITY, found, by=make_user(), column="phone", proposed="0960-8000000")
    return {"pk": asked.pk}


def proposal():
    from linli.registers.asking import ask_row, asked_of
    from linli.registers.declaring import registers
    from tests.factories.registers import enter

    place = community()
    known = registers["investment-wishes"].model.objects.filter(place=place, title="外地").first()
    wish = known or enter(
        "investment-wishes", place=place, field="elder", title="外地", published_on="2026-01-01"
    )
    said = {"investor": "外地单位", "price_promise": "", "remark": ""}
    return {"pk": ask_row(asked_of["investment-interests"], by=make_user(), wish=wish, **said).pk}


def row_file():
    from linli.registers.models import RowFile
    from tests.factories.files import make_file

    held = organisation()()
    made = RowFile.objects.create(
        register=held["name"],
        row=held["pk"],
        place=community(),
        file=make_file(make_user()),
        title="外地附件",
    )
    return {"pk": made.pk}


def shift():
    from tests.volunteering.village import Village

    return {"pk": Village.in_passing(community()).pk}


def volunteer():
    """Somebody who serves in another community."""
    from linli.volunteering.models import Volunteer

    where = community()
    person, number = make_person("外区志愿者", home=where), f"ZY-2026-{900_000 + Volunteer.objects.count()}"
    made = Volunteer.objects.create(person=person, number=number, place=where, state="active")
    return {"number": made.number}


def award_round():
    """Nominations of another county, which only those who serve there see."""
    from linli.volunteering.actions.installing import install
    from linli.volunteering.charters import charter_at
    from linli.volunteering.models import AwardRound
    from tests.volunteering.village import read

    install(read())
    where = community().parent.parent
    known = {"place": where, "year": 2025}
    held = AwardRound.objects.filter(**known).first() or AwardRound.objects.create(
        title="外区的评选", charter=charter_at(where), by=make_user(), **known
    )
    return {"pk": held.pk}


def award_nomination():
    """An award of another county, whose paper only the awarded and their officer get."""
    from linli.volunteering.models import AwardRound, Nomination, Team

    held = AwardRound.objects.get(**award_round())
    row = Nomination.objects.filter(round=held).first()
    if row is None:
        where = community()
        told = {"name": "外区的队伍", "place": where, "founded_on": clock.today()}
        team = Team.objects.create(number="ZD-2026-900001", **told)
        told = {"category": "team", "team": team, "reason": "打扫楼道", "at": clock.now(), "by": make_user()}
        row = Nomination.objects.create(round=held, **told)
    return {"pk": row.pk}


def elder():
    """Somebody of another community who may be put on the care list."""
    return {"pk": make_person("外地老人", home=community()).pk}


def cared(**more):
    """Somebody on the care list of another community."""

    def make():
        from linli.care.models import CarePerson

        listed = {"risk": "key", "rhythm": "monthly", "since": clock.today()}
        person = make_person("外地老人", home=community())
        return {"pk": CarePerson.objects.create(person=person, **listed).pk, **more}

    return make


def building():
    """A building of another community, with a household in it."""
    from linli.people.models import Household
    from tests.factories.places import make_place

    place = make_place(f"{community().code}B0009", "building")
    Household.objects.get_or_create(number="外-B9", defaults={"place": place})
    return {"code": place.code}


def form_definition():
    """A form that another county asks of its own communities."""
    from linli.oneform.models import FormDefinition

    made, _new = FormDefinition.objects.get_or_create(
        code="foreign",
        defaults={
            "title": "外区的表",
            "issuer": "西岸区",
            "basis": "测试",
            "frequency": "year",
            "area": "990102000000",
            "valid_from": clock.today(),
            "term_workdays": 5,
            "minutes": 5,
            "columns": [],
        },
    )
    return {"code": made.code}


def form_filling():
    return {"number": case()["number"]}


def no_register(**more):
    """Registers belong to no place, their rows do: foreign is a register that is not there."""
    return lambda: {"name": "no-such-register", **more}


FOREIGN = {
    "request-photos": case,
    "request-bulk-run": bulk_run,
    "api:coverage": code(),
    "form-open": form_definition,
    "form-fill": form_filling,
    "form-table": form_filling,
    "register-list": no_register(),
    "register-export": no_register(),
    "register-nothing": no_register(),
    "record-new": no_register(),
    "record-detail": organisation(),
    "record-edit": organisation(),
    "record-confirm": organisation(),
    "record-archive": organisation(),
    "record-merge": organisation(),
    "record-reveal": organisation(),
    "record-wrong": organisation(),
    "api:show_organisation": lambda: {"pk": organisation()()["pk"]},
    "care-enrol": elder,
    "care-person": cared(),
    "care-act": cared(name="assess"),
    "household-building": building,
    "household-plan": building,
    "import-run": import_run,
    "import-apply": import_run,
    "import-new": lambda: {"kind": "nothing-of-the-kind"},
    "facility-detail": facility(),
    "facility-hub": facility(),
    "facility-edit": facility(),
    "facility-confirm": facility(),
    "facility-rooms": facility(),
    "facility-step": facility(step="suspend"),
    "facility-act": facility(act="hours"),
    "facility-wrong": facility(),
    "change-answer": change_request,
    "record-file": organisation(),
    "record-letter": organisation(),
    "row-file-remove": row_file,
    "ask-open": no_register(),
    "ask-new": lambda: {
        "name": "incentive-grants",
        "pk": 987_654_321,
    },  # open to all; foreign is what is not open
    "ask-answer": proposal,
    "ask-refuse": proposal,
    "ask-withdraw": proposal,
    "upgrade-detail": upgrade(),
    "upgrade-step": upgrade(step="choose"),
    "housing-detail": housing(),
    "housing-act": housing(act="plan"),
    "form-wide": form_definition,
    "facility-community": code(),
    "community-complete": code(),
    "api:show_facility": facility(),
    "shift-list": shift,
    "roster-person": volunteer,
    "roster-certificate": volunteer,
    "award-round": award_round,
    "award-certificate": award_nomination,
    "bank-person": person,
    "pair-propose": cared(),
    "undelivered-try-again": notice,
    "notice-read": notice_read,
    "long-job": long_job,
    # the queue belongs to the machine, not to a place: foreign is what is not in it
    "job-try-again": lambda: {"job": 987_654_321},
    "exchange-answer": lambda: {"pk": reported().pk},
    "exchange-hand-over": waiting_list,
    "plan-public": plan(),
    "plan-tasks": plan(),
    "figure-sheet": code(period="2026-02"),
    "figure-lock": code(),
    "measure-records": measure,
    "plan-ledger": plan(),
    "plan-data": plan(shape="csv"),
    "plan-reply": plan(),
    "api:list_values": plan(),
    "api:list_analytics": plan(),
    "metrics": dict,  # the figures of the machine; nothing in the address
    "plan-editions": plan(),
    "edition-detail": edition(),
    "edition-paper": edition(kind="pdf"),
    "round-open": plan(),
    "task-share": plan(task="none"),  # plans are public: foreign is a task that is not there
    "supervision-round": supervision,
    "evaluation-round": evaluation_round,
    "evaluation-public": lambda: {"pk": 987_654_321},  # open to all once published; foreign is what is not
    "livelihood-tell": livelihood_project,
    "livelihood-photo": livelihood_project,
    "livelihood-photo-down": livelihood_project,
    "report-hand-in": edition(),
    "report-publish": evaluator_report,
    "round-report-hand-in": evaluation_round,
    "provider-file": lambda: {"pk": 987_654_321},  # files are public; foreign is what is not there
    "data-request": data_request,
    "data-request-take": data_request,
    "data-request-new": plan(),
    "plan-departments": plan(),
    "plan-matrix": plan(),
    "plan-tree": plan(),
    "survey": survey,
    "survey-enter": survey,
    "survey-sample": survey,
    "survey-publish": survey,
    "survey-draw": survey,
    "survey-drawn": drawing,
    "pilot-detail": pilot,
    "method-detail": lambda: {"pk": 987_654_321},  # methods are written for all; foreign is what is not there
    "draft-detail": plan_draft(),
    "draft-head": plan_draft(),
    "draft-names": plan_draft(),
    "draft-pack": plan_draft(),
    "draft-end": plan_draft(),
    "draft-indicator-new": plan_draft(),
    "draft-indicator": plan_draft(line="one"),
    "draft-task-new": plan_draft(),
    "draft-task": plan_draft(line="one"),
    "draft-drop": plan_draft(part="indicators", line="one"),
    "plan-scorecard": plan(),
    "indicator-detail": plan(indicator="facility-30"),
    "indicator-short": plan(indicator="facility-30"),
    "indicator-trend": plan(indicator="facility-30"),
    "indicator-map": plan(indicator="facility-30"),
    "indicator-what-if": plan(indicator="facility-30"),
    "api:withdraw_token": token,
    "api:show_unit": unit,
    "api:show_place": code(),
    "api:list_children": code(),
    "api:show_boundary": code(),
    "case-detail": case,
    "case-step": step,
    "case-follow": case,
    "file-content": stored_file,
    "scenario-task": scenario,
    "api:show_reach_run": reach_run,
    "api:show_reach_scenario": scenario,
    "reach-scenario-row": scenario,
    "reach-scenario-enough": scenario,
    "reach-candidate-withdraw": candidate,
    "commerce-offer": offer,
    "commerce-offer-end": offer,
    "commerce-order-step": order,
    "reach-circle": code(),
    "reach-rate": code(),
    "reach-circle-map": code(),
    "reach-handbook": code(),
    "reach-radius": code(),
    "place-detail": code(),
    "place-map": code(),
    "place-history": code(),
    "place-edit": code(),
    "place-confirm": code(),
    "calendar-edit": lambda: {"year": 1990},  # no place's: foreign is a year the calendar does not reach
    "place-add": code(),
    "place-boundary": code(),
    "place-figures": code(),
    "place-figure-tell": code(),
    "place-services": code(),
    "api:check_place_code": code(),
    "api:list_figures": code(),
    "place-act": code(act="rename"),
    "person-detail": person,
    "person-edit": person,
    "person-settle": person,
    "person-entrust": person,
    "member-leave": member,
    "proxy-end": proxy,
    "post-new": person,
    "post-end": post,
    "claim-answer": claim,
    "person-reveal": person,
    "correction-answer": correction,
    "correction-beside": correction,
    "consent-withdraw": consent,
}
