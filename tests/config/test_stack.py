"""Room on the interpreter's stack changes nothing but where frames lie."""

import sys

import pytest

from linli.config.stack import SLOTS, roomy


def depth_of(count: int) -> int:
    return 0 if count == 0 else 1 + depth_of(count - 1)


def test_a_call_with_room_gives_and_raises_what_it_gave_and_raised_before():
    with pytest.raises(ZeroDivisionError):
        roomy(lambda: 1 // 0)()
    assert (roomy(lambda *given: given)(1, "二"), roomy(depth_of)(400)) == ((1, "二"), 400)


def test_W2_the_room_is_one_stretch_and_no_leave_to_recurse_deeper():
    with pytest.raises(RecursionError):
        roomy(depth_of)(sys.getrecursionlimit())
    assert roomy(depth_of).__code__.co_stacksize == SLOTS
