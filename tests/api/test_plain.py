"""Rows written as they are say exactly what pydantic would have said, or are left to it."""

import json
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ninja.operation import ResponseObject
from ninja.renderers import JSONRenderer
from pydantic import ValidationError

from linli.api.plain import plain_page
from linli.config.api import api
from linli.kernel.clock import CHINA
from linli.places.levels import Level

MODELS = {operation.view_func.__name__: operation.response_models.get(200) for operation in api._operations()}
PLACE = {
    "code": "990101001001", "name": "桂花社区", "level": "community", "path": "/99/9901/", "urban_rural": "111",
    "committee": "residents", "lon": 114.5, "lat": None, "valid_from": date(2020, 1, 1), "valid_to": None,
    "ancestor_codes": ["99", "9901"],
}  # fmt: skip


def written(page: dict) -> dict:
    return json.loads(JSONRenderer().render(None, page, response_status=200))


def as_pydantic_says(name: str, page: dict) -> dict:
    told = MODELS[name].model_validate(
        ResponseObject(page), context={"request": None, "response_status": 200}
    )
    return written(told.model_dump()["response"])


def page_of(*rows: dict, following: str | None = None) -> dict:
    return {"items": [SimpleNamespace(**row) for row in rows], "next": following}


@given(
    st.lists(
        st.fixed_dictionaries(
            {name: st.just(value) for name, value in PLACE.items()}
            | {
                "name": st.text(max_size=20),
                "level": st.sampled_from(Level.values),
                "lon": st.none() | st.floats(-180, 180),
                "valid_to": st.none() | st.dates(),
                "ancestor_codes": st.lists(st.from_regex(r"[0-9]{2,12}", fullmatch=True), max_size=4),
            }
        ),
        max_size=4,
    ),
    st.none() | st.text(max_size=10),
)
def test_plain_rows_say_what_pydantic_would_say(rows, following):
    page = page_of(*rows, following=following)
    assert written(plain_page(MODELS["list_places"], page)) == as_pydantic_says("list_places", page)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lon", Decimal("114.5")),
        ("lon", 114),
        ("valid_from", datetime(2020, 1, 1, tzinfo=CHINA)),
        ("level", Level.COMMUNITY),
        ("name", None),
    ],
)
def test_one_value_of_another_type_sends_the_whole_answer_the_long_way(field, value):
    assert plain_page(MODELS["list_places"], page_of(PLACE, PLACE | {field: value})) is None


def test_P7_a_word_that_is_no_choice_is_not_written_but_refused_by_the_long_way():
    wrong = page_of(PLACE | {"level": "planet"})
    with pytest.raises(ValidationError):
        as_pydantic_says("list_places", wrong)
    assert plain_page(MODELS["list_places"], wrong) is None


def test_answers_that_are_more_than_plain_rows_go_the_long_way():
    assert [
        plain_page(MODELS[name], page_of()) for name in ("show_tree_of_a_day", "show_place", "list_units")
    ] == [None] * 3
    assert plain_page(None, page_of()) is None
