"""Routes of grid events, included at `grid/`; everything after the report is the page of its case."""

from django.urls import path

from linli.ui.offline import kept_page

from . import views

urlpatterns = [
    path("report/", views.report, name="grid-report"),
    kept_page("report/offline/", "grid/report_offline.html", "ui/dist/grid.js", instead_of="grid-report"),
]
