"""Scenarios of a run side by side, in the words of the tables."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..catalogue import sited_in
from ..models import Run, Scenario
from ..rules import rounded
from .gaps import GROUP_WORDS


@dataclass(frozen=True)
class Compared:
    """A scenario beside the others of its run: people in tens, for whoever asks often learns differences."""

    scenario: Scenario
    function: str
    group: str
    titles: dict[str, str]

    @property
    def before(self) -> int | None:
        return rounded(self.scenario.outcome["before"])

    @property
    def after(self) -> int | None:
        return rounded(self.scenario.outcome["after"])

    @property
    def gained(self) -> int | None:
        return rounded(self.scenario.outcome["after"] - self.scenario.outcome["before"])

    @property
    def each(self) -> int | None:
        """People gained for each new site."""
        return None if self.gained is None else rounded(self.gained / len(self.scenario.sites))

    @property
    def by_function(self) -> list[tuple[str, int | None]]:
        """What a house of several gains for each function; empty for one alone."""
        told = self.scenario.outcome.get("by_function", {})
        if len(told) < 2:
            return []
        return [(self.titles[key], rounded(after - before)) for key, (_all, before, after) in told.items()]

    @property
    def names(self) -> list[str]:
        """The chosen rooms and grounds by name, with area and cost where they are known."""
        told = []
        for one in self.scenario.outcome.get("chosen", []):
            facts = [f"{one['area_m2']:g} ㎡"] if one["area_m2"] is not None else []
            if one["cost"] is not None:
                facts.append(_("%(n)s 万元") % {"n": f"{one['cost']:g}"})
            if one["name"]:
                told.append(f"{one['name']}（{'，'.join(facts)}）" if facts else one["name"])
        return told

    @property
    def bound_words(self) -> str:
        """How much better any answer could be: proven best, or at most so many per cent."""
        gap = self.scenario.outcome["gap"]
        if gap is None:
            return "—"
        if gap == 0:
            return _("已证明最优")
        # Rounded up: “at most 0.6 %” must stay true.
        return _("最多还能好百分之 %(n)s") % {"n": f"{-(-gap * 10_000 // 1) / 100:g}"}

    @property
    def left_words(self) -> list[str]:
        """Candidates that could not take part, and why."""
        left = self.scenario.outcome.get("left_out") or {}
        return [_("%(why)s：%(n)s 处没有参加") % {"why": why, "n": n} for why, n in left.items()]

    @property
    def progress_words(self) -> str:
        """How far a run under way is: the best so far in tens, and how much better it might be."""
        told = self.scenario.progress
        if not told:
            return ""
        words = _("%(s)s 秒") % {"s": told["seconds"]}
        value, bound = told["value"], told["bound"]
        if not value or bound is None:
            return words
        gap = 100 * abs(bound - value) / abs(value)
        return _("%(seconds)s，目前的答案最多还能好百分之 %(n)s") % {"seconds": words, "n": f"{gap:.2g}"}


def scenarios_of(run: Run) -> list[Compared]:
    """Scenarios of a run side by side, the newest first."""
    rows = run.scenarios.select_related("made_by__person").prefetch_related("cases")[:100]
    for row in rows:
        row.run = run
    return [compared(row) for row in rows]


def compared(scenario: Scenario) -> Compared:
    """One scenario of a table, with the titles of its functions and its group."""
    titles = {row["key"]: row["title"] for row in sited_in(scenario.run.parameters)}
    names = "、".join(titles[key] for key in scenario.keys)
    return Compared(scenario, names, GROUP_WORDS[scenario.group], titles)
