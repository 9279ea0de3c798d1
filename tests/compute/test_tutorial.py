import doctest
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs/tutorial-reach.md"


def test_the_tutorial_shows_what_one_gets():
    # HiGHS announces itself once per process; the examples are about what comes after.
    import highspy

    highspy.Highs().setOptionValue("output_flag", False)

    assert doctest.testfile(str(TUTORIAL), module_relative=False, encoding="utf-8").failed == 0
