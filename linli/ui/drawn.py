"""Parts of a page that are the same for many readers, drawn once: with holes where what is one reader's own goes in.

What is kept holds nothing of anybody. A hole is filled at each request, escaped, and what fills it is never looked
at again: a name that looks like a hole stays a name.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from html import escape

from django.conf import settings
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MARK = "\ue0f0"  # of the private use area: no template and no catalogue has it
KEPT = 1024  # faces × languages × looks × sets of rights


def draw(template: str, holes: dict[str, object], /, **plain: object) -> str:
    """The template with `plain` drawn into it and kept, and `holes` filled for this reader alone.

    In the template a hole is a variable to write out: nothing may be asked of it, no filter stands behind it.
    `plain` decides what is drawn: hashable, and of no person.
    """
    ground = _standing.get() or ground_here()
    if not holes:
        return _whole(template, tuple(plain.items()), ground)
    drawn = _drawn(template, tuple(holes), tuple(plain.items()), ground)
    return SafeString(drawn.format(**{name: _escaped(value) for name, value in holes.items()}))


SPECIAL = re.compile("[&<>\"']")


def _escaped(value) -> str:
    kind = type(value)
    if kind is str:
        return escape(value) if SPECIAL.search(value) else value
    return str(value) if kind is int else conditional_escape(value)


def ground_here() -> tuple:
    """What decides a text that is the same for every reader: language and addresses."""
    page, language = _page.get(), get_language()
    if page is not None and page[0] == language:
        return page
    return (language, settings.STATIC_URL, get_script_prefix(), get_urlconf())


_standing: ContextVar[tuple | None] = ContextVar("linli_ground", default=None)
_page: ContextVar[tuple | None] = ContextVar("linli_ground_of_page", default=None)


@contextmanager
def ground_of_page() -> Iterator[tuple]:
    """Addresses asked for once for a whole page; its language may still change for a part of it."""
    ground = ground_here()
    token = _page.set(ground)
    try:
        yield ground
    finally:
        _page.reset(token)


@contextmanager
def one_ground() -> Iterator[None]:
    """Language and addresses asked for once, for the many parts that are drawn inside."""
    token = _standing.set(ground_here())
    try:
        yield
    finally:
        _standing.reset(token)


@lru_cache(maxsize=KEPT)
def _whole(template: str, plain: tuple, _ground: tuple) -> str:
    return render_to_string(template, dict(plain))


@lru_cache(maxsize=KEPT)
def _drawn(template: str, holes: tuple[str, ...], plain: tuple, _ground: tuple) -> str:
    """What `format_html` takes: the drawn text with {name} for each hole."""
    marks = {name: f"{MARK}{name}{MARK}" for name in holes}
    text = render_to_string(template, dict(plain) | marks).replace("{", "{{").replace("}", "}}")
    for name, mark in marks.items():
        text = text.replace(mark, f"{{{name}}}")
    return text


def address_of(url_name: str, *args: str) -> str:
    """`reverse`, kept for what stands in many rows of many lists."""
    _language, _static, prefix, urlconf = _standing.get() or ground_here()
    return _address(url_name, args, prefix, urlconf)


@lru_cache(maxsize=8192)
def _address(url_name: str, args: tuple, _prefix: str, urlconf: str | None) -> str:
    return reverse(url_name, urlconf, args)


def one_token(request):
    """Context processor: the token against forgery masked once for a page, not once for each of its forms."""
    return {"csrf_token": SimpleLazyObject(lambda: get_token(request))}
