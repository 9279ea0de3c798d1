"""Where the navigation of the faces is declared: each app adds its entries in its own `nav.py`."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

FACES = ("resident", "workbench", "cockpit")


@dataclass(frozen=True)
class Entry:
    """One destination in the navigation of a face, shown to whoever holds `needs` (None: to everybody)."""

    title: str
    url_name: str
    icon: str = field(kw_only=True)  # by name, so that build.mjs finds it for the sprite
    order: int
    needs: str | None = None


_entries: dict[str, dict[str, Entry]] = {face: {} for face in FACES}


def add_entry(face, entry):
    """Add an entry to a face; a second one with the same route is refused."""
    if entry.url_name in _entries[face]:
        raise ValueError(f"{face} already has a navigation entry for {entry.url_name}")
    _entries[face][entry.url_name] = entry


def entries_for(face, user):
    """The entries this person sees on a face, in order, each with its address."""
    held = user.permissions if user.is_authenticated else frozenset()
    return _seen(face, len(_entries[face]), held, *_here())


@lru_cache(maxsize=1024)  # faces × sets of permissions
def _seen(face, _count, held, urlconf, prefix):
    in_order = sorted(_entries[face].values(), key=lambda entry: entry.order)
    addresses = [
        (entry, _address(entry.url_name, urlconf, prefix))
        for entry in in_order
        if not entry.needs or entry.needs in held
    ]
    return tuple((entry, address) for entry, address in addresses if address is not None)


def entries_named(face, names):
    """The entries of a face with these routes, in that order, each with its address."""
    where = _here()
    return [(_entries[face][name], _address(name, *where)) for name in names]


def _here():
    return get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()


@lru_cache(maxsize=1024)  # thirty entries on every page
def _address(url_name, urlconf, _prefix):
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:  # an app that is not installed leaves no dead link
        return None
