"""Routes of facilities, included at `facilities/`."""

from django.urls import path

from . import views
from .views import inside, projects

urlpatterns = [
    path("", views.nearby, name="facility-nearby"),
    path("map.json", views.nearby_map, name="facility-nearby-map"),
    path("register/", views.register, name="facility-register"),
    path("register/map.json", views.register_map, name="facility-register-map"),
    path("register/new/", views.new, name="facility-new"),
    path("register/export/", views.export, name="facility-export"),
    path("gaps/", views.gap_list, name="facility-gaps"),
    path("gaps/map.json", views.gap_map, name="facility-gaps-map"),
    path("balance/", inside.balance, name="facility-balance"),
    path("upgrades/", projects.upgrades, name="facility-upgrades"),
    path("upgrades/new/", projects.upgrade_new, name="upgrade-new"),
    path("upgrades/<slug:code>/", projects.upgrade_detail, name="upgrade-detail"),
    path("upgrades/<slug:code>/<slug:step>/", projects.upgrade_step, name="upgrade-step"),
    path("housing/", projects.housing_list, name="facility-housing"),
    path("housing/new/", projects.housing_new, name="housing-new"),
    path("housing/<slug:code>/", projects.housing_detail, name="housing-detail"),
    path("housing/<slug:code>/<slug:act>/", projects.housing_act, name="housing-act"),
    path("communities/<slug:code>/", views.community, name="facility-community"),
    path("communities/<slug:code>/complete/", views.complete, name="community-complete"),
    path("<slug:code>/", views.detail, name="facility-detail"),
    path("<slug:code>/hub/", inside.hub, name="facility-hub"),
    path("<slug:code>/edit/", views.edit, name="facility-edit"),
    path("<slug:code>/confirm/", views.confirm, name="facility-confirm"),
    path("<slug:code>/rooms/", views.rooms, name="facility-rooms"),
    path("<slug:code>/wrong/", views.wrong, name="facility-wrong"),
    path("<slug:code>/steps/<slug:step>/", views.step, name="facility-step"),
    path("<slug:code>/acts/<slug:act>/", views.act, name="facility-act"),
]
