"""Every route of the platform, by app."""

from django.urls import include, path

from linli.config import health

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("places/", include("linli.places.urls")),
    path("", include("linli.ui.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("audit/", include("linli.audit.urls")),
]

handler400 = "linli.ui.errors.bad_request"
handler403 = "linli.ui.errors.forbidden"
handler404 = "linli.ui.errors.not_found"
handler500 = "linli.ui.errors.server_error"
