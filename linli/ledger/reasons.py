"""Why amounts move: each app declares its reasons by code, with the words a statement shows.

A reason is a code and never free text: what cannot be edited must not say anything about anybody.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.registry import Registry

CORRECTION, CLOSING = "correction", "closing"

reasons: Registry[str | Promise] = Registry("reason of a transfer")

reasons[CORRECTION] = _("更正")
reasons[CLOSING] = _("销户结清")
