from django.urls import path

from . import views

urlpatterns = [
    path("", views.plan_list, name="plan-list"),
    path("<slug:code>/", views.plan_public, name="plan-public"),
    path("<slug:code>/tasks/", views.plan_tasks, name="plan-tasks"),
    path("<slug:code>/scorecard/", views.plan_scorecard, name="plan-scorecard"),
    path("<slug:code>/indicators/<slug:indicator>/", views.indicator_detail, name="indicator-detail"),
]
