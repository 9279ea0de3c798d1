"""Routes of the life circle: `near/` for residents, `reach/` for those who keep and plan it."""

from django.urls import path

from . import views
from .views import comparing, moments, outlets, planning, siting

urlpatterns = [
    path("near/", views.near, name="reach-near"),
    path("near/map.json", views.near_map, name="reach-near-map"),
    path("near/utilities/", moments.utilities, name="reach-utilities"),
    path("near/way/", moments.way, name="reach-way"),
    path("near/way/map.json", moments.way_map, name="reach-way-map"),
    path("reach/outages/", moments.outages, name="reach-outages"),
    path("reach/parking/", moments.parking, name="reach-parking"),
    path("reach/scenes/", moments.scenes, name="reach-scenes"),
    path("near/report/", views.report, name="reach-report"),
    path("reach/circles/<slug:code>/", views.circle, name="reach-circle"),
    path("reach/circles/<slug:code>/rate/", views.rate, name="reach-rate"),
    path("reach/circles/<slug:code>/map.json", views.circle_map, name="reach-circle-map"),
    path("reach/circles/<slug:code>/handbook.pdf", views.handbook, name="reach-handbook"),
    path("reach/circles/<slug:code>/radius/", planning.set_radius, name="reach-radius"),
    path("near/entry/", outlets.entry, name="reach-entry"),
    path("reach/entries/", outlets.entries, name="reach-entries"),
    path("reach/walk/", outlets.walk, name="reach-walk"),
    path("reach/walk/device/", outlets.walk_for_device, name="reach-walk-device"),
    path("reach/walk/send/", outlets.walk_send, name="reach-walk-send"),
    path("reach/reports/", views.reports, name="reach-reports"),
    path("reach/gaps/", planning.gaps, name="reach-gaps"),
    path("reach/gaps/map.json", planning.gap_map, name="reach-gap-map"),
    path("reach/gaps/export/<slug:kind>/", planning.export, name="reach-export"),
    path("reach/compare/", comparing.compare, name="reach-compare"),
    path("reach/twelve/", planning.twelve, name="reach-twelve"),
    path("reach/runs/", planning.runs, name="reach-runs"),
    path("reach/what-if/", planning.what_if, name="reach-what-if"),
    path("reach/scenarios/", planning.scenarios, name="reach-scenarios"),
    path("reach/scenarios/<int:pk>/row/", siting.scenario_row, name="reach-scenario-row"),
    path("reach/scenarios/<int:pk>/enough/", siting.enough, name="reach-scenario-enough"),
    path("reach/siting/", siting.siting, name="reach-siting"),
    path("reach/candidates/", siting.candidates, name="reach-candidates"),
    path("reach/candidates/<int:pk>/withdraw/", siting.candidate_withdraw, name="reach-candidate-withdraw"),
]
