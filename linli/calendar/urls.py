"""Routes of the working calendar, included at `calendar/`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("<int:year>/edit/", views.edit, name="calendar-edit"),
]
