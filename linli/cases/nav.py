"""Entries of the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

add_entry("workbench", Entry(_("待办事项"), "case-inbox", icon="inbox", order=10))
