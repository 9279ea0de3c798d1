"""The ui app: look, components, errors, and what each route asks of a person."""

from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    """Collects the navigation of all apps and registers control P1 as a system check."""

    name = "linli.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self):
        """Load what apps declare; a route without a declaration becomes an error of `check`."""
        from linli.ui.routes import undeclared_routes_check

        autodiscover_modules("nav", "list_parts")
        checks.register(undeclared_routes_check, checks.Tags.urls)
