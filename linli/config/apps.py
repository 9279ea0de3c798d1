from django.apps import AppConfig, apps
from django.utils.module_loading import autodiscover_modules

from linli.config.labels import keep_labels, keep_sentences


class LinliConfig(AppConfig):
    """Last in INSTALLED_APPS: once every app is ready, load what apps declare."""

    name = "linli.config"

    def ready(self) -> None:
        autodiscover_modules(
            "rules",
            "registers",
            "following",
            "profile",
            "workflow",
            "measures",
            "behind",
            "parts",
            "coming",
            "pack",
            "search",
            "nav",
            "api",
            "imports",
            "demo",
        )
        keep_labels(apps.get_models())
        keep_sentences()
