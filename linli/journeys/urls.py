"""Routes of what two domains do together, included at the root."""

from django.urls import path

from . import views

urlpatterns = [path("reach/scenarios/<int:pk>/task/", views.scenario_task, name="scenario-task")]
