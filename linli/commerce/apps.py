from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommerceConfig(AppConfig):
    name = "linli.commerce"
    verbose_name = _("社区商业")
