"""Routes of care, included at `care/`."""

from django.urls import path

from . import service_views, views, walk_views

urlpatterns = [
    path("", views.people, name="care-list"),
    path("round/", views.todays_round, name="care-round"),
    path("round/device/", views.round_for_device, name="care-round-device"),
    path("round/send/", views.send, name="care-round-send"),
    path("round/offline/", views.offline_round, name="care-round-offline"),
    path("rates/", views.rates, name="care-rates"),
    path("services/", service_views.services, name="care-services"),
    path("prompts/", service_views.prompts, name="care-prompts"),
    path("households/", walk_views.households, name="household-list"),
    path("households/<str:code>/", walk_views.building, name="household-building"),
    path("households/<str:code>/plan/", walk_views.plan, name="household-plan"),
    path("accesses/", views.accesses, name="care-accesses"),
    path("harm/", views.harm, name="care-harm"),
    path("enrol/", views.find, name="care-find"),
    path("enrol/<uuid:pk>/", views.enrol, name="care-enrol"),
    path("people/<uuid:pk>/", views.person, name="care-person"),
    path("people/<uuid:pk>/<slug:name>/", views.act, name="care-act"),
]
