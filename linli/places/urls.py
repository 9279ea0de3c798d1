from django.urls import path

from . import views

urlpatterns = [
    path("", views.place_list, name="place-list"),
    path("stale/", views.stale, name="place-stale"),
    path("<slug:code>/", views.place_detail, name="place-detail"),
    path("<slug:code>/map.json", views.place_map, name="place-map"),
    path("<slug:code>/history/", views.place_history, name="place-history"),
    path("<slug:code>/edit/", views.place_edit, name="place-edit"),
    path("<slug:code>/confirm/", views.place_confirm, name="place-confirm"),
    path("<slug:code>/acts/<slug:act>/", views.place_act, name="place-act"),
]
