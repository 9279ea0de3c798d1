"""The passwords pack: words of this place that make weak passwords. Read from the file; nothing is stored."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from linli.packs import Installed, Pack, PackKind, pack_kinds
from linli.packs.reading import read_pack
from linli.packs.schema import at_least_one, packs_below

Word = Annotated[str, Field(min_length=2, max_length=40)]


class PasswordsPack(Pack):
    pack: Literal["passwords"]
    words: Annotated[tuple[Word, ...], AfterValidator(at_least_one)]


def words_below(root: Path) -> set[str]:
    """The words of every pack under `root`/passwords, small letters alone."""
    packs = (read_pack(path)[0] for path in packs_below(root / "passwords"))
    return {word.casefold() for pack in packs if pack is not None for word in pack.words}


def _nothing_stored(pack: PasswordsPack, *, by=None) -> Installed:
    return Installed()


pack_kinds["passwords"] = PackKind(PasswordsPack, _nothing_stored, _nothing_stored)
