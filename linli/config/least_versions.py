"""The libraries of others: none in the lock is older than what is known to be mended (ASVS 15.2.1).

docs/least-versions.yaml names the least version that may be installed, with the reason, the day somebody last looked
through the advisories and the day up to which they could be read. It is kept by hand and read without a network;
`linli health` tells of an old look.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from django.conf import settings

from linli.packs.reading import PackLoader

TABLE = Path(settings.BASE_DIR) / "docs" / "least-versions.yaml"
LOCKS = ("requirements.lock", "requirements-dev.lock", "package-lock.json")
LOOK_AGAIN_DAYS = 100  # docs/security.md, Parts of others: at least every quarter
_PYTHON = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.M)


@dataclass(frozen=True)
class Least:
    """A library that must not be older than `version`."""

    name: str
    version: str
    why: str


@dataclass(frozen=True)
class Table:
    """What may not be older than what; looked_on is None where nobody looked yet."""

    looked_on: date | None
    sources_until: (
        date | None
    )  # the newest advisory that could be read: a look sees no further than its sources
    least: tuple[Least, ...]


def read_table() -> Table:
    said = yaml.load(TABLE.read_text("utf-8"), PackLoader)  # noqa: S506 — a safe loader of our own
    return Table(said["looked_on"], said["sources_until"], tuple(Least(**line) for line in said["least"]))


def locked(root: Path) -> dict[str, set[str]]:
    """{name: versions} of every library that the locks of the checkout install."""
    found: dict[str, set[str]] = {}
    for lock in LOCKS[:2]:
        for name, version in _PYTHON.findall((root / lock).read_text("utf-8")):
            found.setdefault(name.lower().replace("_", "-"), set()).add(version)
    for path, said in json.loads((root / LOCKS[2]).read_text("utf-8"))["packages"].items():
        if path:
            found.setdefault(path.rpartition("node_modules/")[2], set()).add(said["version"])
    return found


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers to compare; what is no number ends it (5.2.19rc1 is before 5.2.19)."""
    parts: list[int] = []
    for part in version.split("."):
        if not part.isdigit():
            return (*parts, -1)
        parts.append(int(part))
    return tuple(parts)


def too_old(root: Path) -> list[str]:
    """A sentence for each locked library that is older than the table allows, or that the locks do not know."""
    have, said = locked(root), []
    for least in read_table().least:
        versions = have.get(least.name)
        if versions is None:
            said.append(f"{least.name}: stands in docs/least-versions.yaml and in no lock")
        for version in sorted(versions or ()):
            if numbers(version) < numbers(least.version):
                said.append(f"{least.name} {version} is older than {least.version}: {least.why}")
    return said


def look_is_old(today: date) -> bool:
    """Whether the last look, or what it could see, ended longer ago than we say."""
    table = read_table()
    if table.looked_on is None or table.sources_until is None:
        return True
    return (today - min(table.looked_on, table.sources_until)).days > LOOK_AGAIN_DAYS
