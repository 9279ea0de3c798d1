"""Routes of the three lists, included at `needs/`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.three_lists, name="need-lists"),
    path("new/", views.need_new, name="need-new"),
    path("resources/new/", views.resource_new, name="resource-new"),
    path("projects/new/", views.project_new, name="project-new"),
]
