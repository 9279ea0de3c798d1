"""Template tags of the components: the frame of a page, icons, figures and days in words."""

from functools import lru_cache
from urllib.parse import quote

from django import template
from django.conf import settings
from django.contrib.messages import constants
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.masking import MASKS
from linli.ui import coming as coming_soon
from linli.ui import look as looks
from linli.ui import nav, toasts, words
from linli.ui.drawn import draw

register = template.Library()

TONES = {constants.ERROR: "late", constants.WARNING: "soon", constants.SUCCESS: "done"}
TONE_ICONS = {"late": "exclamation-octagon", "soon": "clock-history", "done": "check-circle-fill"}
# Every shape a state may take, so that colour never carries the meaning alone.
STATE_ICONS = TONE_ICONS | {
    "active": "record-circle",
    "info": "info-circle",
    "on_time": "clock",
    "plain": "circle",
}
IN_THE_BAR = 7  # places of the navigation; with more destinations the last place is "more"
UNDER_THE_THUMB = 5  # the same of a phone's bottom bar


@register.simple_tag
def icon(name, size=""):
    """The named sign from the sprite that build.mjs makes; hidden from screen readers, so add a word."""
    return _drawn(name, size, settings.STATIC_URL)


icon.of_the_ground = True  # linli.ui.folding


@lru_cache(maxsize=1024)  # a page draws some forty
def _drawn(name, size, _static_url):
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        size,
        static("ui/dist/icons.svg"),
        name,
    )


@register.simple_tag
def frame_part(name):
    """A part of the frame that is the same on every page: links, scripts, the words they say, the footer."""
    return draw(f"ui/_{name}.html", {})


frame_part.of_the_ground = True


@register.simple_tag(takes_context=True)
def body_data(context):
    """What the scripts ask the page for: whose it is, where things lie, the token against forgery."""
    key = getattr(getattr(context.get("request"), "user", None), "pk", None)
    holes = {"owner": "" if key is None else key, "csrf_token": str(context.get("csrf_token", ""))}
    return draw("ui/_body_data.html", holes)


@register.simple_tag(takes_context=True)
def site_header(context):
    """Name, search, look and account; `face_name` in the context says which face."""
    request, path = context.get("request"), "/"
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    if request is not None:
        path = request.path
    holes = {
        "csrf_token": str(context.get("csrf_token", "")),
        "here": request.get_full_path() if request else "",
        "searched": request.GET.get("q", "") if request else "",
        "after_login": "" if path == "/" else f"?next={quote(path)}",
        "reader": user.get_full_name() or user.get_username() if signed_in else "",
    }
    face_name = str(context.get("face_name", ""))
    return draw(
        "ui/_site_header.html", holes, look=looks.look_of(request), signed_in=signed_in, face_name=face_name
    )


@register.simple_tag(takes_context=True)
def print_header(context):
    """Who printed the page when: only on paper."""
    user, title = getattr(context.get("request"), "user", None), context.get("print_title", "")
    signed_in = user is not None and user.is_authenticated
    holes = {
        "print_title": title,
        "printed_at": clock.now().astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M"),
        "reader": user.get_username() if signed_in else "",
    }
    return draw("ui/_print_header.html", holes, titled=bool(title), signed_in=signed_in)


@register.simple_tag(takes_context=True)
def look(context):
    """The Look of this request (theme, elder), or the one a kept part is drawn for."""
    told = context.get("look")
    return told if isinstance(told, looks.Look) else looks.look_of(context.get("request"))


@register.simple_tag(takes_context=True)
def face_nav(context, face):
    """The navigation of a face, with the current destination marked."""
    request = context.get("request")
    if request is None or not hasattr(request, "user"):
        return ""
    entries = nav.entries_for(face, request.user)
    here = [
        url for _entry, url in entries if request.path == url or (url != "/" and request.path.startswith(url))
    ]
    names = tuple(entry.url_name for entry, _url in entries)
    return draw("ui/_face_nav.html", {}, face=face, names=names, current=max(here, key=len, default=None))


@register.inclusion_tag("ui/_coming.html")
def coming():
    """What is still being worked out behind the figures of the page."""
    return {"sentences": coming_soon.sentences()}


@register.simple_tag
def nav_parts(face, names):
    """The entries of these names as the template lays them: under the thumb, in the wide bar, behind "more"."""
    entries = nav.entries_named(face, names)
    wide, thumb = (count if len(entries) <= count else count - 1 for count in (IN_THE_BAR, UNDER_THE_THUMB))
    return {"thumb": entries[:thumb], "wide": entries[thumb:wide], "more": entries[wide:]}


@register.simple_tag
def deadline(said, on, tone):
    """A Deadline whose words are known."""
    return draw("ui/_deadline.html", {"words": said, "day": on}, tone=tone)


@register.filter
def day(value):
    """12月9日 周三."""
    return words.day_words(value, today=clock.today()) if value else ""


@register.filter
def ago(value):
    """3 小时前; a day after a week."""
    return words.ago_words(value, now=clock.now()) if value else ""


@register.filter
def duration(value):
    """3 天 4 小时, of a timedelta."""
    return words.duration_words(value) if value is not None else ""


@register.filter
def as_of(value):
    """截至 2026年11月23日."""
    return words.as_of_words(value) if value else ""


@register.filter
def figure(value, unit=""):
    """1,240 位老人; 暂无数据 when there is no number."""
    return words.figure_words(value, unit)


@register.filter
def masked(value, kind):
    """138****5678, by the kinds of linli.kernel.masking: name, phone, id_number, address, text."""
    return MASKS[kind](str(value or ""))


@register.filter
def message_tone(message):
    """The tone of a message: late (error), soon (warning), done (success) or info."""
    return TONES.get(message.level, "info")


@register.filter
def tone_icon(tone):
    """The shape that goes with a tone."""
    return STATE_ICONS.get(tone, STATE_ICONS["plain"])


@register.filter
def undo_url(message):
    """The path that takes the message's act back, or an empty string."""
    return toasts.undo_url_of(message)


@register.filter
def share_of(value, target):
    """How far `value` is on the way to `target`, 0 to 100, for the width of a bar."""
    if value is None or not target:
        return 0
    return max(0, min(100, round(float(value) / float(target) * 100)))


@register.filter
def theme_word(theme):
    """The name of a theme."""
    return {"auto": _("自动"), "light": _("浅色"), "dark": _("深色")}[theme]


@register.filter
def may(user, permission):
    """Whether a person holds a permission somewhere: a link stands only for those it lets in."""
    return user.is_authenticated and user.may(permission)


@register.filter
def at(items, index):
    """The item at an index."""
    return items[index]
