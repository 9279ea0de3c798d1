"""How PostgreSQL plans a roll-up: by hashing whole relations, whatever its statistics say of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from linli.places.models import Place

# What lies in a few of these is little enough to be looked up row by row, in a table of any size.
NARROW, FEW = ("street", "community", "compound", "grid"), 10
# A hundred relations joined on a wrong guess of their size are compared row by row: five thousand communities
# took minutes so, and a freshly loaded table has no better guess. Compiling such a statement costs more than it saves.
STEADY = (
    "SELECT set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true),"
    " set_config('work_mem', '64MB', true)"
)
BACK = "SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL jit TO DEFAULT; SET LOCAL work_mem TO DEFAULT"


def wide(places: Sequence[Place]) -> bool:
    """Whether the places hold so many units that their relations are better read whole."""
    return len(places) > FEW or any(place.level not in NARROW for place in places)


@contextmanager
def steady_cursor(*, whole: bool = True) -> Iterator[CursorWrapper]:
    """A cursor whose statements hash what they join; with `whole` false, one as any other."""
    if not whole:
        with connection.cursor() as cursor:
            yield cursor
        return
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(STEADY)
        yield cursor
        cursor.execute(BACK)
