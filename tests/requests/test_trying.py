"""A dry run of routing rules over past requests, with the difference (XZ-045)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.packs.reading import read_pack
from linli.requests.actions.trying import Moved, dry_run
from linli.requests.models import Request
from tests.conftest import TEST_DAY
from tests.factories.requests import PACK

pytestmark = pytest.mark.django_db


def test_new_rules_show_what_would_go_elsewhere_and_change_nothing(town):
    cases = [town.submit(f"{n} 号楼前路灯不亮，晚上太黑").request.case for n in (1, 2)]
    town.submit("楼上漏水，水管堵塞")
    pack, _problems = read_pack(PACK)
    to_housing = pack.routes[0].model_copy(
        update={"to": "housing", "categories": ("street-lights",), "months": (), "why": "路灯改由物业负责"}
    )
    changed = pack.model_copy(update={"routes": (to_housing, *pack.routes)})
    before = list(Request.objects.order_by("pk").values_list("suggested_unit", "suggested_why"))

    since = TEST_DAY - timedelta(days=1)
    same = dry_run(pack, since=since, place=town.place)
    trial = dry_run(changed, since=since, place=town.place)

    assert (same.looked, same.same, same.moves) == (3, 3, ())
    numbers = tuple(case.number for case in cases)
    assert trial.moves == (Moved("城市管理局", "住房和建设局", "路灯改由物业负责", 2, numbers),)
    assert (trial.looked, trial.same, trial.unknown) == (3, 1, 0)
    assert list(Request.objects.order_by("pk").values_list("suggested_unit", "suggested_why")) == before


def test_a_dispatcher_tries_rules_on_a_page_and_a_wrong_file_is_told_by_line(client, town):
    town.submit("3 号楼前路灯不亮，晚上太黑")
    client.force_login(town.dispatcher)
    old = "{to: city-management, categories: [street-lights, roads, rubbish]"
    new = PACK.read_text().replace(old, "{to: housing, categories: [street-lights, roads, rubbish]")

    def sent(text):
        told = {"file": SimpleUploadedFile("99.yaml", text.encode()), "days": "90"}
        return client.post(reverse("request-try-rules"), told)

    page = sent(new).content.decode()
    assert "共 1 件，0 件不变" in page
    assert "住房和建设局" in page
    wrong = sent(new.replace("pack: requests", "pack: care"))
    assert wrong.status_code == 422
