"""The registers of the demonstration city, filled by the real imports and steps."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.cases.models import Case
from linli.config.city import generate
from linli.exchange.imports.running import apply_import, check_import
from linli.facilities import demo as facilities_demo
from linli.facilities import demo_inside
from linli.kernel.demo import DemoWorld
from linli.kernel.permissions import permissions
from linli.measures import Period
from linli.oneform import demo as oneform_demo
from linli.organisations import demo as organisations_demo
from linli.organisations import demo_joint
from linli.organisations import measures as organisation_measures
from linli.packs.reading import read_packs
from linli.people import demo as people_demo
from linli.people.pack import install
from linli.places import demo as places_demo
from linli.places.models import Place
from linli.registers import demo
from linli.registers.declaring import registers
from linli.registers.queries import in_reach
from linli.registers.tables import export
from linli.workforce import demo as workforce_demo
from linli.workforce import measures as workforce_measures
from linli.workforce.models import Certificate
from tests.factories.people import make_worker

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 3)
SILENT = {"floor-areas", "recruitment-rounds"}  # nobody enters these in so small a city


def test_the_demonstration_city_keeps_its_registers_well_badly_and_not_at_all(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    packs, _problems = read_packs(settings.PACKS_DIR / "roles")
    install(packs[0])
    world = DemoWorld(
        generate("XS", last_day=LAST), "XS", LAST, LAST - timedelta(days=548), lambda text: None
    )
    for step in (
        places_demo.make_places,
        people_demo.make_units,
        people_demo.make_people,
        demo.make_rules,
        organisations_demo.make_organisations,
        demo_joint.make_joint,
        facilities_demo.make_facilities,
        demo_inside.make_inside,
        workforce_demo.make_workforce,
        oneform_demo.make_forms,
        oneform_demo.make_admission,
    ):
        step(world)

    assert {name for name, one in registers.items() if not one.model.objects.exists()} <= SILENT
    march = Period.parse("2026-03")
    assert min(workforce_measures.worker_count(march).values()) > 0
    assert len(organisation_measures.active(march)) <= Place.objects.communities().count()
    assert Certificate.objects.filter(valid_until__lt=LAST).exists()
    assert set(Case.objects.filter(kind="form").values_list("state", flat=True)) == {"county", "filling"}
    _round_trip()


def _round_trip():
    """Every register exported and imported again stays as it was, row for row (L3)."""
    officer = make_worker(Place.objects.get(level="city", code__startswith="99"), *permissions)
    moved = set()
    for name, register in registers.items():
        model = register.model
        before = list(model.objects.order_by("pk").values())
        out = export(register, in_reach(register, officer).filter(archived_on=None), by=officer, form="csv")
        table = SimpleUploadedFile("台账.csv", out)
        run, checked = check_import(table, kind=name, by=officer)
        assert (name, checked.problems) == (name, [])
        apply_import(run, by=officer, rows="all")
        assert list(model.objects.order_by("pk").values()) == before, name
        moved |= {name} if checked.good_rows else set()
    assert set(registers) - moved <= SILENT
