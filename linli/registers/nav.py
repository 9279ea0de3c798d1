"""Where the registers stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from . import rules

add_entry(
    "workbench", Entry(_("台账"), "register-index", icon="file-earmark-text", order=60, needs=rules.KEEP)
)
add_entry("workbench", Entry(_("申报"), "ask-index", icon="send", order=88))
add_entry("resident", Entry(_("申报"), "ask-index", icon="send", order=70))
