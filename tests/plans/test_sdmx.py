"""SDMX there and back: structure and data written, read again, nothing lost and nothing foreign let in."""

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.plans.formula.values import STATUSES, VALUE
from linli.plans.models import Plan
from linli.plans.queries.opening import Row, as_sdmx_csv, as_sdmx_structure
from linli.plans.queries.sdmx_reading import NotOurSdmx, Observation, read_sdmx

PLAN = Plan(code="ts-2025", title="测试规划", source="测试")
CODES = st.from_regex(r"[a-z]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
WORDS = st.text('春和，"安;康\n一二', min_size=1, max_size=6)
COUNTS = st.none() | st.integers(0, 10**6)


@st.composite
def tables(draw):
    areas = draw(
        st.dictionaries(st.from_regex(r"99[0-9]{10}", fullmatch=True), WORDS, min_size=1, max_size=3)
    )
    names = draw(st.dictionaries(CODES, WORDS, min_size=1, max_size=3))
    period = st.sampled_from(["2025", "2025H1", "2025H2", "2025Q3", "2025-07", "2024-12"])
    rows = []
    for area, area_name in areas.items():
        for code, name in names.items():
            status = draw(st.sampled_from(STATUSES))
            value = str(draw(st.decimals(-999, 999, places=2))) if status == VALUE else None
            rows.append(
                Row(
                    area, area_name, code, name, draw(period), value, status,
                    value is not None and draw(st.booleans()), draw(st.sampled_from(["%", "㎡", "人"])),
                    draw(st.integers(0, 4)), None, None, None, draw(COUNTS), draw(COUNTS),
                )
            )  # fmt: skip
    return rows


@settings(max_examples=60, derandomize=True, deadline=None)
@given(tables())
def test_structure_and_data_are_read_back_as_they_were(rows):
    kept = [field.name for field in fields(Observation)]

    got = read_sdmx(as_sdmx_structure(PLAN, rows), as_sdmx_csv(PLAN, rows))

    assert got == [Observation(**{name: getattr(row, name) for name in kept}) for row in rows]


ROW = Row("990100000000", "甲", "a-b", "乙", "2025", "1.0", "value", False, "%", 1, None, None, None, 1, 2)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("990100000000", "990200000000", "第 2 行的代码"),
        ("LINLI:TS_2025", "LINLI:OTHER", "第 2 行不属于"),
        (",A,990100000000", ",M,990100000000", "第 2 行的频率"),
    ],
)
def test_data_that_do_not_keep_to_the_structure_are_refused(old, new, words):
    data = as_sdmx_csv(PLAN, [ROW]).replace(old, new)

    with pytest.raises(NotOurSdmx, match=words):
        read_sdmx(as_sdmx_structure(PLAN, [ROW]), data)
