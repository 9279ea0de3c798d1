"""Sealing streams from the database: the same answers as row by row, whole or not at all."""

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import duckdb
import pytest

from linli.kernel import clock
from linli.places.actions import Part, merge, move, split
from linli.plans.formula import Months, ir
from linli.plans.models import Indicator, MeasureValue
from linli.plans.nation import layout, making
from linli.plans.nation.asking import Places, Snapshot, roll_up
from linli.plans.nation.cities import rolled_digest
from linli.plans.nation.layout import SnapshotRefused, opened
from linli.plans.nation.making import make_snapshot
from linli.plans.nation.rolling import engine
from linli.plans.nation.units import Units
from tests.factories.people import make_worker
from tests.factories.places import make_community, make_place

from .first_layout import make_first_snapshot
from .shelves import INDICATOR, install_small, plan_pack

pytestmark = pytest.mark.django_db
FIRST = 2025 * 12
YEAR = Months(FIRST, FIRST + 11)
PERIODS = [
    YEAR,
    Months(FIRST, FIRST + 5),
    Months(FIRST, FIRST + 2),
    *(Months(FIRST + n, FIRST + n) for n in range(5)),
]
MORE = (
    {**INDICATOR, "code": "per-100", "ref": "I-TS-02", "number": 2, "readings": (),
     "formula": "sum(设施面积) / sum(户数) * 100"},
    {**INDICATOR, "code": "closed", "ref": "I-TS-03", "number": 3, "readings": (), "unit": "件", "decimals": 0,
     "baseline": None, "formula": "sum(办结数)"},
    {**INDICATOR, "code": "told", "ref": "I-TS-04", "number": 4, "readings": (),
     "formula": "reported(办结数) / expected(办结数) * 100"},
    {**INDICATOR, "code": "rural", "ref": "I-TS-05", "number": 5, "readings": (), "scope": "农村社区",
     "formula": "share(设施面积 >= 20) * 100"},
)  # fmt: skip


@pytest.fixture
def tree(monkeypatch):
    """Twelve communities of four streets; in the year one moves, one merges into another, one is divided."""
    streets = ("990101001000", "990101002000", "990102001000", "990102002000")
    made = [
        make_community(n, street=s, urban_rural="111" if n < 3 else "220") for s in streets for n in (1, 2, 3)
    ]
    serves = {"serves": tuple(one["code"] for one in (INDICATOR, *MORE))}
    install_small(monkeypatch, plan=plan_pack(also=MORE, task=serves))
    boss = make_worker(make_place("990000000000", "province"), "places.reorganise", "places.edit")
    move(made[0], by=boss, parent=made[3].parent, on=date(2025, 3, 10))
    merge([made[4]], into=made[5], by=boss, on=date(2025, 2, 15), reason="并入")
    parts = [
        Part("990102001007", "东社区", (), Decimal("0.5")),
        Part("990102001008", "西社区", (), Decimal("0.5")),
    ]
    made += split(made[7], parts=parts, by=boss, on=date(2025, 4, 1), reason="拆分")
    return made


def write_figures(places, chance: Random):
    """Figures, true zeros, figures below zero, silence and reasons; counted, reported, both; some corrected since."""
    rows, now = [], clock.now()
    for measure in ("t.area", "t.households", "t.closed"):
        for place in places:
            for month in range(FIRST - 5, FIRST + 5):
                for source in chance.choice([(), ("records",), ("reported",), ("records", "reported")]):
                    told = {"measure": measure, "place": place, "month": month, "source": source}
                    for later in (False, True)[: 1 + (chance.random() < 0.3)]:
                        value = chance.choice([0, 0, -7, 5, 30, 4_000, None])
                        told |= {
                            "value": value,
                            "status": 0 if value is not None else chance.choice([1, 2, 3, 4]),
                        }
                        rows.append(MeasureValue(**told, known_from=now - timedelta(hours=1 if later else 9)))
                        if later:
                            rows[-2].known_to = rows[-1].known_from
    MeasureValue.objects.bulk_create(rows)
    return now


def rolled(folder, manifest) -> str:
    rows = Indicator.objects.order_by("order")
    roll_up(folder, [ir.from_json(one.expression) for one in rows], PERIODS, due_through=FIRST + 4)
    return rolled_digest(folder)


def everything(folder, manifest) -> dict:
    """Every column of a snapshot as lists, whatever files they lie in."""
    with engine() as connection:
        units = Units(connection, folder, manifest)
        names = [manifest.column(m, month) for m in manifest.measures for month in manifest.months]
        names += [manifest.reason(m, month) for m in manifest.reasons for month in manifest.months]
        names += ["nr", "code", "into", "gone_to", "ended", *(f"in_{scope}" for scope in manifest.scopes)]
        names += [f"place_{month}" for month in manifest.months]
        units.load(names)
        read = {name: units.column(name) for name in names}
    return {
        name: [v if t else None for v, t in zip(values.tolist(), there.tolist(), strict=True)]
        for name, (values, there) in read.items()
    }


@pytest.mark.parametrize("hours", [0, 5], ids=["today", "as known before the corrections"])
@pytest.mark.parametrize("seed", range(3))
def test_a_stream_seals_what_row_by_row_was_sealed(tree, tmp_path, seed, hours):
    """Moves, a merger, a division, late corrections, zeros, gaps and their reasons: equal columns, equal digests."""
    known_on = write_figures(tree, Random(seed)) - timedelta(hours=hours)

    first = make_first_snapshot(tmp_path / "first", YEAR, known_on=known_on)
    now = make_snapshot(tmp_path / "now", YEAR, known_on=known_on)

    assert everything(tmp_path / "now", now) == everything(tmp_path / "first", first)
    assert (now.reasons, now.flows, now.merged) == (first.reasons, first.flows, True)
    assert now.digests[layout.PLACES] == first.digests[layout.PLACES]
    assert rolled(tmp_path / "now", now) == rolled(tmp_path / "first", first)


