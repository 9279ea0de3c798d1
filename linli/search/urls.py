"""Routes of the search, included at `search/`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.search, name="search"),
    path("suggest.json", views.suggest, name="search-suggest"),
]
