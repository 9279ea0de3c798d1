"""What a person chose for the look of the pages: theme and 长辈版, kept in two cookies."""

from dataclasses import dataclass

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "linli_theme"
ELDER_COOKIE = "linli_elder"
KEEP_S = 400 * 24 * 3600  # browsers keep a cookie no longer than this


@dataclass(frozen=True)
class Look:
    """The chosen look; whatever a cookie says beyond the list counts as the default."""

    theme: str = "auto"
    elder: bool = False
    themes: tuple[str, ...] = THEMES


def look_of(request):
    """The Look a request asks for; the default when there is no request (an error page)."""
    if request is None:
        return Look()
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return Look(theme if theme in THEMES else "auto", request.COOKIES.get(ELDER_COOKIE) == "1")
