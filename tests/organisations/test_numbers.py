import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from linli.organisations.numbers import check_credit_code

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
KINDS = ("51", "52", "53", "54", "91", "92", "93")
codes = st.builds(
    lambda kind, tail: kind + "990101" + tail,
    st.sampled_from(KINDS),
    st.text(ALPHABET, min_size=9, max_size=9),
).map(lambda body: body + ALPHABET[-sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body)) % 31])


@given(codes)
def test_a_code_with_the_right_check_character_is_taken(code):
    check_credit_code(code)


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_a_code_with_one_wrong_character_is_refused(code, at, wrong):
    if code[at] == wrong:
        return
    with pytest.raises(ValidationError):
        check_credit_code(code[:at] + wrong + code[at + 1 :])


@given(codes, st.integers(0, 16))
def test_two_neighbours_that_changed_places_are_refused(code, at):
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    if swapped == code:
        return
    with pytest.raises(ValidationError):
        check_credit_code(swapped)


@pytest.mark.parametrize(
    "text", ["", "5499010150000001", "54990101500000015w", "5499 0101500000015W", "中" * 18]
)
def test_what_is_no_code_is_refused_with_a_sentence(text):
    with pytest.raises(ValidationError, match="统一社会信用代码"):
        check_credit_code(text)
