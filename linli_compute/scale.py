"""Many cities: each is a task of its own, on this machine or on a Dask cluster; what is done stays done.

A city's streets, people and places come in files that hold its surroundings too (1.25 km: the farthest walk
of the bands), so no city needs another one's files, and the order in which they are done changes nothing.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from linli_compute import files
from linli_compute.errors import InputError

RESULTS = ("coverage.csv", "areas.csv", "gaps.geojson")
COLUMNS = ("name", "streets", "people", "places")
Study = Callable[[argparse.Namespace], object]
Task = TypeVar("Task")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class City:
    """One task: the options of `linli reach run`, with its own folder to write to."""

    name: str
    options: argparse.Namespace


@dataclass(frozen=True)
class Done:
    """What became of a city: the digest of its results, or the sentence that says why there are none."""

    name: str
    digest: str
    trouble: str = ""
    kept: bool = False  # it was there already, of the same files and parameters


def cities_of(path: Path, options: argparse.Namespace) -> list[City]:
    """The cities of a table (name, streets, people, places, beside the table) with everybody's options."""
    table = files.read_table(path)
    lacking = [name for name in COLUMNS if name not in table]
    if lacking:
        raise InputError(f"{path.name} 里没有列：{'、'.join(lacking)}（应有 {'、'.join(COLUMNS)}）。")
    rows = list(zip(*(table[name] for name in COLUMNS), strict=True))
    names = [str(row[0]).strip() for row in rows]
    if len(set(names)) < len(names) or not all(_is_plain(name) for name in names):
        raise InputError(f"{path.name} 里的城市名应各不相同，并且能作文件夹名。")
    return [
        City(name, _options_of(options, path.parent, name, row))
        for name, row in zip(names, rows, strict=True)
    ]


def _is_plain(name: str) -> bool:
    return bool(name) and not name.startswith(".") and not set(name) & set("/\\:")


def _options_of(
    options: argparse.Namespace, folder: Path, name: str, row: Sequence[object]
) -> argparse.Namespace:
    own = dict(zip(COLUMNS[1:], (folder / str(cell) for cell in row[1:]), strict=True))
    return argparse.Namespace(**vars(options) | own | {"out": options.out / name, "network": None})


def study_city(city: City, study: Study) -> Done:
    """One city's study; a folder that is there is kept if it stands on the same files, else it is a trouble."""
    out = city.options.out
    try:
        if out.exists():
            return _kept(city, out)
        study(city.options)
    except InputError as wrong:
        return Done(city.name, "", str(wrong))
    return Done(city.name, digest_of(out))


def _kept(city: City, out: Path) -> Done:
    about = json.loads((out / "study.json").read_text(encoding="utf-8"))
    for name, given in about["inputs"].items():
        if files.digest(getattr(city.options, name)) != given["sha256"]:
            raise InputError(f"{out} 是用另一份 {name} 算的；请换一个输出位置。")
    told = {k: v for k, v in vars(city.options).items() if k in about["parameters"]}
    if told != about["parameters"]:
        raise InputError(f"{out} 是用另外的参数算的；请换一个输出位置。")
    return Done(city.name, digest_of(out), kept=True)


def digest_of(folder: Path) -> str:
    """SHA-256 over the tables and the map of a study."""
    total = hashlib.sha256()
    for name in RESULTS:
        if (folder / name).is_file():
            total.update(f"{name}:{files.digest(folder / name)}\n".encode())
    return total.hexdigest()


def digest_of_all(done: Iterable[Done]) -> str:
    """One digest of many cities, whatever the order in which they were done."""
    rows = sorted(f"{one.name}:{one.digest or one.trouble}\n" for one in done)
    return hashlib.sha256("".join(rows).encode()).hexdigest()


def study_cities(
    cities: Sequence[City], study: Study, *, workers: int = 0, scheduler: str | None = None
) -> Iterator[Done]:
    """Every city as it is done: in this process (0 workers), in so many others, or on the cluster named."""
    yield from done_by(partial(study_city, study=study), cities, workers=workers, scheduler=scheduler)


def done_by(
    work: Callable[[Task], Answer], tasks: Sequence[Task], *, workers: int, scheduler: str | None
) -> Iterator[Answer]:
    """The answer to each task as it is done: here (0 workers), in so many processes, or on a cluster (Dask)."""
    if not workers and scheduler is None:
        yield from map(work, tasks)
        return
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise InputError("没有安装 Dask（附加组件 scale）；不加 --workers 就在本进程里逐个计算。") from None
    where = {"address": scheduler} if scheduler else {
        "n_workers": workers, "threads_per_worker": 1, "dashboard_address": None,
    }  # fmt: skip
    with Client(**where) as client:
        waiting = [client.submit(work, task, pure=False, retries=1) for task in tasks]
        for future in as_completed(waiting):
            yield future.result()
