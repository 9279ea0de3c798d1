"""Where surveys stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

from . import rules

add_entry(
    "workbench", Entry(_("满意度调查"), "survey-list", icon="chat-square-text", order=36, needs=rules.SURVEY)
)
