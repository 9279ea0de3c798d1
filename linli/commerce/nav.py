"""Where community commerce stands in the navigation."""

from django.utils.translation import gettext_lazy as _

from linli.reach.rules import VERIFY
from linli.ui.nav import Entry, add_entry

add_entry("resident", Entry(_("邻里集市"), "commerce-market", icon="shop", order=16))
add_entry("workbench", Entry(_("集市核对"), "commerce-check", icon="shop", order=61, needs=VERIFY))
