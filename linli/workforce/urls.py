from django.urls import path

from . import views

urlpatterns = [
    path("me/", views.my_work, name="my-work"),
    path("gaps/", views.workforce_gaps, name="workforce-gaps"),
]
