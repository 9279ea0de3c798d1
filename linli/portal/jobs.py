"""The search index anew each night: what a bulk change wrote past the actions is found in the morning."""

from linli.jobs import periodic
from linli.search.actions import rebuild


@periodic("40 2 * * *", "portal.rebuild-search", one_transaction=False, limit_min=120)
def rebuild_search() -> None:
    rebuild()
