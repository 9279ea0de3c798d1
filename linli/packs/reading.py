"""Reading packs: all problems of all files are collected and told by file and line."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from .schema import Pack, pack_kinds, packs_below

MAX_BYTES = 5_000_000


@dataclass(frozen=True)
class Problem:
    """Something wrong in a pack, where a person can find it."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class PackLoader(yaml.SafeLoader):
    """Plain data only: repeated keys, tags and aliases are refused (I7); dates are read, times are not."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not used in packs", problem_mark=mark)
        if getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(problem="tags (!name) are not used in packs", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict:
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} is written twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


# `no` is a name and 12:30 a time of day, not False and 750: only true and false, no sexagesimals.
PackLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:int")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_regex = yaml.resolver.re.compile  # type: ignore[attr-defined]
PackLoader.add_implicit_resolver("tag:yaml.org,2002:bool", _regex(r"^(?:true|false)$"), list("tf"))
PackLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", _regex(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789")
)


def read_packs(root: Path) -> tuple[list[Pack], list[Problem]]:
    """Read every pack under `root`; return the good ones and all problems found."""
    packs: list[Pack] = []
    problems: list[Problem] = []
    for path in packs_below(root):
        pack, found = read_pack(path)
        problems += found
        if pack is not None:
            packs.append(pack)
    return packs, problems + _twice(root, packs)


def read_pack(path: Path) -> tuple[Pack | None, list[Problem]]:
    """Read one pack file; the pack is None when there are problems."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        return None, [Problem(path, 1, f"cannot be read as UTF-8: {type(trouble).__name__}")]
    if len(text) > MAX_BYTES:
        return None, [Problem(path, 1, f"larger than {MAX_BYTES:,} characters")]
    try:
        loader = PackLoader(text)
        node = loader.get_single_node()
        if node is None:
            return None, [Problem(path, 1, "the file is empty")]
        data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return None, [Problem(path, mark.line + 1 if mark else 1, str(error.problem))]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return None, [Problem(path, 1, f"is not YAML: {type(error).__name__}")]
    if not isinstance(data, dict) or not isinstance(data.get("pack"), str):
        return None, [Problem(path, 1, "a pack opens with the line `pack: <kind>`")]
    return _validate(path, node, data)


def _validate(path: Path, node: yaml.Node, data: dict) -> tuple[Pack | None, list[Problem]]:
    if data["pack"] not in pack_kinds:
        known = ", ".join(sorted(pack_kinds))
        return None, [
            Problem(path, line_of(node, ("pack",)), f"no pack kind {data['pack']!r}; known: {known}")
        ]
    kind = pack_kinds[data["pack"]]
    try:
        pack = kind.schema.model_validate(data)
    except ValidationError as invalid:
        return None, [
            Problem(path, line_of(node, error["loc"]), f"{'.'.join(map(str, error['loc']))}: {error['msg']}")
            for error in invalid.errors()
        ]
    found = [
        Problem(path, line_of(node, where), f"{'.'.join(map(str, where))}: {message}")
        for where, message in kind.check(pack)
    ]
    return (None if found else pack), found


def _twice(root: Path, packs: list[Pack]) -> list[Problem]:
    """Two packs of one kind and code may not hold on the same day."""
    problems: list[Problem] = []
    last: dict[tuple[str, str], Pack] = {}
    for pack in sorted(packs, key=lambda p: (p.pack, p.code, p.valid_from)):
        before = last.get((pack.pack, pack.code))
        if before is not None and (before.valid_to or date.max) >= pack.valid_from:
            problems.append(Problem(root, 1, f"{pack.pack} {pack.code}: two packs hold on {pack.valid_from}"))
        last[pack.pack, pack.code] = pack
    return problems


def line_of(node: yaml.Node, location: tuple) -> int:
    """Walk the YAML tree as far as `location` leads; return that line, from 1."""
    line = node.start_mark.line + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                break
            key, node = found
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
