"""Words of texts and questions; what stands in the index is tried against PostgreSQL in test_queries."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.search import words


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(words).failed == 0


@pytest.mark.parametrize("nothing", ["", "  ", "，。！", "'\"\\", "&|!()", "\x00"])
def test_a_question_without_a_word_asks_nothing(nothing):
    assert words.question(nothing) == ""


def test_width_and_case_make_no_difference():
    assert words.tokens("ＲＱ-2026 Ａb") == words.tokens("rq-2026 ab")


def test_a_number_is_found_whole_and_by_its_parts():
    assert words.tokens("RQ-2026-000123") == ["rq-2026-000123", "rq", "2026", "000123"]


def test_initials_of_a_name_stand_in_the_index_apart_from_its_words():
    assert "'~mmtteyx':" not in words.vector("买买提·吐尔逊")
    assert "'~mmttex':" in words.vector("买买提·吐尔逊", with_initials=True)


@given(st.text(max_size=200), st.text(max_size=80))
def test_no_text_writes_quotes_or_operators_into_a_literal(text, asked):
    lexemes = words.vector(text, asked)
    assert lexemes.count("'") % 2 == 0
    assert not set("\\&|!()\x00") & set(lexemes)
    assert not set("\\!\x00") & set(words.question(asked))


def test_a_long_question_is_cut():
    assert words.question("啊 " * 80).count("&") == words.MOST_TERMS - 1
