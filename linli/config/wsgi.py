"""The WSGI application that granian serves."""

import atexit
import gc
import os

import django

from linli.config.stack import roomy

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
django.setup(set_prefix=False)

from linli.config.standing import Handler  # noqa: E402 — needs the settings
from linli.kernel.unfinished import refuse_unfinished_restore  # noqa: E402 — needs the settings
from linli.ui.routes import refuse_undeclared_routes  # noqa: E402 — needs the apps to be loaded

application = roomy(Handler())
refuse_unfinished_restore()
refuse_undeclared_routes()  # P1: a route that does not say who may enter stops the start

gc.collect()
gc.freeze()  # what was loaded stays: half a million things that no collection need look through again
atexit.register(gc.unfreeze)
