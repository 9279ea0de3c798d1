from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JourneysConfig(AppConfig):
    name = "linli.journeys"
    verbose_name = _("跨领域事项")