def test_a_snapshot_of_the_first_layout_still_verifies_and_answers(tree, tmp_path):
    """What was sealed before stays whole: its digests hold, its manifest says nothing of files."""
    known_on = write_figures(tree, Random(3))
    manifest = make_first_snapshot(tmp_path / "first", YEAR, known_on=known_on)
    (tmp_path / "first" / layout.MANIFEST).write_text(
        (tmp_path / "first" / layout.MANIFEST).read_text().replace(' "files": {},\n', "")
    )

    assert opened(tmp_path / "first", check=True) == manifest
    rolled(tmp_path / "first", manifest)
    expressions = {one.code: ir.from_json(one.expression) for one in Indicator.objects.all()}
    cells = Snapshot.of(tmp_path / "first").cells(expressions, PERIODS, Places(codes=("990101000000",)))
    assert len(cells) == len(expressions) * len(PERIODS)


def test_the_same_content_is_sealed_to_the_same_bytes(tree, tmp_path):
    known_on = write_figures(tree, Random(4))
    one, two = (make_snapshot(tmp_path / name, YEAR, known_on=known_on) for name in ("one", "two"))
    assert one == two
    assert len(one.digests) == 2 + 10  # places, units, and the months that anything is known of


def test_a_measure_nobody_told_anything_of_takes_no_room_and_is_missing_everywhere(tree, tmp_path):
    manifest = make_snapshot(tmp_path / "one", YEAR, known_on=clock.now())

    assert set(manifest.files.values()) == {()}
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == [
        "manifest.json", layout.PLACES, layout.UNITS
    ]  # fmt: skip
    told = everything(tmp_path / "one", manifest)
    assert set(told[manifest.column("t.area", FIRST)]) == {None}


def test_a_place_that_goes_into_a_new_one_after_the_months_is_sealed_as_it_stood(tree, tmp_path):
    """The new one stands in no tree of the snapshot: nothing of it is told, and nothing fails."""
    boss = make_worker(make_place("990000000000", "province"), "places.reorganise", "places.edit")
    write_figures(tree, Random(5))
    last = Months(FIRST - 12, FIRST - 1)
    parts = [
        Part("990102002017", "南社区", (), Decimal("0.5")),
        Part("990102002018", "北社区", (), Decimal("0.5")),
    ]
    new, _other = split(tree[9], parts=parts, by=boss, on=date(2025, 5, 1), reason="拆分")
    merge([tree[10]], into=new, by=boss, on=date(2025, 5, 20), reason="并入")

    manifest = make_snapshot(tmp_path / "one", last, known_on=clock.now())

    told = everything(tmp_path / "one", manifest)
    assert told["into"][told["code"].index(tree[10].code)] is None
    assert new.code not in told["code"]


def test_what_breaks_off_leaves_no_snapshot(tree, tmp_path, monkeypatch):
    """K4: a sealing that fails half way is as if it had never begun; the next one is whole."""
    write_figures(tree, Random(6))
    real, done = making._put, []

    def breaks(path, table):
        if len(done) == 4:
            raise OSError("no space left")
        done.append(path)
        real(path, table)

    monkeypatch.setattr(making, "_put", breaks)
    with pytest.raises(OSError, match="no space"):
        make_snapshot(tmp_path / "one", YEAR, known_on=clock.now())
    assert [path.name for path in tmp_path.iterdir()] == ["making"]
    assert [path.name for path in (tmp_path / "making").iterdir()] == ["lock"]

    monkeypatch.setattr(making, "_put", real)
    make_snapshot(tmp_path / "one", YEAR, known_on=clock.now())
    assert opened(tmp_path / "one", check=True).first == FIRST - 11


HALF = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from linli.plans.nation.making import _room_beside
with _room_beside(Path(sys.argv[1])) as room:
    (room / "units.parquet").write_bytes(b"half")
    (room / "manifest.json").write_text("{}")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_sealing_leaves_no_half_snapshot(tree, tmp_path):
    """K4: killed with its last file written, it is in no list of snapshots; the next one clears what it left."""
    killed = subprocess.run(
        [sys.executable, "-c", HALF, str(tmp_path / "one")],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "linli.config.settings"},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.glob(f"*/{layout.MANIFEST}")] == []

    make_snapshot(tmp_path / "two", YEAR, known_on=clock.now())

    assert sorted(path.name for path in tmp_path.iterdir()) == ["making", "two"]
    assert [path.name for path in (tmp_path / "making").iterdir()] == ["lock"]


def test_two_are_not_sealed_at_once_and_none_is_sealed_twice(tree, tmp_path):
    with (
        making._room_beside(tmp_path / "one"),
        pytest.raises(SnapshotRefused, match="正在封存"),
    ):
        make_snapshot(tmp_path / "two", YEAR, known_on=clock.now())
    make_snapshot(tmp_path / "two", YEAR, known_on=clock.now())
    with pytest.raises(SnapshotRefused, match="不能改写"):
        make_snapshot(tmp_path / "two", YEAR, known_on=clock.now())
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/two/units.parquet'").fetchall() == [(14,)]
