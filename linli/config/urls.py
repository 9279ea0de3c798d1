"""Every route of the platform, by app."""

from django.urls import include, path

from linli.config import health
from linli.config.api import api
from linli.notices.identity_service import callback
from linli.notices.phone import change_phone, verify_new_phone

urlpatterns = [
    path("", include("linli.portal.urls")),
    path("search/", include("linli.search.urls")),
    path("accounts/phone/change/", change_phone, name="account_change_phone"),
    path("accounts/phone/verify/", verify_new_phone, name="account_verify_phone"),
    path("accounts/oidc/<slug:provider_id>/login/callback/", callback, name="openid_connect_callback"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("calendar/", include("linli.calendar.urls")),
    path("places/", include("linli.places.urls")),
    path("", include("linli.people.urls")),
    path("", include("linli.people.privacy.urls")),
    path("audit/", include("linli.audit.urls")),
    path("exchange/", include("linli.exchange.urls")),
    path("", include("linli.files.urls")),
    path("cases/", include("linli.cases.urls")),
    path("requests/", include("linli.requests.urls")),
    path("forms/", include("linli.oneform.urls")),
    path("workforce/", include("linli.workforce.urls")),
    path("registers/", include("linli.registers.urls")),
    path("open311/v2/", include("linli.requests.open311.urls")),
    path("care/", include("linli.care.urls")),
    path("grid/", include("linli.grid.urls")),
    path("needs/", include("linli.needs.urls")),
    path("surveys/", include("linli.services.urls")),
    path("jobs/", include("linli.jobs.urls")),
    path("my/ledger/", include("linli.ledger.urls")),
    path("facilities/", include("linli.facilities.urls")),
    path("volunteering/", include("linli.volunteering.urls")),
    path("", include("linli.journeys.pairs.urls")),
    path("market/", include("linli.commerce.urls")),
    path("notices/", include("linli.notices.urls")),
    path("", include("linli.reach.urls")),
    path("plans/", include("linli.plans.urls")),
    path("", include("linli.journeys.urls")),
    path("", include("linli.ui.urls")),
    path("health/", health.health, name="health"),
    path("metrics", health.metrics, name="metrics"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "linli.ui.errors.bad_request"
handler403 = "linli.ui.errors.forbidden"
handler404 = "linli.ui.errors.not_found"
handler429 = "linli.ui.errors.too_many"  # allauth looks for it here
handler500 = "linli.ui.errors.server_error"
