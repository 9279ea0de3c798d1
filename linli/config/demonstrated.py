"""What the state folder tells of the demonstration city, readable before Django stands."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linli.config.troubles import Trouble

ACCOUNTS, WORLD = "demo-accounts.json", "demo-world.json"


@dataclass(frozen=True)
class Account:
    """A demonstration account as `make run` prints it."""

    role: str
    username: str
    password: str


def accounts(state: Path) -> list[Account]:
    path = state / ACCOUNTS
    return [Account(**line) for line in read(path)] if path.exists() else []


def is_waiting(state: Path) -> bool:
    """Whether the long history has still to be made, or to be made further."""
    path = state / WORLD
    return path.exists() and not read(path).get("finished", False)


def read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError:
        raise Trouble(
            f"The state folder is broken: {path} cannot be read. Move the folder away and start again."
        ) from None


def write(path: Path, told: Any) -> None:
    """Replace the paper whole, for its owner's eyes alone."""
    half = path.with_suffix(".half")
    half.touch(mode=0o600)
    half.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    half.replace(path)
