"""Before and after: two finished runs of one area side by side, function by function."""

from dataclasses import dataclass

from ..models import Run


@dataclass(frozen=True)
class Shift:
    """A function in two runs; None where a run has no data, or so few people that nothing is told."""

    title: str
    met: tuple[int | None, int | None]
    percent: tuple[float | None, float | None]
    worst_tenth_min: tuple[float | None, float | None]

    @property
    def is_told(self) -> bool:
        """Whether either run says anything of it."""
        return any(one is not None for one in (*self.met, *self.percent, *self.worst_tenth_min))

    @property
    def points(self) -> float | None:
        """Change of the share, in percentage points."""
        before, after = self.percent
        return None if before is None or after is None else round(after - before, 1)


def shifts_of(before: Run, after: Run, group: str) -> list[Shift]:
    """Every function of the later run, in its order."""
    return [
        Shift(
            row["title"],
            (_told(before, row["key"], "walking"), _told(after, row["key"], "walking")),
            (_percent(before, row["key"], group), _percent(after, row["key"], group)),
            (_told(before, row["key"], "worst_tenth_min"), _told(after, row["key"], "worst_tenth_min")),
        )
        for row in after.functions
    ]


def _told(run: Run, function: str, name: str):
    return run.summary["functions"].get(function, {}).get(name)


def _percent(run: Run, function: str, group: str) -> float | None:
    inside = _told(run, function, "in_band")
    known = run.summary["known"][group]
    if inside is None or not known or run.hides(run.place.path, group, function):
        return None
    return round(100 * inside[group] / known, 1)


def earlier_than(run: Run, runs) -> list[Run]:
    """Runs of the same area, walker and hour (or none) that the run may be laid beside, the newest first."""
    same = runs.done().filter(place=run.place, profile=run.profile).exclude(pk=run.pk)
    asked = {"moment": run.parameters["moment"]} if run.moment else None
    same = same.filter(parameters__contains=asked) if asked else same.exclude(parameters__has_key="moment")
    return list(
        same.defer("inputs", "street_map__content").select_related("place").order_by("-on", "-pk")[:20]
    )
