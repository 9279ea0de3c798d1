"""Routes of grid events, included at `grid/`; everything after the report is the page of its case."""

from django.urls import path

from . import views

urlpatterns = [path("report/", views.report, name="grid-report")]
