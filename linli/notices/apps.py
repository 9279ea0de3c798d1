from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "linli.notices"
    verbose_name = _("消息")

    def ready(self) -> None:
        from . import second_factor  # noqa: F401 — its secrets take part in the rotation of keys
