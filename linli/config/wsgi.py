"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
application = get_wsgi_application()

from linli.ui.routes import refuse_undeclared_routes  # noqa: E402 — needs the apps to be loaded

refuse_undeclared_routes()  # P1: a route that does not say who may enter stops the start
