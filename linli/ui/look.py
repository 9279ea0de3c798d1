"""What a person chose for the look of the pages: theme and 长辈版.

Kept in two cookies. 长辈版 of somebody who is signed in is kept with the account and wins over the device: a
mother finds it on the daughter's phone, and does not leave it behind there.
"""

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
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    elder = user.elder_view if signed_in else request.COOKIES.get(ELDER_COOKIE) == "1"
    return Look(theme if theme in THEMES else "auto", elder)


def keep_elder_view(user, chosen: bool) -> None:
    """Keep 长辈版 with the account."""
    user.elder_view = chosen
    user.save(update_fields=["elder_view"])
