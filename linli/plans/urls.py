from django.urls import path

from .views import figures, plans

urlpatterns = [
    path("", plans.plan_list, name="plan-list"),
    path("figures/", figures.figure_desk, name="figure-desk"),
    path("figures/review/", figures.figure_review, name="figure-review"),
    path("figures/lock/<slug:code>/", figures.figure_lock, name="figure-lock"),
    path("figures/<slug:code>/<slug:period>/", figures.figure_sheet, name="figure-sheet"),
    path("measures/<str:code>/", plans.measure_records, name="measure-records"),
    path("<slug:code>/", plans.plan_public, name="plan-public"),
    path("<slug:code>/tasks/", plans.plan_tasks, name="plan-tasks"),
    path("<slug:code>/scorecard/", plans.plan_scorecard, name="plan-scorecard"),
    path("<slug:code>/indicators/<slug:indicator>/", plans.indicator_detail, name="indicator-detail"),
]
