"""A workflow is a table of steps. Reading the table is reading the rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.audit.titles import TITLES
from linli.kernel.registry import Registry

SHARED_STEPS = {"open": _("登记"), "overdue": _("逾期"), "refer": _("转办")}
STAY = ""  # the `to_state` of a step that changes something but not the state


class TermUnit(TextChoices):
    """What a term is counted in (domain notes §5)."""

    WORKDAYS = "workdays", _("工作日")
    DAYS = "days", _("自然日")
    HOURS = "hours", _("小时")


class Audience(StrEnum):
    """Who may hear of a step; a kind says for each step which of them do."""

    REQUESTER = "requester"
    ASSIGNEE = "assignee"
    UNIT = "unit"  # those of the responsible unit whose role grants `<kind>.hear`
    HELPERS = "helpers"  # the same of the units that help in linked cases
    FOLLOWERS = "followers"
    FAMILY = "family"  # guardians; relatives where the requester agreed


@dataclass(frozen=True)
class Step:
    """One row of a workflow: seven columns, no eighth (architecture §5)."""

    name: str
    label: str
    from_states: frozenset[str] | set[str]
    to_state: str
    allowed: Callable  # (actor, case) -> bool; speaks of the person, not of the state
    effect: Callable | None = None  # (case, *, by, **data), inside the same transaction
    form: type | None = None

    def goes_to(self, state: str) -> str:
        return self.to_state or state


@dataclass(frozen=True)
class Queue:
    """A list of open cases somebody works through, counted in the inbox: 待签收, 待回访."""

    name: str
    label: str
    states: frozenset[str] | set[str]


@dataclass(frozen=True)
class Workflow:
    """The rules of one kind of case. `waiting` are states in which the clock stands."""

    kind: str
    label: str
    prefix: str
    states: type
    start: str
    final: frozenset[str] | set[str]
    steps: tuple[Step, ...]
    waiting: frozenset[str] | set[str] = frozenset()
    queues: tuple[Queue, ...] = ()
    hears: Mapping[str, frozenset[str] | set[str]] = field(default_factory=dict)
    internal: frozenset[str] | set[str] = frozenset()  # steps whose line in the timeline is for staff
    requester_steps: frozenset[str] | set[str] = frozenset()  # a clerk who takes one acts for the requester
    may_see_reporter: Callable | None = None  # (actor, case) -> bool; None: whoever may see the case
    channels: Callable | None = (
        None  # (case, step) -> the channels by which people (not staff) hear; None: as they prefer
    )
    receive: Callable | None = None  # (origin, *, by, text) -> Case, when another kind is referred to this
    remedy: Callable | None = (
        None  # (rating, *, by) -> Case | None: puts right what any kind was rated badly for
    )
    main: tuple[
        str, ...
    ] = ()  # the steps that carry a case forward: the first one takes is the page's main action
    requester_label: str = _("诉求人")  # what this kind calls its reporter: 诉求人, 被探访人, 发现人

    def __post_init__(self) -> None:
        named = {self.start, *self.final}
        for step in self.steps:
            named |= {*step.from_states, step.to_state} - {STAY}
        if named != set(self.states.values):  # type: ignore[attr-defined]  # of Choices
            raise ValueError(f"{self.kind}: steps and states disagree")
        names = [step.name for step in self.steps]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.kind}: a step is named twice")
        unknown = {*self.hears, *self.internal, *self.requester_steps, *self.main} - {*names, *SHARED_STEPS}
        if unknown:
            raise ValueError(f"{self.kind}: no step {', '.join(sorted(unknown))}")
        if not self.waiting <= set(self.states.values):  # type: ignore[attr-defined]  # of Choices
            raise ValueError(f"{self.kind}: waits in a state it does not have")

    def step(self, name: str) -> Step:
        """The step called `name`; LookupError when this kind has none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise LookupError(f"{self.kind} has no step {name!r}")

    def step_label(self, name: str) -> str:
        """The name of a step for people, also of those every kind has."""
        return str(SHARED_STEPS.get(name) or self.step(name).label)

    def steps_for(self, actor, case) -> list[Step]:
        return [step for step in self.steps if case.state in step.from_states and step.allowed(actor, case)]

    def clock_runs_in(self, state: str) -> bool:
        return state not in self.final and state not in self.waiting

    def state_label(self, state: str) -> str:
        return state_label(self.states, state, get_language())


@lru_cache(maxsize=1024)
def state_label(states: type, state: str, _language: str | None) -> str:
    """The word of a state in a language; of many rows the language is asked once."""
    return str(states(state).label)


workflows: Registry[Workflow] = Registry("workflow")


def register(workflow: Workflow) -> Workflow:
    workflows[workflow.kind] = workflow
    named = {step.name: step.label for step in workflow.steps} | SHARED_STEPS
    for name, label in named.items():  # the auditor reads 诉求：派单, not request.dispatch
        TITLES.setdefault(f"{workflow.kind}.{name}", f"{workflow.label}：{label}")
    return workflow


def diagram(workflow: Workflow) -> str:
    """The workflow as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {workflow.start}"]
    lines += [f"    {state.value} : {state.label}" for state in workflow.states]  # type: ignore[attr-defined]  # of Choices
    for step in workflow.steps:
        lines += [
            f"    {state} --> {step.goes_to(state)}: {step.label}"
            for state in sorted(step.from_states)
            if step.to_state != STAY
        ]
    lines += [f"    {state} --> [*]" for state in sorted(workflow.final)]
    return "\n".join(lines)


def table(workflow: Workflow) -> str:
    """The steps of the workflow as a Markdown table, one row each, in the order of the code."""
    rows = ["| step | label | from | to | who may | who hears |", "| --- | --- | --- | --- | --- | --- |"]
    for step in workflow.steps:
        states = ", ".join(sorted(step.from_states))
        who = step.allowed.__name__
        hears = ", ".join(sorted(workflow.hears.get(step.name, ()))) or "–"
        rows.append(f"| {step.name} | {step.label} | {states} | {step.to_state or '='} | {who} | {hears} |")
    return "\n".join(rows)


def document() -> str:
    """docs/generated/workflows.md: every kind of case with its picture and its table."""
    parts = ["# 办理流程 Workflows\n"]
    for kind in sorted(workflows):
        workflow = workflows[kind]
        waits = ", ".join(sorted(workflow.waiting)) or "none"
        parts.append(
            f"## {workflow.label} `{kind}`\n\nNumbers {workflow.prefix}-YYYY-NNNNNN. "
            f"The clock stands in: {waits}.\n\n```mermaid\n{diagram(workflow)}\n```\n\n{table(workflow)}\n"
        )
    return "\n".join(parts)
