from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "linli.audit"
    verbose_name = _("审计")

    def ready(self) -> None:
        from linli.kernel.acting import recorders

        from .actions import record

        recorders["audit"] = record
