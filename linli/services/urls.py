"""Routes of surveys, included at `surveys/`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.survey_list, name="survey-list"),
    path("new/", views.survey_new, name="survey-new"),
    path("<int:pk>/", views.survey, name="survey"),
    path("<int:pk>/enter/", views.survey_enter, name="survey-enter"),
    path("<int:pk>/sample/", views.survey_sample, name="survey-sample"),
    path("<int:pk>/draw/", views.survey_draw, name="survey-draw"),
    path("drawn/<int:pk>/", views.survey_drawn, name="survey-drawn"),
    path("<int:pk>/publish/", views.survey_publish, name="survey-publish"),
]
