"""Routes of tables that come in, included at `tables/`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.import_list, name="import-list"),
    path("runs/<int:pk>/", views.import_run, name="import-run"),
    path("runs/<int:pk>/apply/", views.import_apply, name="import-apply"),
    path("new/<slug:kind>/", views.import_new, name="import-new"),
]
