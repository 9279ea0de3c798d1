"""The pages of registers, workforce and forms in Chromium at three widths."""

import pytest

from linli.oneform.actions.filling import open_filling
from linli.oneform.models import FormDefinition
from linli.registers.asking import ask_row, asked_of
from linli.registers.attaching import attach
from linli.registers.changing import changeable
from linli.registers.correcting import ask_change
from linli.registers.declaring import registers
from tests.browser import WIDTHS
from tests.factories.files import make_file
from tests.factories.people import make_worker
from tests.factories.places import make_community, make_place
from tests.factories.registers import enter, install_pack, make_course, make_organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RIGHTS = (
    "registers.keep", "registers.reveal", "organisations.view", "organisations.edit", "workforce.gaps",
    "form.view", "forms.fill", "forms.burden", "workforce.view", "workforce.edit",
)  # fmt: skip


@pytest.fixture
def pages(site):
    """(name, address) of the pages, for a worker who keeps a small community's registers."""
    for pack in ("registers/standard.yaml", "workforce/standard.yaml", "forms/99-2026.yaml"):
        install_pack(pack)
    place = make_community(1)
    user = make_worker(place, *RIGHTS)
    code = {"kind": "service", "standing": "registered", "credit_code": "529901015000000153"}
    team = make_organisation(
        place, name="邻里社会工作服务中心", contact_name="钱进", contact_phone="13800000001", **code
    )
    make_organisation(place, name="邻里社工站", **code)
    make_organisation(place)
    enter(
        "supports", organisation=team, kind="money", title="公益创投资助", given_on="2026-01-05", amount=2000
    )
    worker = enter(
        "workers",
        place=place,
        number="W1",
        name="王社工",
        person=user.person,
        kind="full_time",
        track="other",
        started_on="2020-01-01",
    )
    enter("grades", worker=worker, track="other", grade=2, since="2025-01-01", state="approved")
    enter("certificates", worker=worker, level="assistant", issued_on="2020-01-01", valid_until="2026-03-30")
    enter("enrolments", course=make_course(place.parent), worker=worker, state="passed", hours=8)
    form = FormDefinition.objects.get(code="organisations-half-yearly")
    filling = open_filling(form, place=place, period="2026H1", by=user)
    listed = {"published_on": "2026-01-10", "list": "assist", "department": "民政部门", "funds": "按户补助"}
    enter(
        "admission-items", place=place.parent.parent, code="2026-01", title="困难群众走访", basis="社会救助法",
        **listed,
    )  # fmt: skip
    reader = make_worker(place, "registers.keep", "organisations.view", name="何旁人")
    asked = [
        ask_change(changeable("organisations"), team, by=reader, column=column, proposed=said)
        for column, said in (("name", "邻里社会工作发展中心"), ("gone", "已经与邻里社工站合并"))
    ]
    compound = _compound(place)
    incentive, waiting, year = _asked(place, reader)
    attach(registers["organisations"], team, by=user, file=make_file(user), title="章程扫描件")
    site.sign_in(user)
    return [
        ("registers", "/registers/"),
        ("register-list", "/registers/organisations/"),
        ("record", f"/registers/organisations/{team.pk}/"),
        ("record-wrong", f"/registers/organisations/{team.pk}/wrong/"),
        ("changes", "/registers/changes/"),
        ("change-answer", f"/registers/changes/{asked[0].pk}/"),
        ("record-edit", f"/registers/organisations/{team.pk}/edit/"),
        ("import", "/exchange/imports/new/organisations/"),
        ("my-work", "/workforce/me/"),
        ("gaps", "/workforce/gaps/"),
        ("forms", "/forms/"),
        ("form-fill", f"/forms/{filling.case.number}/fill/"),
        ("form-case", f"/cases/{filling.case.number}/"),
        ("burden", "/forms/burden/"),
        ("form-wide", "/forms/definitions/organisations-half-yearly/wide/"),
        ("admission", "/forms/admission/"),
        ("register-due", "/registers/tripartite-actions/?due=past"),
        ("compound", f"/places/{compound.code}/"),
        ("register-words", "/registers/?q=物业"),
        ("asks", "/registers/asks/"),
        ("ask-open", "/registers/asks/of/incentive-grants/"),
        ("ask-new", f"/registers/asks/of/incentive-grants/{incentive.pk}/"),
        ("asks-mine", "/registers/asks/mine/"),
        ("asks-waiting", "/registers/asks/waiting/"),
        ("ask-answer", f"/registers/asks/waiting/{waiting.pk}/"),
        ("record-file", f"/registers/organisations/{team.pk}/files/"),
        ("letter", f"/registers/unit-years/{year.pk}/letter/"),
        ("yearly", "/workforce/yearly/"),
        ("hiring", "/workforce/hiring/"),
        ("learning", "/workforce/learning/"),
    ]


def _asked(place, by):
    """An incentive that is open, an application that waits, and a year of a unit to be thanked for."""
    said = {"place": place, "since": "2026-01-01"}
    incentive = enter(
        "incentives", title="运营补贴", kind="running", basis="办法", standard="每年三万元", **said
    )
    asked = ask_row(
        asked_of["incentive-grants"], by=by, incentive=incentive, applicant="东岸物业", note="送餐三年"
    )
    unit = enter("resident-units", place=place, name="机床厂", kind="firm")
    enter(
        "case-studies", place=place, title="电梯更新", theme="property", written_by="民政局", written_on="2026-01-01",
        situation="意见不一", done="六次协商", lesson="先算账",
    )  # fmt: skip
    return incentive, asked, enter("unit-years", unit=unit, year=2025, summary="居民满意")


def _compound(place):
    """A compound with a firm, its services and prices, and what the three parties agreed."""
    compound = make_place(f"{place.code}C01", "compound")
    firm = enter("property-firms", place=place, name="东岸物业", credit_code="54990101500000015W")
    enter("compounds", place=compound, mode="market", firm=firm, contract_until="2026-04-01")
    enter("firm-services", firm=firm, name="上门水电维修", price_yuan=30, unit="次", since="2026-01-01")
    said = {"place": compound, "firm": firm, "unit": "㎡·月", "since": "2026-01-01"}
    enter("price-lines", item="物业服务费", price_yuan=2, basis="物业服务合同", **said)
    met = enter(
        "tripartite-meetings",
        place=compound,
        held_on="2026-01-10",
        subject="电梯",
        committee_came=True,
        firm_came=True,
    )
    for issue, due in (("三号楼电梯停运", "2026-02-01"), ("门禁坏了", "2026-04-01")):
        enter(
            "tripartite-actions",
            meeting=met,
            issue=issue,
            agreed="更换",
            owner="firm",
            due_on=due,
            published=True,
        )
    return compound


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_registers_and_forms_are_usable_at_every_width(site, pages, width):
    """XZ-058"""
    for name, address in pages:
        site.open(address, width=width)
        site.picture(f"{name}-{width}")
        site.assert_no_sideways_scroll()
        site.assert_accessible()
