"""Pages that work without a network: apps above name theirs, the service worker keeps them.

Such a page holds nothing of anybody, for what the service worker keeps is open to whoever holds the device.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class OfflinePage:
    """A page by its route, with the scripts of the build it loads besides those of every page."""

    url_name: str
    scripts: tuple[str, ...]


offline_pages: list[OfflinePage] = []


def keep_offline(url_name: str, *scripts: str) -> None:
    """Let the service worker keep the page and its scripts."""
    offline_pages.append(OfflinePage(url_name, scripts))
