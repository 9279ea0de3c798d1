"""The keyed digests of audit rows and of the chain: what they cover, and how they are made again."""

import json
from datetime import UTC, datetime

from linli.kernel import cipher
from linli.kernel.keys import keys

START = "0" * 64  # what the first link takes for the link before it


def current_key() -> str:
    """Hash and key id for new digests, as stored beside them: "sha256:k1"."""
    return f"{cipher.hash_name()}:{keys().current['audit']}"


def keyed_digest(keyed: str, text: str) -> str:
    algorithm, _, key_id = keyed.partition(":")
    return cipher.digest("audit", key_id, text, algorithm=algorithm)


def moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""


def digest_of(entry) -> str:
    """The digest a row must carry: over every column that is its own, in one fixed spelling."""
    said = [
        str(entry.uid),
        moment(entry.at),
        entry.act,
        entry.by_id,
        entry.thing_kind,
        entry.thing_key,
        entry.place_path,
        entry.result,
        entry.purpose,
        entry.detail,
        entry.keyed,
    ]
    return keyed_digest(entry.keyed, json.dumps(said, ensure_ascii=False, sort_keys=True))


def link_of(entry, previous: str) -> str:
    """The link a row must carry behind the link `previous`."""
    return keyed_digest(
        entry.keyed, f"link|{entry.number}|{moment(entry.linked_at)}|{previous}|{entry.digest}"
    )
