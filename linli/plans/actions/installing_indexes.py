"""Installing an evaluation index: what changed is a new version, and rounds keep the one they began with."""

import hashlib
import json

from django.db import transaction

from linli.kernel import clock
from linli.packs import Installed
from linli.plans.formula import compile_formula
from linli.plans.formula.ir import to_json
from linli.plans.models import EvaluationIndex
from linli.plans.naming import names_of_packs
from linli.plans.schema_index import IndexPack

KEPT = (
    "title",
    "source",
    "area",
    "scope",
    "proposal",
    "note",
    "self_check_days",
    "comment_days",
    "improve_days",
)


def index_rules(pack: IndexPack) -> dict:
    """The index as it is kept: its lines, with the typed form of each formula."""
    names = names_of_packs()
    whose = (
        {} if pack.of == "places" else {"of": pack.of}
    )  # an index of places keeps the digest it always had
    return {
        **whose,
        "gates": [_line(line, names) for line in pack.gates],
        "items": [_line(line, names) for line in pack.items],
        "bands": [line.model_dump() for line in pack.bands],
        **({"frames": [frame.model_dump() for frame in pack.frames]} if pack.frames else {}),
    }


def _line(line, names) -> dict:
    typed = line.formula and to_json(compile_formula(line.formula, names).expression)
    told = line.model_dump(
        exclude=None if line.part else {"part"}
    )  # without frames the digest stays as it was
    return {**told, "expression": typed}


def _digest(fields: dict) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _fields(pack) -> dict:
    return {**{name: getattr(pack, name) for name in KEPT}, "rules": index_rules(pack)}


def index_changes(pack: IndexPack) -> Installed:
    """Whether the index would come anew or as a new version."""
    known = EvaluationIndex.objects.filter(code=pack.code, retired_on=None).first()
    if known is None:
        return Installed(added=(pack.code,))
    return Installed(changed=(pack.code,) if known.digest != _digest(_fields(pack)) else ())


@transaction.atomic
def install_index(pack: IndexPack, *, by=None) -> Installed:
    """Install an index, or its next version when anything in it changed."""
    done = index_changes(pack)
    if not (done.added or done.changed):
        return done
    versions = EvaluationIndex.objects.filter(code=pack.code)
    versions.filter(retired_on=None).update(retired_on=clock.today())
    fields = _fields(pack)
    EvaluationIndex.objects.create(
        code=pack.code,
        version=versions.count() + 1,
        digest=_digest(fields),
        installed_on=clock.today(),
        **fields,
    )
    return done
