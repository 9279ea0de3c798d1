from django.urls import path

from . import views
from .views import describing

urlpatterns = [
    path("", views.place_list, name="place-list"),
    path("stale/", views.stale, name="place-stale"),
    path("tree/", views.place_tree, name="place-tree"),
    path("look/", describing.to_look_at, name="place-look"),
    path("<slug:code>/", views.place_detail, name="place-detail"),
    path("<slug:code>/map.json", views.place_map, name="place-map"),
    path("<slug:code>/history/", views.place_history, name="place-history"),
    path("<slug:code>/edit/", views.place_edit, name="place-edit"),
    path("<slug:code>/add/", describing.place_add, name="place-add"),
    path("<slug:code>/boundary/", describing.place_boundary, name="place-boundary"),
    path("<slug:code>/figures/", describing.place_figures, name="place-figures"),
    path("<slug:code>/figures/new/", describing.figure_tell, name="place-figure-tell"),
    path("<slug:code>/services/", describing.place_services, name="place-services"),
    path("<slug:code>/confirm/", views.place_confirm, name="place-confirm"),
    path("<slug:code>/acts/<slug:act>/", views.place_act, name="place-act"),
]
