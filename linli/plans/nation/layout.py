"""How a snapshot lies on the disk: units with their months side by side, places with their parents, a manifest."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

UNITS, PLACES, MANIFEST = "units.parquet", "places.parquet", "manifest.json"
LEVELS = ("nation", "province", "city", "county", "street", "community")


class SnapshotRefused(Exception):
    """A snapshot is not there, not whole, or does not hold what is asked; the sentence says which."""


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds. Months are running numbers, 12 × year + month − 1.

    units.parquet has one row for each community: `nr`, `code`, `place_M` (the place right above at the end of month
    M, null where it is not there), `in_SCOPE`, `into` and `gone_to` with `ended` (what it was merged into, the
    place that keeps the figures of a divided one, the month of its end), and `m3_M`: the figure of the fourth
    measure in month M; `r3_M` is the rank of the reason why there is none, for the measures in `reasons` (any other
    gap was not reported). places.parquet has `nr`, `last_nr` (of the last
    place below it), `code`, `name`, `level`, `place_M`. Rows stand in the tree's order, places are numbered in it.

    With `files` the figures of month M lie in figures_M.parquet, row by row beside units.parquet, with `nr` and the
    columns listed there: what is not listed was told of nobody. Without, as in snapshots sealed before, every column
    lies in units.parquet.
    """

    first: int
    last: int
    measures: tuple[str, ...]
    scopes: tuple[str, ...]
    known_on: str
    reasons: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    merged: bool = False  # did any unit go into another?
    files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def months(self) -> range:
        return range(self.first, self.last + 1)

    def column(self, measure: str, month: int) -> str:
        """The column of a measure in a month; SnapshotRefused when the snapshot has no such measure."""
        if measure not in self.measures:
            raise SnapshotRefused(f"快照里没有计数项 {measure}。")
        return f"m{self.measures.index(measure)}_{month}"

    def reason(self, measure: str, month: int) -> str | None:
        """The column of the reasons why a measure has no figure in a month, when there are any."""
        return f"r{self.measures.index(measure)}_{month}" if measure in self.reasons else None

    def file_of(self, column: str) -> str | None:
        """The file that a column lies in; None for one that was told of nobody."""
        month = column.rpartition("_")[2]
        if not self.files or column[:1] not in "mr" or not month.isdecimal():
            return UNITS
        name = figures_in(int(month))
        return name if column in self.files.get(name, ()) else None


def figures_in(month: int) -> str:
    """The file of the figures of one month."""
    return f"figures_{month}.parquet"


def file_in(folder: Path, name: str) -> str:
    """The path of a file as a literal of SQL."""
    return "'" + str(folder / name).replace("'", "''") + "'"


def digest_of(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def seal(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest with the digests of what lies there; a sealed snapshot is never written again."""
    if (folder / MANIFEST).exists():
        raise SnapshotRefused(f"{folder.name} 已经封存，快照不能改写。")
    digests = {path.name: digest_of(path) for path in sorted(folder.glob("*.parquet"))}
    told = Manifest(**{**_plain(manifest), "digests": digests})
    (folder / MANIFEST).write_text(json.dumps(asdict(told), ensure_ascii=False, indent=1), encoding="utf-8")
    return told


def opened(folder: Path, *, check: bool = False) -> Manifest:
    """The manifest of a sealed snapshot; with `check` every file is held against its digest."""
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
    except OSError:
        raise SnapshotRefused(f"{folder.name} 没有封存的快照。") from None
    lists = {name: tuple(told[name]) for name in ("measures", "scopes", "reasons", "flows")}
    files = {name: tuple(columns) for name, columns in told.get("files", {}).items()}
    manifest = Manifest(**{**told, **lists, "files": files})
    changed = [
        name for name, digest in manifest.digests.items() if check and digest_of(folder / name) != digest
    ]
    if changed:
        raise SnapshotRefused(f"{'、'.join(changed)} 与封存时不同。")
    return manifest


def _plain(manifest: Manifest) -> dict:
    return {name: getattr(manifest, name) for name in manifest.__dataclass_fields__}
