"""Every route of the platform, by app."""

from django.urls import include, path

from linli.config import health
from linli.config.api import api

urlpatterns = [
    path("", include("linli.portal.urls")),
    path("search/", include("linli.search.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("places/", include("linli.places.urls")),
    path("", include("linli.people.urls")),
    path("", include("linli.people.privacy.urls")),
    path("audit/", include("linli.audit.urls")),
    path("exchange/", include("linli.exchange.urls")),
    path("", include("linli.files.urls")),
    path("cases/", include("linli.cases.urls")),
    path("requests/", include("linli.requests.urls")),
    path("registers/", include("linli.registers.urls")),
    path("care/", include("linli.care.urls")),
    path("jobs/", include("linli.jobs.urls")),
    path("my/ledger/", include("linli.ledger.urls")),
    path("notices/", include("linli.notices.urls")),
    path("", include("linli.reach.urls")),
    path("plans/", include("linli.plans.urls")),
    path("", include("linli.ui.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "linli.ui.errors.bad_request"
handler403 = "linli.ui.errors.forbidden"
handler404 = "linli.ui.errors.not_found"
handler429 = "linli.ui.errors.too_many"  # allauth looks for it here
handler500 = "linli.ui.errors.server_error"
