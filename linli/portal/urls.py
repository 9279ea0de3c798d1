"""Routes of the portal, included at the root."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("doors/<slug:name>/", views.door, name="door"),
    path("newcomers/", views.newcomers, name="newcomers"),
    path("community/", views.community_choice, name="community-choice"),
    path("my/", views.me, name="me"),
    path("bench/", views.bench, name="bench"),
    path("cockpit/", views.cockpit, name="cockpit"),
    path("cockpit/map.json", views.cockpit_map, name="cockpit-map"),
]
