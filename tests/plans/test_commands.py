"""`linli plan report`: every plan that is installed gets its values and its checked papers."""

import pytest

from linli.plans.commands import main
from linli.plans.models import MeasureValue
from tests.factories.places import make_community

from .shelves import install_small

pytestmark = pytest.mark.django_db


def test_a_report_of_each_plan_is_written_and_checked(monkeypatch, tmp_path, capsys):
    one = make_community(1)
    install_small(monkeypatch)
    for measure, value in (("t.area", 3_000), ("t.households", 100)):
        MeasureValue.objects.create(
            measure=measure, place=one, month=2026 * 12 + 2, value=value, source="records"
        )

    assert main(["report", str(tmp_path), "2026-03"]) == 0

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"ts-2025-2026-03.{kind}" for kind in ("csv", "docx", "pdf", "xlsx")
    ]
    line = capsys.readouterr().out.split("\t")
    assert (line[0], line[2], line[4]) == ("ts-2025", "1/1 values", "0 differences\n")
    assert "facility-30,value,100.0,100,1" in (tmp_path / "ts-2025-2026-03.csv").read_text("utf-8-sig")


def test_without_plans_the_command_says_what_to_do(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 1
    assert "linli packs install" in capsys.readouterr().err
