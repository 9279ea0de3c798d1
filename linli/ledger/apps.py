from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "linli.ledger"
    verbose_name = _("账目")

    def ready(self) -> None:
        from . import purging  # noqa: F401 — says why a person must stay, and closes what he leaves
