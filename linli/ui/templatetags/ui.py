"""Template tags of the components: icons, navigation, figures and days in words."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.contrib.messages import constants
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.masking import MASKS
from linli.ui import look as looks
from linli.ui import nav, toasts, words

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


@lru_cache(maxsize=1024)  # a page draws some forty
def _drawn(name, size, _static_url):
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        size,
        static("ui/dist/icons.svg"),
        name,
    )


@register.simple_tag
def words_for_scripts():
    """What the scripts say, in the reader's language: the same on every page, so drawn once for each language."""
    return _words_for_scripts(get_language())


@lru_cache(maxsize=8)
def _words_for_scripts(_language):
    return render_to_string("ui/_words_for_scripts.html")


@register.simple_tag(takes_context=True)
def look(context):
    """The Look of this request (theme, elder)."""
    return looks.look_of(context.get("request"))


@register.inclusion_tag("ui/_face_nav.html", takes_context=True)
def face_nav(context, face):
    """The navigation of a face, with the current destination marked."""
    request = context.get("request")
    if request is None or not hasattr(request, "user"):
        return {"entries": []}
    entries = nav.entries_for(face, request.user)
    here = [
        url for _entry, url in entries if request.path == url or (url != "/" and request.path.startswith(url))
    ]
    current = max(here, key=len, default=None)
    wide, thumb = (count if len(entries) <= count else count - 1 for count in (IN_THE_BAR, UNDER_THE_THUMB))
    parts = {"thumb": entries[:thumb], "wide": entries[thumb:wide], "more": entries[wide:]}
    return {**parts, "entries": entries, "current": current}


@register.simple_tag
def moment():
    """The present moment of the one clock."""
    return clock.now()


@register.simple_tag
def deadline(due_at, workdays_left=None, done_at=None, stopped_at=None):
    """The Deadline of a moment, said as of now; a name the template does not know counts as not given."""
    workdays_left = None if workdays_left == "" else workdays_left
    return words.deadline_words(
        due_at, now=clock.now(), workdays_left=workdays_left, done_at=done_at, stopped_at=stopped_at
    )


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
def at(items, index):
    """The item at an index."""
    return items[index]
