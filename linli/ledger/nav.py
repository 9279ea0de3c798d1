"""Entries of the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.ui.nav import Entry, add_entry

add_entry("resident", Entry(_("我的时长"), "ledger-statement", icon="clock-history", order=60))
