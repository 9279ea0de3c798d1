from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReachConfig(AppConfig):
    name = "linli.reach"
    verbose_name = _("生活圈")
