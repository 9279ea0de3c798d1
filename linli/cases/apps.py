from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "linli.cases"
    verbose_name = _("事项流转")

    def ready(self) -> None:
        from . import purging  # noqa: F401 — messages that quote a purged case lose its words
