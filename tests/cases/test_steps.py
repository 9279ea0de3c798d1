from dataclasses import replace

import pytest

from linli.cases.steps import Step, diagram, table

from .errand import ERRAND, State


def test_a_workflow_whose_states_and_steps_disagree_is_refused():
    with pytest.raises(ValueError, match="errand: steps and states disagree"):
        replace(ERRAND, steps=ERRAND.steps[:2])


def test_a_step_named_twice_is_refused():
    with pytest.raises(ValueError, match="errand: a step is named twice"):
        replace(ERRAND, steps=(*ERRAND.steps, ERRAND.steps[0]))


def test_hearing_of_an_unknown_step_is_refused():
    with pytest.raises(ValueError, match="errand: no step finnish"):
        replace(ERRAND, hears={"finnish": {"unit"}})


def test_waiting_in_an_unknown_state_is_refused():
    with pytest.raises(ValueError, match="errand: waits in a state it does not have"):
        replace(ERRAND, waiting={"napping"})


def test_an_unknown_step_is_named():
    with pytest.raises(LookupError, match="errand has no step 'fly'"):
        ERRAND.step("fly")


def test_a_step_has_seven_columns():
    assert list(Step.__dataclass_fields__) == [
        "name",
        "label",
        "from_states",
        "to_state",
        "allowed",
        "effect",
        "form",
    ]


def test_the_clock_runs_only_while_somebody_works():
    assert {state.value for state in State if ERRAND.clock_runs_in(state)} == {"asked", "doing"}


def test_diagram_and_table_print_every_step():
    assert "doing --> done: 完成" in diagram(ERRAND)
    assert table(ERRAND).count("\n") == len(ERRAND.steps) + 1
    assert "| remark | 备注 | asked, doing, waiting | = |" in table(ERRAND)
