"""Routes of the case page, included at `cases/`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.inbox, name="case-inbox"),
    path("levels/", views.levels, name="case-board"),
    path("<str:number>/", views.case_detail, name="case-detail"),
    path("<str:number>/follow/", views.case_follow, name="case-follow"),
    path("<str:number>/<slug:step>/", views.case_step, name="case-step"),
]
