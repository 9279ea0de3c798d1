from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OneformConfig(AppConfig):
    name = "linli.oneform"
    verbose_name = _("一表通")
