from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "linli.search"
    verbose_name = _("搜索")

    def ready(self) -> None:
        from linli.kernel.purging import removers

        from .actions import forget

        removers["search"] = forget
