from django.urls import path

from . import views

urlpatterns = [
    path("me/", views.my_work, name="my-work"),
    path("gaps/", views.workforce_gaps, name="workforce-gaps"),
    path("hiring/", views.workforce_hiring, name="workforce-hiring"),
    path("yearly/", views.workforce_yearly, name="workforce-yearly"),
    path("yearly/propose/", views.workforce_propose, name="workforce-propose"),
    path("learning/", views.workforce_learning, name="workforce-learning"),
]
